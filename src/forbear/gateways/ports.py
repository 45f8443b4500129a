"""What each way out takes and gives back, whoever is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class GatewayError(Exception):
    """A gateway did not take what it was given. ``permanent``: trying again will not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text message; ``message_id`` makes a repeated send the same message."""

    message_id: str
    to: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail in plain text; ``message_id`` makes a repeated send the same mail."""

    message_id: str
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """A call to be placed, and the instant by which it must have ended."""

    call_id: str
    to: str
    must_end_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCall:
    """What the telephone system calls this call, and the recording of it."""

    call_ref: str
    recording_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """A payment that a borrower is about to make; ``order_id`` is ours, ``amount`` in minor units."""

    order_id: str
    lender_id: str
    loan_id: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentConfirmation:
    """A provider's word that money has come in."""

    provider_ref: str
    order: PaymentOrder
    paid_at: datetime


class TextSender(Protocol):
    """Sends text messages."""

    def send(self, text: Text) -> str:
        """Send, and return the carrier's reference; raises GatewayError."""
        ...


class MailSender(Protocol):
    """Sends mail."""

    def send(self, mail: Mail) -> str:
        """Send, and return a reference; raises GatewayError."""
        ...


class Voice(Protocol):
    """Places calls."""

    def place(self, order: CallOrder) -> PlacedCall:
        """Start the call; raises GatewayError."""
        ...


class PaymentProvider(Protocol):
    """Takes payments for the lender's account."""

    def create(self, order: PaymentOrder) -> str:
        """Return the token of a checkout that the borrower goes through."""
        ...

    def order_of(self, token: str) -> PaymentOrder:
        """Return what a checkout token is for; raises InputError for one that is not the provider's."""
        ...

    def confirmation(self, payload: bytes, signature: str) -> PaymentConfirmation:
        """Read the provider's callback; raises InputError where its signature does not fit."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateways:
    """Every way out of this installation."""

    text: TextSender
    mail: MailSender
    voice: Voice
    payments: PaymentProvider
