"""The installation's own keys, in ``data_dir/keys``: made on first use, readable by the owner alone."""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

from forbear.errors import InputError, RefusedError
from forbear.evidence.seal import SIGNING_KEY_BYTES, public_key_of

SIGNING = "signing.key"
SIGNING_PUBLIC = "signing.pub"
PEPPER = "pepper.key"
PAYMENTS = "payments.key"
KEY_BYTES = 32


def signing_key(folder: Path) -> bytes:
    """Return the Ed25519 key that signs checkpoints; its public half is published beside it.

    Raises RefusedError where it is not the one that was published: a log that another key went on
    signing would never hold again.
    """
    public = folder / SIGNING_PUBLIC
    if public.exists() and not (folder / SIGNING).exists():
        raise RefusedError(f"{folder / SIGNING} is gone; put back the key that {public} belongs to.")
    key = _key(folder, SIGNING, SIGNING_KEY_BYTES)
    if not public.exists():
        public.write_text(public_key_of(key).hex() + "\n", encoding="ascii")
    elif published_key(folder) != public_key_of(key):
        raise RefusedError(f"{folder / SIGNING} is not the key that {public} belongs to; put back that one.")
    return key


def published_key(folder: Path) -> bytes:
    """Return the public key that checkpoints are checked against; raises InputError where there is none."""
    path = folder / SIGNING_PUBLIC
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise InputError(f"No public key can be read at {path}; put back the one that signed.") from error


def pepper(folder: Path) -> bytes:
    """Return the secret that sign-in codes and numbers are digested with."""
    return _key(folder, PEPPER, KEY_BYTES)


def payment_secret(folder: Path) -> bytes:
    """Return the secret shared with the test payment provider."""
    return _key(folder, PAYMENTS, KEY_BYTES)


@cache
def _key(folder: Path, name: str, size: int) -> bytes:
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(path, secrets.token_bytes(size))
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError as error:
        raise InputError(f"{path} is damaged; put back the right key.", field="keys") from error
    if len(key) != size:
        raise InputError(f"{path} holds {len(key)} bytes instead of {size}; put back the right key.")
    return key


def _create(path: Path, key: bytes) -> None:
    """Write the key whole or not at all; of two processes at once the first one's key stays."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
