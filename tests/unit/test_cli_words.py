"""``forbear words``: a file in, finds with their place out, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forbear.cli.main import main
from forbear.cli.words import KINDS
from forbear.law.words.lexicon import Kind
from forbear.law.words.model import FORM


def test_every_kind_of_text_can_be_named() -> None:
    """The command knows the kinds that the checker knows, and no other."""
    assert set(KINDS) == set(Kind)


def test_a_script_is_read_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each find names line, characters, act, words, rules and reason; the answer is no."""
    script = tmp_path / "script.txt"
    script.write_text("您好，请问您哪天能还款？\n\n再不还就让你坐 牢。\n", "utf-8")
    assert main(["words", str(script)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3:6-9 false_consequence “坐 牢” [cn.cba.no-false-consequences]"
    assert lines[1].strip().startswith("What it says would follow is untrue")


def test_a_transcript_names_the_kind_of_each_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column kind says what each text is: to somebody else the debt may not be named."""
    transcript = tmp_path / "talk.csv"
    transcript.write_text("kind,text\nexcerpt,您的贷款已逾期\nthird_party,他的贷款已逾期\n", "utf-8")
    assert main(["words", str(transcript)]) == 1
    out = capsys.readouterr().out
    finds = [line.split()[:2] for line in out.splitlines()[::2]]
    assert finds == [["3:2-4", "discloses_to_third_party"], ["3:5-7", "discloses_to_third_party"]]


def test_a_row_ends_where_csv_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line separator within a field, as word processors write it, ends no row."""
    transcript = tmp_path / "talk.csv"
    transcript.write_text("kind,text\nexcerpt,您好\u2028再不还就让你坐牢\n", "utf-8")
    assert main(["words", str(transcript)]) == 1
    assert capsys.readouterr().out.startswith("2:9-11 false_consequence")


def test_nothing_found_is_said_with_its_limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing is found the status is 0, and no promise is made."""
    script = tmp_path / "script.txt"
    script.write_text("您好，请问您哪天能还款？\n", "utf-8")
    assert main(["words", str(script)]) == 0
    assert "A pattern can miss things" in capsys.readouterr().out


def test_a_model_in_the_data_folder_is_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model in the data folder speaks beside the patterns, under its own mark."""
    (tmp_path / "words").mkdir()
    model = {"form": FORM, "name": "m", "bias": 0, "weights": {"糟": 1}}
    (tmp_path / "words" / "model.json").write_text(json.dumps(model), "utf-8")
    monkeypatch.setenv("FORBEAR_DATA_DIR", str(tmp_path))
    script = tmp_path / "script.txt"
    script.write_text("真糟\n", "utf-8")
    assert main(["words", str(script)]) == 1
    assert "1:0-2 offensive (model) “真糟”" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "options", "says"),
    [
        ("a.csv", b"words\nx\n", [], "no column text"),
        ("a.csv", b"kind,text\nodd,x\n", [], "line 2: kind 'odd' is not known"),
        ("a.csv", b"text\n" + b"x" * 140_000, [], "line 2: it is not CSV"),
        ("a.csv", b"", [], "is empty"),
        ("a.txt", b"\n \n", [], "is empty"),
        ("a.txt", b"x\n" + b"y" * 100_001, [], "line 2: more than 100,000 characters"),
        ("a.txt", b"\xff\xfe", [], "not UTF-8"),
        ("a.txt", b"x", ["--pack", "fr"], "no law pack 'fr'"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes,
    options: list[str],
    says: str,
) -> None:
    """A file or pack that cannot be used is one sentence and status 2."""
    (tmp_path / name).write_bytes(content)
    assert main(["words", str(tmp_path / name), *options]) == 2
    assert says in capsys.readouterr().err
