"""The shipped policy tables, read from the package; parsing them is pure and done elsewhere."""

from __future__ import annotations

from importlib.resources import files


def read_treatment_text() -> str:
    """Return the text of the treatment table that ships with Forbear."""
    return (files("forbear.conduct") / "data" / "treatment.yaml").read_text(encoding="utf-8")


def read_scorecard_text() -> str:
    """Return the text of the points scorecard that ships with Forbear."""
    return (files("forbear.scoring") / "data" / "points.yaml").read_text(encoding="utf-8")
