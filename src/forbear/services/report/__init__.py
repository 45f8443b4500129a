"""The report: one page of HTML about a lender's book, that opens from disk and needs no network.

Belongs here: what the page shows and how it is drawn. Does not: counting (``nightly.flows``,
``book.comparison``), closing nights, judging.
"""

from forbear.services.report.page import report_write

__all__ = ["report_write"]
