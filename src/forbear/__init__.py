"""forbear: consumer-loan servicing and lawful collections."""
