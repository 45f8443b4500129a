"""The published JSON Schema accepts the packs that load, and refuses what an editor should mark."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import forbear
from forbear.documents.scalars import Language
from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.pack import Certainty, Expected, Key, Layer, Measure, Status
from forbear.law.verdict import Effect, Outcome, Strength

SCHEMA = json.loads(
    (Path(forbear.__file__).parent / "lawpacks" / "schema" / "lawpack.schema.json").read_text(
        encoding="utf-8"
    )
)
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)
GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
PLAIN = {"true": True, "false": False, "null": None}


def as_an_editor_reads(node: yaml.Node) -> Any:
    """Return a YAML tree in the core schema of YAML 1.2, where 22:00 and a date are strings."""
    match node:
        case yaml.MappingNode():
            return {key.value: as_an_editor_reads(value) for key, value in node.value}
        case yaml.SequenceNode():
            return [as_an_editor_reads(item) for item in node.value]
        case _ if node.style is None and node.value in PLAIN:
            return PLAIN[node.value]
        case _ if node.style is None and re.fullmatch(r"-?\d+", node.value):
            return int(node.value)
        case _:
            return node.value


def complaints(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_an_editor_reads(yaml.compose(text)))]


@pytest.mark.parametrize(
    ("pack_id", "file"), [(pack_id, file) for pack_id in pack_ids() for file in read_pack_texts(pack_id)]
)
def test_every_file_of_every_pack_fits_the_schema(pack_id: str, file: str) -> None:
    """
    What loads is what the schema describes.
    """
    assert complaints(read_pack_texts(pack_id)[file]) == []


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("strength: standard", "strength: very strong"),
        ("{source: act, last_checked_on: 2026-01-01}\n        certainty", "{source: act}\n        certainty"),
        ("    effect: require\n", ""),
        ("days: 7, where", "days: 7, since_last: two_way, where"),
        ("en: Calls}", "en: }"),
        ("unless:", "unles:"),
    ],
)
def test_the_schema_refuses_what_does_not_load(written: str, instead: str) -> None:
    """
    An editor marks a wrong word, a missing source and a misspelt key before anything is run.
    """
    assert complaints(GOOD) == []
    assert complaints(GOOD.replace(written, instead, 1))


def test_the_words_of_the_schema_are_those_of_the_code() -> None:
    """
    Each closed list of the format is the same in the schema and in the code.
    """
    defs = SCHEMA["$defs"]
    rule, case = defs["rule"]["properties"], defs["case"]["properties"]

    assert rule["effect"]["enum"] == list(Effect)
    assert rule["strength"]["enum"] == list(Strength)
    assert rule["layer"]["enum"] == list(Layer)
    assert rule["status"]["enum"] == list(Status)
    assert defs["certainty"]["enum"] == list(Certainty)
    assert case["expect"]["enum"] == list(Expected)
    assert sorted(case["outcome"]["enum"]) == sorted(Outcome)
    assert defs["counted"]["properties"]["key"]["enum"] == list(Key)
    assert defs["counted"]["properties"]["measure"]["enum"] == list(Measure)
    assert defs["pack"]["properties"]["language"]["enum"] == list(Language)


def test_the_reference_names_every_key_of_the_format() -> None:
    """
    Whatever the schema allows stands in docs/reference/law-pack.md.
    """
    page = (Path(__file__).parents[3] / "docs/reference/law-pack.md").read_text(encoding="utf-8")
    keys = {
        key for name, part in SCHEMA["$defs"].items() if name != "texts" for key in part.get("properties", ())
    }

    assert [key for key in sorted(keys) if f"`{key}" not in page] == []
