"""Every row of the law's tables beyond China has a line: which rule judges it, or why none does."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from forbear.gateways.amounts import read_amount_texts
from forbear.gateways.packs import read_pack_texts
from forbear.law.amounts import parse_amounts
from forbear.law.pack import Layer, Pack
from forbear.law.parse import parse

PAGES = Path(__file__).parents[3] / "docs" / "reference" / "law"
SECTIONS = {
    "us": ("## 2.", "## 3."),
    "uk": ("## 3.", "## 4."),
    "in": ("## 4.", "## 5."),
    "eu": ("## 5.", "## 6."),
}
OVERLAYS = {"us": ("us-nyc",)}
ROW = r"^\| ([A-Z]{2}-[A-Z]?\d) \|"


@cache
def lines(pack_id: str) -> dict[str, str]:
    text = (PAGES / f"coverage-{pack_id}.md").read_text(encoding="utf-8")
    return dict(re.findall(ROW + r"[^|]*\| (.+) \|$", text, flags=re.MULTILINE))


@cache
def packs(pack_id: str) -> tuple[Pack, ...]:
    return tuple(parse(read_pack_texts(name)) for name in (pack_id, *OVERLAYS.get(pack_id, ())))


def named(pack_id: str, pattern: str) -> set[str]:
    return {name for answer in lines(pack_id).values() for name in re.findall(pattern, answer)}


def rules_named(pack_id: str) -> set[str]:
    return named(pack_id, rf"`({pack_id}(?:-[a-z]+)?\.[a-z0-9.-]+)`")


@pytest.mark.parametrize("pack_id", SECTIONS)
def test_every_row_of_the_law_has_a_line(shared: Path, pack_id: str) -> None:
    """
    No row of a jurisdiction's table is passed over, and no line is about a row that is not there.
    """
    text = (shared / "law" / "regulation.md").read_text(encoding="utf-8")
    start, end = SECTIONS[pack_id]
    rows = re.findall(ROW, text[text.index(start) : text.index(end)], flags=re.MULTILINE)

    assert len(rows) > 5
    assert sorted(rows) == sorted(lines(pack_id))


@pytest.mark.parametrize("pack_id", SECTIONS)
def test_every_line_names_a_rule_or_says_why_not(pack_id: str) -> None:
    """
    Each line names a rule of the pack or its overlay, or says that no act is judged by the row.
    """
    for row, answer in lines(pack_id).items():
        assert f"`{pack_id}" in answer or "no act is judged by it: " in answer, row
    assert rules_named(pack_id) <= {rule.id for pack in packs(pack_id) for rule in pack.rules}


@pytest.mark.parametrize("pack_id", SECTIONS)
def test_every_rule_of_law_stands_in_a_line(pack_id: str) -> None:
    """
    What a pack holds of the law comes from a row; policy is ours.
    """
    law = {rule.id for pack in packs(pack_id) for rule in pack.rules if rule.layer is Layer.LAW}

    assert law <= rules_named(pack_id)


@pytest.mark.parametrize("pack_id", SECTIONS)
def test_every_number_and_function_named_is_there(pack_id: str) -> None:
    """
    Amounts named by a line are dated numbers beside the pack, all of them are named, and functions exist.
    """
    assert named(pack_id, r"`amounts/(\w+)`") == set(parse_amounts(read_amount_texts(pack_id)))
    for dotted in named(pack_id, r"`((?:loans|law)\.[\w.]+)`"):
        module, _, function = dotted.rpartition(".")
        assert callable(getattr(import_module(f"forbear.{module}"), function)), dotted
