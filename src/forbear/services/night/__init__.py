"""The nightly close: ``night_run`` for one business day, ``nights_run`` for several.

Belongs here: what a close does with tables (positions, cases, promises, the worklist). Does not: the
arithmetic of a shard (``runners``, ``nightly``), the choice of a step (``conduct``), rules (``law``).
"""

from forbear.services.night.run import book_root, night_run, nights_run
from forbear.services.night.summary import HaltedLoan, NightSummary

__all__ = ["HaltedLoan", "NightSummary", "book_root", "night_run", "nights_run"]
