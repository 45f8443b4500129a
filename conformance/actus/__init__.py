"""The public ACTUS suite: contract terms in its words, and the events that follow from them."""
