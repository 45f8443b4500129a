"""The rule that the how-to shows loads with the pack and holds its cases, and its error reads as printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forbear.errors import InputError
from forbear.gateways.packs import read_pack_texts
from forbear.law.cases import try_cases
from forbear.law.parse import parse

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "write-a-rule.md").read_text(encoding="utf-8")
EXAMPLE, ERROR = re.findall(r"```(?:yaml)?\n(.+?)```", PAGE, flags=re.DOTALL)


def test_the_rule_of_the_how_to_holds_its_cases() -> None:
    """
    What the page shows is a rule that loads beside the others and does what its cases say.
    """
    results = list(try_cases(parse(read_pack_texts("cn") | {"pine.yaml": EXAMPLE})))

    shown = [result for result in results if result.rule.id == "cn.pine.no-early-messages"]
    assert len(shown) == 4
    assert [result.complaint for result in results if result.complaint] == []


def test_the_error_of_the_how_to_is_the_one_that_is_given() -> None:
    """
    The misspelt name gives the very sentence that the page prints.
    """
    texts = read_pack_texts("cn")
    spoilt = texts["frequency.yaml"].replace("when: effective_calls_today", "when: effective_call_today")

    with pytest.raises(InputError) as caught:
        parse(texts | {"frequency.yaml": spoilt})

    assert str(caught.value) == ERROR.strip()
