"""The tables, by noun."""

from forbear.store.models.access import ApiToken, SigninCode, User
from forbear.store.models.casework import Case, Hold, NightRun, Promise, WorkItem
from forbear.store.models.contact import Contact, ContactOutcome, Message, PackText, Verdict
from forbear.store.models.evidence import Checkpoint, EvidenceLeaf, PersonKey, SealedLeaf
from forbear.store.models.ledger import LedgerEvent, PositionRow, Reply, Snapshot
from forbear.store.models.lender import Lender
from forbear.store.models.loan import Loan, LoanRole
from forbear.store.models.party import ContactPoint, Party, PartyState, Preference

__all__ = [
    "ApiToken",
    "Case",
    "Checkpoint",
    "Contact",
    "ContactOutcome",
    "ContactPoint",
    "EvidenceLeaf",
    "Hold",
    "LedgerEvent",
    "Lender",
    "Loan",
    "LoanRole",
    "Message",
    "NightRun",
    "PackText",
    "Party",
    "PartyState",
    "PersonKey",
    "PositionRow",
    "Preference",
    "Promise",
    "Reply",
    "SealedLeaf",
    "SigninCode",
    "Snapshot",
    "User",
    "Verdict",
    "WorkItem",
]
