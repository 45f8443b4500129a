"""Amounts that the law fixes, beside public cases: allocation, caps, principal, limitation, yearly cost."""
