"""One loan's books as people read them: schedule, ledger, postings, why each amount, what it costs.

Belongs here: rows put together from what ``loans`` folds and explains. Does not: arithmetic of a loan
(``loans``), words and layout (``web``).
"""
