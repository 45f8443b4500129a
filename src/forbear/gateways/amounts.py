"""Reads the texts of the law's amounts that are shipped beside the packs."""

from __future__ import annotations

from importlib.resources import files

from forbear.errors import InputError
from forbear.gateways.packs import pack_ids


def read_amount_texts(pack_id: str) -> dict[str, str]:
    """Return the texts of the amounts beside a pack by file name, for ``law.amounts.parse_amounts``.

    Raises InputError for an unknown pack, or one without amounts.
    """
    folder = files("forbear").joinpath("lawpacks", pack_id, "amounts")
    if pack_id not in pack_ids() or not folder.is_dir():
        raise InputError(f"There are no amounts beside a law pack {pack_id!r}.", field="pack")
    return {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir()}
