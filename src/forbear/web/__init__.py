"""The faces in a browser: staff console, borrower portal, API. Views translate; they decide nothing."""
