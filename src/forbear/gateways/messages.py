"""Reads the texts of the closed messages that are shipped beside the packs."""

from __future__ import annotations

from importlib.resources import files

from forbear.errors import InputError
from forbear.gateways.packs import pack_ids


def read_message_texts(pack_id: str) -> dict[str, str]:
    """Return the texts of the messages beside a pack by file name, for ``law.messages.parse_messages``.

    Raises InputError for an unknown pack, or one without messages.
    """
    folder = files("forbear").joinpath("lawpacks", pack_id, "messages")
    if pack_id not in pack_ids() or not folder.is_dir():
        raise InputError(f"There are no messages beside a law pack {pack_id!r}.", field="pack")
    return {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir()}
