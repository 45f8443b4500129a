"""The borrower's portal."""
