"""Looks for one pattern, or one thing that must be said, in a folded text."""

from __future__ import annotations

from collections.abc import Iterator

from forbear.law.words.fold import Folded, Spelling, fold
from forbear.law.words.lexicon import Duty, Excuse, Pattern, Where
from forbear.law.words.phrase import SENTENCE_ENDS

SENTENCE_SIDE = 120
"""How far a sentence is read to each side of a find."""


def places(pattern: Pattern, folded: Folded) -> Iterator[tuple[int, int]]:
    """Yield start and end, in the original text, of each find that nothing excuses."""
    beside = [excuse for excuse in pattern.excuses if excuse.where is not Where.TEXT]
    anywhere = [excuse for excuse in pattern.excuses if excuse.where is Where.TEXT]
    if any(excuse.finder.search(folded.text) for excuse in anywhere):
        return
    for found in pattern.finder.finditer(folded.text):
        start, end = found.span()
        if not any(_excused(excuse, folded.text, start, end) for excuse in beside):
            yield folded.span(start, end)


def finds(pattern: Pattern, text: str, spelling: Spelling) -> bool:
    """Tell whether a pattern finds anything in a text."""
    return any(True for _ in places(pattern, fold(text, spelling)))


def is_said(duty: Duty, text: str, spelling: Spelling) -> bool:
    """Tell whether a text says what it must."""
    return duty.finder.search(fold(text, spelling).text) is not None


def _excused(excuse: Excuse, text: str, start: int, end: int) -> bool:
    if excuse.where is Where.NEAR:
        left, right = max(_clause_start(text, start), start - excuse.near), end
    else:
        left, right = _sentence_start(text, start), _sentence_end(text, end)
    return excuse.finder.search(text, left, right) is not None


def _clause_start(text: str, start: int) -> int:
    sentence = _sentence_start(text, start)
    return max(sentence, text.rfind(",", sentence, start) + 1)


def _sentence_start(text: str, start: int) -> int:
    low = max(0, start - SENTENCE_SIDE)
    return max([low, *(text.rfind(end, low, start) + 1 for end in SENTENCE_ENDS)])


def _sentence_end(text: str, end: int) -> int:
    high = min(len(text), end + SENTENCE_SIDE)
    ends = [at for one in SENTENCE_ENDS if (at := text.find(one, end, high)) >= 0]
    return min([high, *ends])
