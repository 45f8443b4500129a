"""Drivers that carry the night's kernels over shards.

Belongs here: one shard's work (``shard``), and who runs the shards where (``local``). Does not:
tables (the store is reached through ``LedgerPort``), cases, worklists, law.
"""
