"""The policy tables that a night goes by, read once."""

from __future__ import annotations

from functools import cache
from itertools import product

from forbear.conduct.features import FEATURE_NAMES
from forbear.conduct.treatment import Approach, Instead, Treatment, parse_treatment
from forbear.documents.scalars import LANGUAGES
from forbear.gateways.tables import read_scorecard_text, read_treatment_text
from forbear.scoring.points import Scorecard, parse_scorecard
from forbear.services.templates import CHANNELS, template


@cache
def treatment() -> Treatment:
    """Return the treatment table, read once; raises InputError naming its fault.

    A row whose message has no words in one of its channels and languages is such a fault.
    """
    table = parse_treatment(read_treatment_text())
    approaches = [row.approach for row in table.rows if row.approach is not None]
    steps: list[Approach | Instead] = [*approaches, *(item.instead for item in approaches if item.instead)]
    for step in steps:
        for channel, language in product(step.channels, LANGUAGES):
            if channel in CHANNELS:
                template(step.template, channel=channel, language=language)
    return table


@cache
def scorecard() -> Scorecard:
    """Return the points card, read once; raises InputError naming its fault."""
    return parse_scorecard(read_scorecard_text(), features=FEATURE_NAMES)
