"""The staff console: worklist, case, book, compliance."""
