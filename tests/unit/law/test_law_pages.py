"""The pages of the rules say what the packs say, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from forbear.gateways.packs import pack_ids
from forbear.testing.law import cn_pack
from tools.law_pages import FOLDER, pages

PAGES = pages()


@pytest.mark.parametrize("path", sorted(PAGES), ids=lambda path: path.name)
def test_every_page_is_in_step_with_its_pack(path: Path) -> None:
    """
    A page that was not written anew after its pack changed is found.
    """
    assert path.read_text(encoding="utf-8") == PAGES[path], "run: make law-pages"


def test_every_rule_stands_on_both_pages_with_all_that_is_asked() -> None:
    """
    Each rule of each pack is there in Chinese and English, with title, source, check date and cases.
    """
    assert {path.name for path in PAGES} >= {
        f"{name}{end}" for name in pack_ids() for end in (".md", ".zh.md")
    }
    for language, name in (("en", "cn.md"), ("zh-hans", "cn.zh.md")):
        text = PAGES[FOLDER / name]
        for rule in cn_pack().rules:
            assert f"`{rule.id}`" in text
            assert f"### {dict(rule.title)[language]}\n" in text
            assert f"{dict(rule.citation.text)[language]}; " in text.replace("；", "; ")
            assert all(f"| {case.name} |" in text for case in rule.cases)
