"""What is never done is held by a policy rule, or by a test of what the software is able to do."""

from __future__ import annotations

import re
from pathlib import Path

from forbear.law.cases import try_cases
from forbear.law.pack import Layer
from forbear.law.verdict import Outcome
from forbear.testing.law import cn_pack

HOUSE = Path(__file__).parents[3]
ROWS = [
    (int(number), rules, elsewhere)
    for number, rules, elsewhere in re.findall(
        r"^\| (\d+) \|[^|]+\|([^|]*)\|([^|]*)\|$",
        (HOUSE / "docs" / "reference" / "law" / "lines.md").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
]
RULES = {rule_id for _, rules, _ in ROWS for rule_id in re.findall(r"`(cn\.[a-z0-9.-]+)`", rules)}


def test_every_line_has_a_holder(shared: Path) -> None:
    """
    Each of the product's lines has a row, and each row a rule or a place.
    """
    text = (shared / "design" / "product.md").read_text(encoding="utf-8")
    section = text[text.index("## Lines that are not crossed") :]
    section = section[: section.index("\n## ", 1)]

    assert {number for number, _, _ in ROWS} == set(range(1, len(re.findall(r"^- \*\*", section, re.M)) + 1))
    assert all(rules.strip() or elsewhere.strip() for _, rules, elsewhere in ROWS)


def test_every_rule_named_is_policy_and_can_refuse_or_remind() -> None:
    """
    A line's rule stands in the policy layer, speaks in a case of its own, and stops the act where it blocks.
    """
    found = {rule_id: [r for r in try_cases(cn_pack()) if r.rule.id == rule_id] for rule_id in RULES}

    for rule_id, results in found.items():
        rule = cn_pack().rule(rule_id)
        assert rule.layer is Layer.POLICY, rule_id
        assert any(r.found == "fires" for r in results), rule_id
        if rule.blocks:
            assert any(r.verdict.outcome is not Outcome.ALLOWED for r in results), rule_id


def test_every_place_named_exists() -> None:
    """
    A file that is said to hold a line is there.
    """
    paths = {path for _, _, elsewhere in ROWS for path in re.findall(r"`((?:src|tests)/[^`]+)`", elsewhere)}

    assert len(paths) > 5
    assert [path for path in paths if not (HOUSE / path).is_file()] == []
