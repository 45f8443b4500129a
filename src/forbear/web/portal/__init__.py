"""The borrower's portal, under ``/portal/<lender>/``.

Belongs here: pages in the borrower's words, one question each, and the forms behind them. Does not:
what is owed (``loans.explain``), what binds (``services``), who may see what (``visible_to``).
"""
