"""Read the settings from the environment, or say which key is wrong and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from forbear.errors import InputError

PREFIX = "FORBEAR_"
SECRET_SHORTEST = 32
"""Characters of a secret key; a shorter one could be guessed, and sessions forged with it."""

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""A clock outside of these years leaves the calendar within a few sums of days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an operator can set. Field ``data_dir`` is FORBEAR_DATA_DIR, and so on.

    ``database_url`` is ``sqlite`` (a file in data_dir) or ``postgresql://user:pw@host/name``.
    ``clock`` is ``system``, or a UTC-offset instant at which a virtual clock starts (demo, tests).
    ``smtp_url`` is ``smtp://host:port``, or empty: then mail goes to the outbox folder as SMS does.
    ``public_url`` is the address that messages give borrowers, such as ``https://pay.lender.example``
    (empty: host and port of this server). ``trusted_proxy`` is the address of a proxy in front, such as
    ``127.0.0.1``, whose word on who asks counts (empty: nobody's does).
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
    trusted_proxy: str = ""
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
        if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
            raise InputError(f"{key} is {text!r}; set it to a whole number from 1 to 65535.", field=key)
        return int(text)
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _check(settings: Settings) -> None:
    if settings.database_url != "sqlite":
        url = _url(settings.database_url, "postgresql")
        if url is None or not url.path.strip("/"):
            raise _wrong("DATABASE_URL", "must be sqlite or postgresql://user:password@host/name.")
    if settings.smtp_url and not _host(settings.smtp_url, "smtp"):
        raise _wrong("SMTP_URL", "must be smtp://host:port, or empty.")
    if settings.public_url and not _host(settings.public_url, "http", "https"):
        raise _wrong("PUBLIC_URL", "must be an address such as https://pay.lender.example, or empty.")
    if settings.trusted_proxy and not _is_address(settings.trusted_proxy):
        raise _wrong("TRUSTED_PROXY", "must be the address of one proxy, such as 127.0.0.1, or empty.")
    if not settings.data_dir or not settings.data_dir.isprintable():
        raise _wrong("DATA_DIR", "is no folder; name one, such as var.")
    if not settings.mail_from.isprintable() or "@" not in settings.mail_from:
        raise _wrong("MAIL_FROM", "must be a mailbox such as service@lender.example.")
    if settings.secret_key and len(settings.secret_key) < SECRET_SHORTEST:
        raise _wrong("SECRET_KEY", f"is too short; set it to {SECRET_SHORTEST} or more random characters.")
    if settings.clock != "system":
        start_of_clock(settings.clock)


def _url(text: str, *schemes: str) -> SplitResult | None:
    """Return the parts of an address with one of these schemes; None for what is no address."""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in schemes and parts.port != 0
    except ValueError:
        return None
    return parts if fits and text.isprintable() else None


def _host(text: str, *schemes: str) -> str:
    parts = _url(text, *schemes)
    return (parts.hostname or "") if parts else ""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _wrong(name: str, what: str) -> InputError:
    return InputError(f"{PREFIX}{name} {what}", field=PREFIX + name)


def start_of_clock(text: str) -> datetime:
    """Read the instant at which a virtual clock starts; raises InputError unless it has a zone."""
    try:
        start = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"FORBEAR_CLOCK is {text!r}; {_CLOCK_HELP}", field="FORBEAR_CLOCK") from error
    if start.tzinfo is None:
        raise InputError(f"FORBEAR_CLOCK {text!r} has no zone; {_CLOCK_HELP}", field="FORBEAR_CLOCK")
    if not FIRST_YEAR < start.year < LAST_YEAR:
        raise InputError(
            f"FORBEAR_CLOCK {text!r} is not between {FIRST_YEAR} and {LAST_YEAR}; {_CLOCK_HELP}",
            field="FORBEAR_CLOCK",
        )
    return start.astimezone(UTC)


_CLOCK_HELP = "use system, or an instant such as 2026-11-24T10:00:00+08:00."
