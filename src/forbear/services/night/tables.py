"""The policy tables that a night goes by, read once."""

from __future__ import annotations

from functools import cache

from forbear.conduct.features import FEATURE_NAMES
from forbear.conduct.treatment import Treatment, parse_treatment
from forbear.gateways.tables import read_scorecard_text, read_treatment_text
from forbear.scoring.points import Scorecard, parse_scorecard


@cache
def treatment() -> Treatment:
    """Return the treatment table, read once; raises InputError naming its fault."""
    return parse_treatment(read_treatment_text())


@cache
def scorecard() -> Scorecard:
    """Return the points card, read once; raises InputError naming its fault."""
    return parse_scorecard(read_scorecard_text(), features=FEATURE_NAMES)
