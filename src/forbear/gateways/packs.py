"""Reads the texts of the law packs that are shipped with the package."""

from __future__ import annotations

from importlib.resources import files

from forbear.errors import InputError
from forbear.law.parse_header import base_of


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
