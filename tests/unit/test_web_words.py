"""Who did something is said in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from forbear.web.templatetags.forbear import actor
from forbear.web.words import CATALOGUE

SOURCE = Path(__file__).parents[2] / "src/forbear"


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("system:payment-provider", "en", "System (payment provider)"),
        ("system:payment-provider", "zh-hans", "系统（支付机构）"),
        ("system:simulation", "zh-hans", "系统（模拟）"),
        ("system:core-banking", "zh-hans", "系统（core-banking）"),
        ("agent:li.na", "zh-hans", "li.na（催收员）"),
        ("borrower:x", "en", "The borrower"),
    ],
)
def test_an_actor_is_named_in_words(text: str, language: str, said: str):
    """
    People by their name and role, a machine by what it does; a name of the lender's own stays as it is.
    """
    with translation.override(language):
        assert said == actor(text)


def test_every_machine_of_ours_has_a_name():
    """
    What the source writes as an actor is in the catalogue, so that no code stands on a page.
    """
    written = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r'"system:([a-z-]+)"', path.read_text(encoding="utf-8"))
    }

    assert written == set(CATALOGUE["system"])
