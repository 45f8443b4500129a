"""Cases of equal instalments, derived from Apache Fineract's own tests of its calculator."""
