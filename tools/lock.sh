#!/bin/sh
# Write both lock files anew: exact versions with hashes, and no address of any index.
set -eu
PATH=$PWD/.venv/bin:$PATH
command -v uv >/dev/null || { echo "uv is not there; install it (pip install uv) and run this again." >&2; exit 2; }
for spec in "requirements.lock --group build" "requirements-dev.lock --group build --group dev"; do
    set -- $spec
    file=$1
    shift
    uv pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --quiet --output-file "$file"
    echo "$file"
done
