"""What must be fast, measured: ``python -m bench.NAME`` prints each figure beside what was asked for it.

Belongs here: the work that is measured and how. Does not: whether the result is right, which tests say.
"""
