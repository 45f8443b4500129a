"""Every row of the law's table has a line that says which rule judges it, or why none does."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from forbear.gateways.amounts import read_amount_texts
from forbear.gateways.packs import read_pack_texts
from forbear.law.amounts import parse_amounts
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge_bare
from forbear.law.pack import Layer, Profile
from forbear.law.parse import parse
from forbear.law.verdict import Outcome
from forbear.testing.law import cn_pack, in_china

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "law" / "coverage-cn.md"
LINES = {
    row: answer.strip()
    for row, answer in re.findall(
        r"^\| (CN-[A-Z]\d) \|[^|]*\| (.+) \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
}


def named(pattern: str) -> set[str]:
    return {name for answer in LINES.values() for name in re.findall(pattern, answer)}


def test_every_row_of_the_law_has_a_line(shared: Path) -> None:
    """
    No row of the table of mainland China is passed over, and no line is about a row that is not there.
    """
    text = (shared / "law" / "regulation.md").read_text(encoding="utf-8")
    section = text[text.index("## 1.") : text.index("## 2.")]
    rows = re.findall(r"^\| (CN-[A-Z]\d) \|", section, flags=re.MULTILINE)

    assert len(rows) > 40
    assert sorted(rows) == sorted(LINES)


def test_every_line_names_a_rule_or_says_why_not() -> None:
    """
    Each line names a rule of the pack, or says that no act is judged by the row.
    """
    for row, answer in LINES.items():
        assert "`cn." in answer or "no act is judged by it: " in answer, row
    assert named(r"`(cn\.[a-z0-9.-]+)`") <= {rule.id for rule in cn_pack().rules}


def test_every_rule_of_law_stands_in_a_line() -> None:
    """
    What the pack holds of the law comes from a row; policy and wishes are ours.
    """
    law = {rule.id for rule in cn_pack().rules if rule.layer is Layer.LAW}

    assert law <= named(r"`(cn\.[a-z0-9.-]+)`")


def test_every_number_and_function_named_is_there() -> None:
    """
    Amounts named by a line are dated numbers beside the pack, and functions exist.
    """
    assert named(r"`amounts/(\w+)`") <= set(parse_amounts(read_amount_texts("cn")))
    for dotted in named(r"`(loans\.[\w.]+)`"):
        module, _, function = dotted.rpartition(".")
        assert callable(getattr(import_module(f"forbear.{module}"), function)), dotted


def test_no_act_is_allowed_of_which_nothing_is_known() -> None:
    """
    Taken as it is written, the pack asks before every kind of act; only a late answer to hardship just warns.
    """
    pack = parse(read_pack_texts("cn"), profile=Profile.CONFORMANCE)
    noon = in_china("2026-11-24 12:00")
    kinds: list[dict[str, object]] = [{}, {"without_contact": True}]
    kinds += [{"without_contact": True, "act": act} for act in pack.facts["act"].options]

    silent = [
        kind.get("act")
        for kind in kinds
        if judge_bare(pack, facts_from_mapping(pack, kind, now=noon)).outcome is not Outcome.NEEDS
    ]

    assert silent == ["leave_hardship"]
