"""Forbear held against other people's numbers: public data and suites, and the adapters to them."""
