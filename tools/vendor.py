#!/usr/bin/env python3
"""Refresh the vendored front-end files: python tools/vendor.py (needs npm; a person runs it, no build does).

Change a version in PACKAGES, run this, look at the pages, commit what changed. The files are taken
from npm as published; the icons become one sprite. VENDOR.json lists the SHA-256 of each file, and
tests/web/test_vendor.py checks them.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/forbear/web/static/vendor"

PACKAGES = {
    "htmx.org": ("2.0.11", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"}),
    "echarts": (
        "6.1.0",
        "Apache-2.0",
        {
            "dist/echarts.common.min.js": "echarts.common.min.js",
            "LICENSE": "echarts.LICENSE.txt",
            "NOTICE": "echarts.NOTICE.txt",
        },
    ),
    "lucide-static": ("1.62.0", "ISC", {"LICENSE": "lucide.LICENSE.txt"}),
}
ICONS = """
arrow-right banknote ban calendar calendar-clock chart-column check chevron-down chevron-right circle-alert
circle-check circle-help circle-user circle-x clock command download file-text footprints gauge hand handshake
info keyboard key-round languages list-todo lock log-out mail message-square menu monitor moon phone
play plus printer refresh-cw scale search send settings shield-check sun triangle-alert user users x
"""


def main() -> int:
    """Fetch, unpack, build the sprite, write the hash list."""
    if shutil.which("npm") is None:
        print("npm is not there; install it (Debian: apt-get install npm).", file=sys.stderr)
        return 2
    TARGET.mkdir(parents=True, exist_ok=True)
    listed: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (version, licence, files) in PACKAGES.items():
            unpacked = _unpack(name, version, Path(folder))
            written = {target: TARGET / target for target in files.values()}
            for source, target in files.items():
                shutil.copyfile(unpacked / source, TARGET / target)
            if name == "lucide-static":
                written["icons.svg"] = TARGET / "icons.svg"
                written["icons.svg"].write_text(_sprite(unpacked / "icons"), encoding="utf-8")
            listed[name] = {
                "version": version,
                "licence": licence,
                "files": {target: _sha256(path) for target, path in sorted(written.items())},
            }
    (TARGET / "VENDOR.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    print(f"{sum(len(entry['files']) for entry in listed.values())} files in {TARGET}")
    return 0


def _unpack(name: str, version: str, folder: Path) -> Path:
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    home = folder / name
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(home, filter="data")
    return home / "package"


def _sprite(icons: Path) -> str:
    symbols = []
    for name in ICONS.split():
        svg = (icons / f"{name}.svg").read_text(encoding="utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
        if inner is None:
            raise SystemExit(f"{name}.svg has no svg element; see whether the icon set changed its form.")
        drawing = " ".join(inner.group(1).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
