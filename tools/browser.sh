#!/bin/sh
# Say where a Chromium is that runs; as root on Debian or Ubuntu, install what is missing first.
# Exit 1 where it, or a library that Playwright's driver needs, can't be had.
first_that_runs() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && "$name" --version >/dev/null 2>&1 && command -v "$name" && return 0
    done
    return 1
}
found() { .venv/bin/python -m playwright --version >/dev/null 2>&1 && first_that_runs; }

found && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 1
echo "Installing Chromium for the browser tests" >&2
apt-get update -qq >&2 || exit 1
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium libatomic1 >/dev/null || exit 1
found
