"""The measure of the word checker, and the training of its model, on invented rows."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from bench import words
from bench.words import Judged, confusion, sentence_figures
from forbear.law.words.model import parse_model
from tools import train_words

JUDGED = [
    Judged(row="1", asked=frozenset({"threat", "insult"}), found=frozenset({"threat"})),
    Judged(row="2", asked=frozenset(), found=frozenset({"insult"})),
    Judged(row="3", asked=frozenset(), found=frozenset()),
]


def test_every_labelled_act_counts_and_every_lawful_sentence() -> None:
    """Found is counted by act, alarms by lawful sentence; both fall short here."""
    found, alarms = sentence_figures(JUDGED)
    assert (found.value, found.holds) == (50, False)
    assert (alarms.value, alarms.holds) == (50, False)


def test_the_table_has_a_row_for_each_label_and_one_for_the_lawful() -> None:
    """A row says how many sentences bear a label and what was found in them."""
    rows = confusion(JUDGED).splitlines()
    assert rows[0].startswith("| labelled | sentences | threat | insult |")
    assert rows[2] == "| threat | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |"
    assert rows[-1] == "| lawful | 2 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 1 |"


def test_sentences_that_were_changed_are_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose hash is not the committed one is refused."""
    (tmp_path / "sentences.csv").write_text("id,text\n", "utf-8")
    (tmp_path / "sentences.sha256").write_text("0  sentences.csv\n", "utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    with pytest.raises(SystemExit, match="not the file"):
        words.sentences()


def test_a_model_is_trained_from_a_file_and_read_in_plain_python(tmp_path: Path) -> None:
    """A trained model tells its texts apart; of a text that is there twice the first label counts."""
    path = tmp_path / "texts.csv.gz"
    rows = [(f"你真糟{number % 7}糕", 1) for number in range(30)] + [
        (f"今天{number % 7}天气好", 0) for number in range(30)
    ]
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("TEXT", "label"), *rows, ("你真糟0糕", 0)])
    to = tmp_path / "words" / "model.json"
    assert train_words.main(["--texts", str(path), "--to", str(to)]) == 0
    model = parse_model(to.read_text(encoding="utf-8"), source="model.json")
    assert all((model.score(text) > 0) == bool(label) for text, label in rows)
    assert all(isinstance(weight, int) for weight in json.loads(to.read_text("utf-8"))["weights"].values())


def test_every_text_belongs_to_one_part() -> None:
    """A text's part depends on its hash alone, about 70, 15 and 15 in a hundred."""
    parts = [train_words.part_of(f"text {number}") for number in range(2_000)]
    assert 1_300 < parts.count("train") < 1_500
    assert 230 < parts.count("validation") < 370
    assert 230 < parts.count("test") < 370
