"""Helpers that only tests import: builders, the ledger text notation, Hypothesis strategies."""
