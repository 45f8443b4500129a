#!/usr/bin/env python3
"""The word checker beside what was asked: two hundred sentences, and the COLD corpus.

Run: python -m bench.words [sentences|cold]. The texts of the sentences are never printed, so that
nobody fits patterns to them: counts, the confusion table, and the rows' numbers.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Figure
from bench.words_cold import cold_figures
from forbear.gateways.packs import read_word_texts
from forbear.law.words import check, parse_words
from forbear.law.words.lexicon import Act, Kind, Lexicon

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "words"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "words.md"
MARK = "<!-- confusion -->"
PACKS = {"zh": "cn", "en": "us"}
FALSE_ALARMS_MAX = 5
ACTS = tuple(act for act in Act if act is not Act.OFFENSIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One sentence: its row in the file, what its author labelled, and what was found."""

    row: str
    asked: frozenset[str]
    found: frozenset[str]


def sentences() -> list[Judged]:
    """Return every sentence judged; raises SystemExit where the file is not the one that was committed."""
    path = FOLDER / "sentences.csv"
    committed = (FOLDER / "sentences.sha256").read_text(encoding="utf-8").split()[0]
    if hashlib.sha256(path.read_bytes()).hexdigest() != committed:
        raise SystemExit("tests/words/sentences.csv is not the file whose hash was committed")
    lexicon = parse_words(read_word_texts())
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not {"id", "language", "text", "lawful", "acts", "note"} <= set(reader.fieldnames or ()):
            raise SystemExit(f"columns are {', '.join(reader.fieldnames or ())}")
        return [_judged(row, lexicon) for row in reader]


def _judged(row: dict[str, str], lexicon: Lexicon) -> Judged:
    notes = dict(part.strip().partition("=")[::2] for part in row["note"].split(";"))
    findings = check(
        row["text"],
        lexicon=lexicon,
        pack=PACKS[row["language"][:2]],
        kind=Kind(notes["kind"]),
    )
    return Judged(
        row=row["id"],
        asked=frozenset(filter(None, row["acts"].split("|"))),
        found=frozenset(finding.act.value for finding in findings),
    )


def sentence_figures(judged: Sequence[Judged]) -> list[Figure]:
    """Return how many acts were found of those labelled, and how many lawful sentences were flagged."""
    asked = sum(len(one.asked) for one in judged)
    found = sum(len(one.asked & one.found) for one in judged)
    lawful = [one for one in judged if not one.asked]
    alarms = sum(1 for one in lawful if one.found)
    return [
        Figure(name="acts found", value=100 * found / asked, asked=100, unit="%", at_least=True),
        Figure(name="false alarms", value=100 * alarms / len(lawful), asked=FALSE_ALARMS_MAX, unit="%"),
    ]


def confusion(judged: Sequence[Judged]) -> str:
    """Return the table: by labelled act, how often each act was found; the last row is the lawful ones."""
    head = ["labelled", "sentences", *ACTS, "nothing"]
    rows = [head, ["---"] * len(head)]
    for label in (*ACTS, ""):
        those = [one for one in judged if (label in one.asked if label else not one.asked)]
        seen = Counter(act for one in those for act in one.found)
        empty = sum(1 for one in those if not one.found)
        rows.append([label or "lawful", *map(str, (len(those), *(seen[act] for act in ACTS), empty))])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(parts: Sequence[str]) -> int:
    """Print every figure beside what was asked; return 1 when one falls short."""
    figures: list[Figure] = []
    if "sentences" in parts:
        judged = sentences()
        figures += sentence_figures(judged)
        table = confusion(judged)
        print(table)
        for act in ACTS:
            missed = [one.row for one in judged if act in one.asked - one.found]
            alarms = [one.row for one in judged if act in one.found and not one.asked]
            print(f"  {act}: missed rows {' '.join(missed) or 'none'}; alarms {' '.join(alarms) or 'none'}")
        before, _, after = PAGE.read_text(encoding="utf-8").partition(MARK)
        PAGE.write_text(before + MARK + f"\n{table}\n" + MARK + after.partition(MARK)[2], encoding="utf-8")
    if "cold" in parts:
        figures += cold_figures()
    for figure in figures:
        print(figure)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["sentences", "cold"]))
