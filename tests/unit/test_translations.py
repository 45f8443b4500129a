"""The catalogue tool finds what is missing, fuzzy, left over, or disagrees on its placeholders."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from tools.translations import extracted, faults


def catalogue(*messages, locale="zh_Hans", flags=()):
    made = Catalog(locale=locale)
    for message_id, string in messages:
        made.add(message_id, string, flags=flags)
    return made


TEMPLATE = catalogue(
    ("Owed now", None), ("By %(day)s", None), (("%(n)s loan", "%(n)s loans"), None), locale=None
)
RIGHT = [("Owed now", "现在应还"), ("By %(day)s", "%(day)s前"), (("%(n)s loan", "%(n)s loans"), ("%(n)s笔",))]


def test_a_complete_catalogue_has_no_fault():
    """Every string has its translation with the same placeholders."""
    assert list(faults(catalogue(*RIGHT), TEMPLATE)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: catalogue(*RIGHT[1:]), "not in the catalogue: 'Owed now'"),
        (lambda: catalogue(("Owed now", ""), *RIGHT[1:]), "not translated: 'Owed now'"),
        (lambda: catalogue(*RIGHT, ("Gone", "没了")), "left over"),
        (lambda: catalogue(*RIGHT, flags=("fuzzy",)), "fuzzy"),
        (lambda: catalogue(RIGHT[0], ("By %(day)s", "%(dag)s前"), RIGHT[2]), "placeholders ['%(dag)s']"),
    ],
)
def test_each_fault_is_named(change, words):
    """The message says which string, and what is wrong with it."""
    assert words in "\n".join(faults(change(), TEMPLATE))


def test_python_and_templates_are_both_read():
    """A string of a view and one of a template stand in the same catalogue."""
    strings = extracted()
    assert strings.get("Owed now, and why") is not None
    assert strings.get("Compliance officer") is not None
