"""Exact amounts, rates, rounding, day counts and calendars.

Belongs here: arithmetic that knows nothing of loans. Does not: schedules, allocation, anything
with a borrower in it. Amounts are integers of 10^-scale; rates and factors are Fractions; the
rounding is an argument wherever it happens.
"""
