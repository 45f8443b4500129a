"""A trained linear model of short pieces of text, read in whole numbers.

A model speaks of tone alone: it was trained on what people call offensive, and names no act of a
statute. It is made by ``tools/train_words.py`` and kept in the data folder, never in the repository.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from forbear.errors import InputError

FORM = "forbear-words-1"
LONGEST = 2
"""Characters of the longest piece without a gap."""

SKIPPED = 2
"""Characters at most that a piece of two may leave out between them."""

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights of pieces of text, and a bias, in millionths."""

    name: str
    bias: int
    weights: Mapping[str, int]

    def score(self, text: str) -> int:
        """Return a text's sum in millionths, each piece counted once: above 0 it is offensive."""
        return self.bias + sum(self.weights.get(piece, 0) for piece in set(pieces_of(text)))


def pieces_of(text: str) -> list[str]:
    """Return the pieces of a text: characters, neighbours, and pairs with one or two between them."""
    written = text.strip().lower()
    pieces = [
        written[at : at + length]
        for length in range(1, LONGEST + 1)
        for at in range(len(written) - length + 1)
    ]
    for left_out in range(1, SKIPPED + 1):
        gap = "\0" * left_out
        pieces += [
            written[at] + gap + written[at + left_out + 1] for at in range(len(written) - left_out - 1)
        ]
    return pieces


def parse_model(text: str | bytes, *, source: str) -> Model:
    """Return a model from its JSON text; ``source`` names it in errors. Raises InputError."""
    try:
        read = json.loads(text)
        form, name, bias, weights = (read[key] for key in ("form", "name", "bias", "weights"))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{source} is no model of words. Train it anew: tools/train_words.py") from error
    whole = isinstance(weights, dict) and all(isinstance(one, int) for one in (bias, *weights.values()))
    if form != FORM or not isinstance(name, str) or not whole:
        raise InputError(f"{source} is a model of another form than {FORM}. Train it anew.")
    return Model(name=name, bias=bias, weights=weights)
