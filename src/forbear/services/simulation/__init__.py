"""An invented lender's past: people, loans, payments and contacts, from a fixed seed.

Belongs here: making up a book for the demonstration and for tests. Does not: rules; what may be
done to whom is asked of the law pack, what is owed of the fold, as it is for real people. Every
draw comes from a stream named by the seed and the thing drawn for, so the same seed gives the
same book whatever its size.
"""
