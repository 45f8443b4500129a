"""Encryption under a person's key, and signatures over a log's head."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from forbear.errors import InputError
from forbear.evidence.seal import (
    Head,
    Subject,
    decrypt,
    encrypt,
    entry,
    instant_text,
    key_id,
    public_key_of,
    sign,
    verify_signature,
)

KEY = bytes(range(64))
SIGNING = bytes(range(32))
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SUBJECT = Subject(lender_id="pine", kind="event", ref="ev_1", party_id="party_1", recorded_at=AT)
HEAD = Head(lender_id="pine", size=3, root=bytes(32), signed_at=AT)


def test_the_same_text_is_the_same_ciphertext():
    """Encryption is deterministic, so that a leaf can be made again and compared."""
    assert encrypt(b"paid", key=KEY, subject=SUBJECT) == encrypt(b"paid", key=KEY, subject=SUBJECT)
    assert encrypt(b"paid", key=KEY, subject=SUBJECT) != encrypt(b"paie", key=KEY, subject=SUBJECT)


def test_a_leaf_opens_for_its_own_subject_and_key_alone():
    """What a leaf vouches for is bound to it: no other lender, kind, row or key opens it."""
    sealed = encrypt(b"paid", key=KEY, subject=SUBJECT)

    assert decrypt(sealed, key=KEY, subject=SUBJECT) == b"paid"
    assert decrypt(sealed, key=KEY[::-1], subject=SUBJECT) is None
    for changed in ({"lender_id": "cedar"}, {"kind": "contact"}, {"ref": "ev_2"}):
        assert decrypt(sealed, key=KEY, subject=replace(SUBJECT, **changed)) is None


@pytest.mark.parametrize("place", [0, 15, 16, -1])
def test_a_flipped_bit_does_not_open(place):
    """Any changed byte of a ciphertext shows."""
    sealed = bytearray(encrypt(b"paid", key=KEY, subject=SUBJECT))
    sealed[place] ^= 1

    assert decrypt(bytes(sealed), key=KEY, subject=SUBJECT) is None


def test_an_entry_commits_to_every_field_of_its_subject():
    """No two subjects share an entry, however their texts run into each other."""
    subjects = [
        SUBJECT,
        replace(SUBJECT, lender_id="pineevent", kind=""),
        replace(SUBJECT, kind="even", ref="tev_1"),
        replace(SUBJECT, party_id="party_2"),
        replace(SUBJECT, recorded_at=AT + timedelta(microseconds=1)),
    ]

    assert len({entry(b"c", subject=subject) for subject in subjects}) == len(subjects)


def test_a_signature_holds_for_its_head_and_key_alone():
    """A signed head cannot be given another lender, size, root or instant, nor another signer."""
    signature = sign(HEAD, private_key=SIGNING)
    public = public_key_of(SIGNING)

    assert verify_signature(HEAD, signature, public_key=public)
    for changed in (
        {"lender_id": "cedar"},
        {"size": 4},
        {"root": bytes(31) + b"\x01"},
        {"signed_at": AT + timedelta(1)},
    ):
        assert not verify_signature(replace(HEAD, **changed), signature, public_key=public)
    assert not verify_signature(HEAD, signature, public_key=public_key_of(SIGNING[::-1]))
    assert not verify_signature(HEAD, b"short", public_key=public)


def test_the_signed_text_is_four_lines():
    """The signed bytes are what docs/reference/evidence.md says."""
    assert HEAD.text() == b"forbear/pine\n3\n" + b"A" * 43 + b"=\n2026-11-24T02:00:00.000000Z\n"


def test_an_ed25519_vector_of_the_standard_holds():
    """The first key pair of RFC 8032, section 7.1."""
    private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")

    public = public_key_of(private)

    assert public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert len(key_id(public)) == 64


def test_an_instant_is_written_in_utc():
    """The same instant has one text, whatever zone it came in."""
    shanghai = timezone(timedelta(hours=8))
    assert instant_text(AT.astimezone(shanghai)) == instant_text(AT) == "2026-11-24T02:00:00.000000Z"
    with pytest.raises(InputError, match="no time zone"):
        instant_text(AT.replace(tzinfo=None))


def test_keys_have_their_length():
    """A key of the wrong length is refused with the length it must have."""
    with pytest.raises(InputError, match="64 bytes, not 3"):
        encrypt(b"", key=b"abc", subject=SUBJECT)
    with pytest.raises(InputError, match="32 bytes, not 3"):
        sign(HEAD, private_key=b"abc")
