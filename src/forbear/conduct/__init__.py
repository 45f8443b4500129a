"""How a borrower is treated: stages, the treatment table, visit grounds, holds."""
