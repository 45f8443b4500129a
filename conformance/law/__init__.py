"""Cases of the law of several countries, answered by the packs and by the functions beside them."""
