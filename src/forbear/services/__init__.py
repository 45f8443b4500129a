"""Use cases: keyword-only verbs, each one transaction, safe to repeat, judged and evidenced inside."""
