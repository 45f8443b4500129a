"""A payment provider for demonstrations and tests: real signatures, no money.

It keeps nothing: a checkout token is the order, signed; a confirmation is the order and the instant
of payment, signed under another name. Paying the same order again gives the same provider reference.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from forbear.errors import InputError
from forbear.gateways.ports import PaymentConfirmation, PaymentOrder


class TestProvider:
    """The provider's side and ours; both know ``secret`` (32 bytes or more)."""

    __test__ = False  # not a test case, though pytest thinks so of its name

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def create(self, order: PaymentOrder) -> str:
        """Return the token of a checkout."""
        payload = _json(asdict(order))
        return f"{base64.urlsafe_b64encode(payload).decode()}.{self._sign('checkout', payload)}"

    def order_of(self, token: str) -> PaymentOrder:
        """Return what a checkout token is for; raises InputError for one that is not the provider's."""
        encoded, _, signature = token.partition(".")
        try:
            payload = base64.urlsafe_b64decode(encoded.encode())
        except (binascii.Error, ValueError) as error:
            raise _not_ours("checkout token", "token") from error
        if not self._fits("checkout", payload, signature):
            raise _not_ours("checkout token", "token")
        return PaymentOrder(**json.loads(payload))

    def reference(self, order: PaymentOrder) -> str:
        """Return the provider's reference of the payment that an order becomes."""
        return f"test-{hashlib.sha256(order.order_id.encode()).hexdigest()[:20]}"

    def pay(self, token: str, *, now: datetime) -> tuple[bytes, str]:
        """Pay a checkout as the borrower would: the callback's payload and signature come back."""
        order = self.order_of(token)
        body = {
            "provider_ref": self.reference(order),
            "order": asdict(order),
            "paid_at": now.astimezone(UTC).isoformat(),
        }
        payload = _json(body)
        return payload, self._sign("confirmation", payload)

    def confirmation(self, payload: bytes, signature: str) -> PaymentConfirmation:
        """Read a callback; raises InputError where its signature does not fit."""
        if not self._fits("confirmation", payload, signature):
            raise _not_ours("confirmation", "signature")
        body = json.loads(payload)
        return PaymentConfirmation(
            provider_ref=body["provider_ref"],
            order=PaymentOrder(**body["order"]),
            paid_at=datetime.fromisoformat(body["paid_at"]),
        )

    def _sign(self, purpose: str, payload: bytes) -> str:
        return hmac.digest(self._secret, purpose.encode() + b"\x00" + payload, "sha256").hex()

    def _fits(self, purpose: str, payload: bytes, signature: str) -> bool:
        return hmac.compare_digest(
            self._sign(purpose, payload).encode(), signature.encode("utf-8", "replace")
        )


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _not_ours(what: str, field: str) -> InputError:
    return InputError(f"This {what} does not come from the payment provider.", field=field)
