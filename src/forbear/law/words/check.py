"""The checker: a text in, what it offends and where out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from forbear.errors import InputError
from forbear.law.verdict import Texts
from forbear.law.words.fold import Folded, fold
from forbear.law.words.lexicon import Act, ActEntry, Kind, Lexicon
from forbear.law.words.model import Model
from forbear.law.words.search import places

LENGTH_MAX = 100_000
"""Characters of one text. A longer one is read in parts."""


class Origin(StrEnum):
    """Who says it: a reviewed pattern, a duty to say something, or a trained model."""

    PATTERN = "pattern"
    DUTY = "duty"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One act found: ``start`` to ``end`` are characters of the text as given.

    ``by`` names the pattern, duty or model; ``rules`` are those of the pack asked about. It is advice.
    """

    act: Act
    start: int
    end: int
    origin: Origin
    by: str
    rules: tuple[str, ...]
    title: Texts
    reason: Texts


def check(
    text: str,
    *,
    lexicon: Lexicon,
    pack: str,
    kind: Kind = Kind.EXCERPT,
    channel: str | None = None,
    model: Model | None = None,
) -> list[Finding]:
    """Return what a text offends under a pack such as ``cn``, in order of place.

    The patterns of all languages are tried, because people mix them. ``kind`` decides what must be
    said and what may not be; ``channel`` None skips duties that hang on the channel. Of two finds of
    one act that overlap, the first stays. Raises InputError for a text that is too long.
    """
    if len(text) > LENGTH_MAX:
        raise InputError(
            f"The text has {len(text):,} characters; {LENGTH_MAX:,} are read at once. Split it.", field="text"
        )
    folded = fold(text, lexicon.spelling)
    found = [
        *_by_patterns(folded, lexicon, pack, kind),
        *_by_duties(folded, lexicon, pack, kind, channel, len(text)),
        *(_by_model(text, lexicon, pack, model) if model else ()),
    ]
    return _without_overlaps(sorted(found, key=lambda finding: (finding.start, -finding.end)))


def _by_patterns(folded: Folded, lexicon: Lexicon, pack: str, kind: Kind) -> Iterator[Finding]:
    for pattern in lexicon.patterns:
        if not pattern.kinds or kind in pattern.kinds:
            for start, end in places(pattern, folded):
                yield _finding(lexicon.acts[pattern.act], pack, start, end, Origin.PATTERN, pattern.id)


def _by_duties(
    folded: Folded, lexicon: Lexicon, pack: str, kind: Kind, channel: str | None, length: int
) -> Iterator[Finding]:
    for duty in lexicon.duties:
        asked = pack in duty.packs and kind in duty.kinds
        if asked and (not duty.channels or channel in duty.channels) and not duty.finder.search(folded.text):
            act = lexicon.acts[Act.MISSING_DISCLOSURE]
            yield _finding(act, pack, 0, length, Origin.DUTY, duty.id)


def _by_model(text: str, lexicon: Lexicon, pack: str, model: Model) -> Iterator[Finding]:
    """Judge each line by itself, as the model was trained on short texts."""
    start = 0
    for line in text.split("\n"):
        if model.score(line) > 0:
            end = start + len(line)
            yield _finding(lexicon.acts[Act.OFFENSIVE], pack, start, end, Origin.MODEL, model.name)
        start += len(line) + 1


def _finding(act: ActEntry, pack: str, start: int, end: int, origin: Origin, by: str) -> Finding:
    rules = act.offends.get(pack, ())
    return Finding(
        act=act.act,
        start=start,
        end=end,
        origin=origin,
        by=by,
        rules=rules,
        title=act.title,
        reason=act.reason,
    )


def _without_overlaps(findings: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    ends: dict[tuple[Act, Origin], int] = {}
    for finding in findings:
        key = (finding.act, finding.origin)
        if finding.origin is Origin.DUTY or finding.start >= ends.get(key, 0):
            kept.append(finding)
            ends[key] = finding.end
    return kept
