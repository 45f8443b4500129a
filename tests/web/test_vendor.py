"""The vendored front-end files are the ones that were looked at, with their licences."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "src/forbear/web/static/vendor"
LISTED = json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8"))
WEB = VENDOR.parents[1]


def test_every_file_is_as_it_was_published():
    """A file that differs from its hash was changed by hand; run tools/vendor.py instead."""
    hashes = {name: digest for entry in LISTED.values() for name, digest in entry["files"].items()}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "VENDOR.json"
    }
    assert found == hashes


def test_every_package_comes_with_its_licence():
    """A package without its licence file may not be shipped."""
    for name, entry in LISTED.items():
        assert any("LICENSE" in file for file in entry["files"]), name
        assert entry["licence"] in ("0BSD", "Apache-2.0", "ISC", "MIT", "BSD-3-Clause"), name


def test_every_icon_that_a_page_names_is_in_the_sprite():
    """An icon that is not in the sprite would be an empty square."""
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (VENDOR / "icons.svg").read_text(encoding="utf-8")))
    named = {
        name
        for path in WEB.rglob("templates/**/*.html")
        for name in re.findall(r'{% icon "([a-z-]+)" %}', path.read_text(encoding="utf-8"))
    }
    assert named - drawn == set()


def test_the_charts_are_loaded_where_they_are_drawn_and_after_the_page():
    """The one big file is asked for by the book alone, and holds nothing up there."""
    pages = {
        path.name: re.findall(r"<script[^>]*echarts[^>]*>", path.read_text(encoding="utf-8"))
        for path in WEB.rglob("templates/**/*.html")
    }
    asked = {name: tags for name, tags in pages.items() if tags}
    assert set(asked) == {"book.html"}
    assert all(" defer" in tag for tag in asked["book.html"])
