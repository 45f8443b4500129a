"""Which roles may call which operation. One without a row here cannot be mounted."""

from __future__ import annotations

from forbear.services.policy import VERBS
from forbear.store.models.access import Role

OPERATIONS: dict[str, frozenset[Role]] = {
    "payment_post": VERBS["payment_record"] - {Role.BORROWER},
    "position_get": VERBS["loan_read"],
    "event_list": VERBS["loan_read"],
    "act_judge": VERBS["contact_judge"],
}
"""By operation. That a payment came in is for the lender to say, not for the borrower."""
