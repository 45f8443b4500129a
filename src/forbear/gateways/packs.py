"""Reads the texts of the law packs that are shipped with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from forbear.errors import InputError
from forbear.law.parse_header import base_of
from forbear.law.words.model import Model, parse_model


def pack_ids() -> list[str]:
    """Return the ids of the packs that are there, in order."""
    folders = files("forbear").joinpath("lawpacks").iterdir()
    return sorted(folder.name for folder in folders if folder.joinpath("pack.yaml").is_file())


def read_pack_texts(pack_id: str) -> dict[str, str]:
    """Return a pack's texts by path, for ``law.parse``. Raises InputError for an unknown pack.

    With an overlay come the texts of the pack that it extends; the paths of both then name the pack.
    """
    texts = _texts_in_folder(pack_id)
    base = base_of(texts)
    if not base:
        return texts
    below = {f"{base}/{path}": text for path, text in _texts_in_folder(base).items()}
    return below | {f"{pack_id}/{path}": text for path, text in texts.items()}


def _texts_in_folder(pack_id: str) -> dict[str, str]:
    if pack_id not in pack_ids():
        raise InputError(f"There is no law pack {pack_id!r}; use {' or '.join(pack_ids())}.", field="pack")
    folder = files("forbear").joinpath("lawpacks", pack_id)
    texts = [item for item in folder.iterdir() if item.name.endswith(".yaml")]
    return {item.name: item.read_text(encoding="utf-8") for item in sorted(texts, key=lambda item: item.name)}


def read_word_texts() -> dict[str, str]:
    """Return the texts of the word checker's patterns by file name, for ``law.words.parse_words``."""
    folder = files("forbear").joinpath("lawpacks", "words")
    return {
        item.name: item.read_text(encoding="utf-8")
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".yaml")
    }


def read_word_model(folder: Path) -> Model | None:
    """Return the trained model that ``tools/train_words.py`` wrote into a data folder, or None.

    Raises InputError where the file is no such model.
    """
    path = folder / "words" / "model.json"
    return parse_model(path.read_bytes(), source=str(path)) if path.is_file() else None
