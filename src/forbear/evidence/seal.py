"""What a leaf commits to, and who vouches for a root.

A leaf is encrypted with AES-SIV (RFC 5297) under the key of the person it is about: the same text
under the same key gives the same bytes, and what it vouches for (lender, kind, ref) is bound to it.
A root is signed with Ed25519 (RFC 8032).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from forbear.errors import InputError

PERSON_KEY_BYTES = 64
SIGNING_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a leaf is about: whose log, what kind of thing, which one, concerning whom, since when."""

    lender_id: str
    kind: str
    ref: str
    party_id: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The statement that is signed: this lender's log had this size and this root at this instant."""

    lender_id: str
    size: int
    root: bytes
    signed_at: datetime

    def text(self) -> bytes:
        """The signed bytes: four lines (see docs/reference/evidence.md)."""
        lines = (
            f"forbear/{self.lender_id}",
            str(self.size),
            b64encode(self.root).decode(),
            instant_text(self.signed_at),
        )
        return "".join(f"{line}\n" for line in lines).encode()


def instant_text(instant: datetime) -> str:
    """Write an instant in UTC with microseconds; raises InputError for one without a zone."""
    if instant.tzinfo is None:
        raise InputError(f"{instant} has no time zone; give an instant with its UTC offset.", field="instant")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encrypt(plaintext: bytes, *, key: bytes, subject: Subject) -> bytes:
    """Encrypt a leaf's text under a person's key of 64 bytes, bound to its subject."""
    return AESSIV(_person_key(key)).encrypt(plaintext, _bound(subject))


def decrypt(ciphertext: bytes, *, key: bytes, subject: Subject) -> bytes | None:
    """Return a leaf's text, or None where the bytes, the key or the subject are not the ones it had."""
    try:
        return AESSIV(_person_key(key)).decrypt(ciphertext, _bound(subject))
    except InvalidTag:
        return None


def entry(ciphertext: bytes, *, subject: Subject) -> bytes:
    """Return the bytes that enter the log: every field with its length before it, then the ciphertext.

    The subject is hashed too, so that it stays bound after the person's key was destroyed.
    """
    return b"".join(len(field).to_bytes(4, "big") + field for field in (*_fields(subject), ciphertext))


def sign(head: Head, *, private_key: bytes) -> bytes:
    """Sign a log's head with an Ed25519 key of 32 bytes; 64 bytes come back."""
    return _signing_key(private_key).sign(head.text())


def verify_signature(head: Head, signature: bytes, *, public_key: bytes) -> bool:
    """Tell whether ``signature`` over this head was made with the private half of ``public_key``."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, head.text())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_of(private_key: bytes) -> bytes:
    """Return the public half of a signing key."""
    return _signing_key(private_key).public_key().public_bytes_raw()


def key_id(public_key: bytes) -> str:
    """Name a public key: the hexadecimal SHA-256 of its bytes."""
    return hashlib.sha256(public_key).hexdigest()


def _fields(subject: Subject) -> tuple[bytes, ...]:
    texts = (
        subject.lender_id,
        subject.kind,
        subject.ref,
        subject.party_id,
        instant_text(subject.recorded_at),
    )
    return tuple(text.encode() for text in texts)


def _bound(subject: Subject) -> list[bytes]:
    return [subject.lender_id.encode(), subject.kind.encode(), subject.ref.encode()]


def _person_key(key: bytes) -> bytes:
    if len(key) != PERSON_KEY_BYTES:
        raise InputError(f"A person's key has {PERSON_KEY_BYTES} bytes, not {len(key)}.", field="key")
    return key


def _signing_key(private_key: bytes) -> Ed25519PrivateKey:
    if len(private_key) != SIGNING_KEY_BYTES:
        raise InputError(f"A signing key has {SIGNING_KEY_BYTES} bytes, not {len(private_key)}.", field="key")
    return Ed25519PrivateKey.from_private_bytes(private_key)
