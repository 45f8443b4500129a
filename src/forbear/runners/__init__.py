"""Drivers that carry the night's kernels over shards."""
