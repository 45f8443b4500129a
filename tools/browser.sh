#!/bin/sh
# Say where Chromium is; as root on Debian or Ubuntu, install it first. Exit 1 where it can't be had.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >&2 || exit 1
    command -v chromium && exit 0
fi
exit 1
