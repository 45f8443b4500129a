"""The law packs in use: read once, parsed once, and kept for good from their first use on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from forbear.gateways.amounts import read_amount_texts
from forbear.gateways.packs import read_pack_texts
from forbear.law.amounts import LegalAmount, parse_amounts
from forbear.law.pack import Pack
from forbear.law.parse import parse
from forbear.store.models import PackText


@dataclass(frozen=True, slots=True)
class Book:
    """A pack with the texts that it was parsed from."""

    pack: Pack
    texts: dict[str, str]


@cache
def book_of(pack_id: str) -> Book:
    """Return a pack by its id, such as ``cn``; raises InputError where it is missing or does not parse."""
    texts = read_pack_texts(pack_id)
    return Book(parse(texts), texts)


@cache
def amounts_of(pack_id: str) -> Mapping[str, LegalAmount]:
    """Return the dated numbers beside a pack, by name; raises InputError where there are none."""
    return parse_amounts(read_amount_texts(pack_id))


def keep(book: Book, now: datetime) -> None:
    """See to it that the texts of a pack are stored before a verdict names them."""
    pack = book.pack
    PackText.objects.get_or_create(
        digest=pack.digest,
        defaults={
            "pack_id": pack.id,
            "version": pack.version,
            "texts": book.texts,
            "first_used_at": now,
        },
    )
