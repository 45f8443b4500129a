#!/bin/sh
# Make .venv and install exactly what a lock file names, then Forbear itself.
# Usage: tools/setup.sh LOCKFILE STAMP
set -eu
lock=$1
stamp=$2
python=${PYTHON:-python3}

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 2; }

command -v "$python" >/dev/null 2>&1 ||
    fail "No $python found. Install Python 3.11 or later (Debian: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$python is $("$python" -V 2>&1 | cut -d' ' -f2); Forbear needs 3.11 or later. Name another: make PYTHON=python3.12"

# The last that venv writes is activate: without it, an earlier start was cut short.
if [ ! -f .venv/bin/activate ]; then
    say "Making .venv with $("$python" -V)"
    "$python" -m venv .venv >/dev/null 2>&1 || {
        rm -rf .venv
        fail "Python's venv module is missing or incomplete. Install it (Debian: apt-get install python3-venv) and run this again."
    }
fi
[ -x .venv/bin/pip ] || .venv/bin/python -m ensurepip --upgrade >/dev/null 2>&1 || true

# uv installs in seconds what takes pip a minute; without it everything works the same.
if [ ! -x .venv/bin/uv ] && ! .venv/bin/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then
    say "uv could not be had; pip takes its place (slower)."
fi
install() {
    if [ -x .venv/bin/uv ]; then
        .venv/bin/uv pip install --quiet --python .venv/bin/python "$@"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
    fi
}
say "Installing $(grep -c '==' "$lock") packages from $lock"
install --require-hashes -r "$lock"
install --no-deps --no-build-isolation -e .
# Python 3.11 reads this file in the locale's encoding; a relative path is ASCII wherever the folder is.
for path in .venv/lib/python*/site-packages/_editable_impl_forbear.pth; do
    echo ../../../../src > "$path"
done
.venv/bin/python tools/translations.py compile
touch "$stamp"
