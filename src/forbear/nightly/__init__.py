"""The night by column: ageing, screening, candidates. Scalar twins live in loans, law and conduct."""
