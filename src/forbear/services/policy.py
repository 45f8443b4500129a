"""Who may do what: one table of roles and verbs.

An actor is a text ``role:name``, as ``actor_of`` builds it for an account, or ``system:name`` for
the installation itself (the night, an import, a demonstration), which may do everything.
"""

from __future__ import annotations

from forbear.errors import InputError, RefusedError
from forbear.store.models import User
from forbear.store.models.access import Role

ACTOR_LENGTH = 80
SYSTEM = "system"

VERBS: dict[str, frozenset[Role]] = {
    "book_read": frozenset({Role.MANAGER, Role.COMPLIANCE, Role.ADMINISTRATOR}),
    "worklist_read": frozenset({Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.ADMINISTRATOR}),
    "loan_read": frozenset(Role),
    "loan_open": frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
    "party_add": frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
    "party_change": frozenset({Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.ADMINISTRATOR}),
    "state_set": frozenset({Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.ADMINISTRATOR}),
    "state_end": frozenset({Role.MANAGER, Role.COMPLIANCE}),
    "ledger_append": frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
    "payment_record": frozenset({Role.AGENT, Role.MANAGER, Role.ADMINISTRATOR, Role.BORROWER}),
    "payment_reverse": frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
    "contact_judge": frozenset({Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.ADMINISTRATOR}),
    "contact_propose": frozenset({Role.AGENT, Role.MANAGER, Role.ADMINISTRATOR}),
    "contact_close": frozenset({Role.AGENT, Role.MANAGER, Role.ADMINISTRATOR}),
    "message_send": frozenset({Role.AGENT, Role.MANAGER, Role.ADMINISTRATOR}),
    "preference_set": frozenset({Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.BORROWER}),
    "preference_end": frozenset({Role.COMPLIANCE, Role.BORROWER}),
    "consent_end": frozenset({Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.BORROWER}),
    "hold_open": frozenset({Role.AGENT, Role.MANAGER, Role.COMPLIANCE, Role.BORROWER}),
    "hold_close": frozenset({Role.MANAGER, Role.COMPLIANCE}),
    "compliance_read": frozenset({Role.COMPLIANCE, Role.ADMINISTRATOR}),
    "evidence_read": frozenset({Role.COMPLIANCE, Role.ADMINISTRATOR, Role.MANAGER}),
    "tape_import": frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
    "night_run": frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
    "staff_add": frozenset({Role.ADMINISTRATOR}),
    "staff_change": frozenset({Role.ADMINISTRATOR}),
    "staff_password_reset": frozenset({Role.ADMINISTRATOR}),
    "token_issue": frozenset({Role.ADMINISTRATOR}),
    "token_revoke": frozenset({Role.ADMINISTRATOR}),
}
"""Each verb of the services, and reading where it is not everybody's, with the roles that may do it."""


def actor_of(user: User) -> str:
    """Return the actor that an account acts as, ``agent:li.na``; a borrower's names the party."""
    name = user.party_id if user.role == Role.BORROWER else user.get_username()
    return f"{user.role}:{name}"[:ACTOR_LENGTH]


def may(role: str, verb: str) -> bool:
    """Tell whether this role may do this; raises KeyError for a verb that is not in the table."""
    return role in VERBS[verb]


def require(actor: str, verb: str) -> None:
    """Raise RefusedError unless this actor's role may do this, InputError for a malformed actor."""
    role, separator, name = actor.partition(":")
    if not separator or not name or len(actor) > ACTOR_LENGTH or role not in {SYSTEM, *Role}:
        raise InputError(
            f"Actor {actor[:40]!r} is not role:name or system:name; build it with policy.actor_of.",
            field="actor",
        )
    if role != SYSTEM and not may(role, verb):
        raise RefusedError(f"The role {role} may not do {verb}; ask {_helpers(verb)}.")


def _helpers(verb: str) -> str:
    return " or ".join(sorted(role.value for role in VERBS[verb]))
