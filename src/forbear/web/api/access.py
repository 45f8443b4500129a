"""Which roles may call which operation. One without a row here cannot be mounted."""

from __future__ import annotations

from forbear.store.models.access import Role

READERS = (Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.ADMINISTRATOR, Role.BORROWER)
STAFF = (Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.ADMINISTRATOR)

OPERATIONS: dict[str, tuple[Role, ...]] = {
    "payment_post": (Role.MANAGER, Role.ADMINISTRATOR),
    "position_get": READERS,
    "event_list": READERS,
    "act_judge": STAFF,
}
