"""Loans: terms, schedules, events, and the fold that turns them into a position.

Belongs here: everything about one loan that follows from its terms and its events. Does not:
people, contacts, storage, today's date. Shared integer rules (bucket edges, allocation order) are
data in ``rules``; ``forbear.nightly`` reads the same data by column.
"""
