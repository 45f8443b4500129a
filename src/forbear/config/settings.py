"""Read the settings from the environment, or say which key is wrong and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from forbear.errors import InputError

PREFIX = "FORBEAR_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an operator can set. Field ``data_dir`` is FORBEAR_DATA_DIR, and so on.

    ``database_url`` is ``sqlite`` (a file in data_dir) or ``postgresql://user:pw@host/name``.
    ``clock`` is ``system``, or a UTC-offset instant at which a virtual clock starts (demo, tests).
    ``smtp_url`` is ``smtp://host:port``, or empty: then mail goes to the outbox folder as SMS does.
    ``public_url`` is the address that messages give borrowers, such as ``https://pay.lender.example``
    (empty: host and port of this server).
    """

    data_dir: str = "var"
    database_url: str = "sqlite"
    secret_key: str = ""
    debug: bool = False
    demo: bool = False
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    clock: str = "system"
    smtp_url: str = ""
    mail_from: str = "service@forbear.invalid"
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    secure_cookies: bool = False
    crash_at: str = ""


def load(environ: Mapping[str, str]) -> Settings:
    """Build the settings from ``environ``; raises InputError naming the key that cannot be used."""
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    values: dict[str, object] = {}
    for key, text in environ.items():
        if not key.startswith(PREFIX) or key == "FORBEAR_SHARED":
            continue
        if key not in known:
            raise InputError(f"{key} is not a setting; known are {', '.join(sorted(known))}.", field=key)
        values[known[key].name] = _read(key, text, str(known[key].type))
    settings = Settings(**values)  # type: ignore[arg-type]  # each value was read by its field's type
    _check(settings)
    return settings


def _read(key: str, text: str, kind: str) -> object:
    if kind == "bool":
        if text not in ("0", "1"):
            raise InputError(f"{key} is {text!r}; set it to 0 or 1.", field=key)
        return text == "1"
    if kind == "int":
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise InputError(f"{key} is {text!r}; set it to a whole number from 1 to 65535.", field=key)
        return int(text)
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _check(settings: Settings) -> None:
    if settings.database_url != "sqlite" and not settings.database_url.startswith("postgresql://"):
        raise InputError(
            "FORBEAR_DATABASE_URL must be sqlite or postgresql://user:password@host/name.",
            field="FORBEAR_DATABASE_URL",
        )
    if settings.smtp_url and not settings.smtp_url.startswith("smtp://"):
        raise InputError("FORBEAR_SMTP_URL must be smtp://host:port, or empty.", field="FORBEAR_SMTP_URL")
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise InputError(
            "FORBEAR_PUBLIC_URL must be an address such as https://pay.lender.example, or empty.",
            field="FORBEAR_PUBLIC_URL",
        )
    if settings.clock != "system":
        start_of_clock(settings.clock)


def start_of_clock(text: str) -> datetime:
    """Read the instant at which a virtual clock starts; raises InputError unless it has a zone."""
    try:
        start = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"FORBEAR_CLOCK is {text!r}; {_CLOCK_HELP}", field="FORBEAR_CLOCK") from error
    if start.tzinfo is None:
        raise InputError(f"FORBEAR_CLOCK {text!r} has no zone; {_CLOCK_HELP}", field="FORBEAR_CLOCK")
    return start


_CLOCK_HELP = "use system, or an instant such as 2026-11-24T10:00:00+08:00."
