"""What a running installation has at hand: clock, gateways, folders. Built once, from the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from forbear.config.settings import start_of_clock
from forbear.gateways.build import GatewayConfig, build
from forbear.gateways.clock import Clock, SystemClock, VirtualClock
from forbear.gateways.ports import Gateways
from forbear.services import keys


@dataclass(slots=True, kw_only=True)
class _Runtime:
    clock: Clock | None = None
    gateways: Gateways | None = None


_runtime = _Runtime()


def clock() -> Clock:
    """Return the clock: the machine's, or the virtual one that FORBEAR_CLOCK starts."""
    if _runtime.clock is None:
        text = settings.FORBEAR.clock
        _runtime.clock = (
            SystemClock() if text == "system" else VirtualClock(start_of_clock(text), running=True)
        )
    return _runtime.clock


def gateways() -> Gateways:
    """Return the gateways. Of those that reach a person only contact and message make use."""
    if _runtime.gateways is None:
        config = settings.FORBEAR
        _runtime.gateways = build(
            GatewayConfig(
                outbox=data_dir() / "outbox",
                smtp_url=config.smtp_url,
                mail_from=config.mail_from,
                payment_secret=keys.payment_secret(keys_dir()),
            )
        )
    return _runtime.gateways


def data_dir() -> Path:
    """Return the folder that everything outside the database is kept in."""
    return Path(settings.DATA_DIR)


def keys_dir() -> Path:
    """Return the folder of the installation's keys."""
    return data_dir() / "keys"


def portal_address(lender_id: str) -> str:
    """Return the address of the borrower portal as messages give it."""
    config = settings.FORBEAR
    base = config.public_url or f"http://{config.host}:{config.port}"
    return f"{base.rstrip('/')}/portal/{lender_id}/"


@contextmanager
def replaced(*, clock: Clock | None = None, gateways: Gateways | None = None) -> Iterator[None]:
    """Put other ones in place for a while: a virtual clock that stands, gateways that fail."""
    before = (_runtime.clock, _runtime.gateways)
    _runtime.clock = clock or _runtime.clock
    _runtime.gateways = gateways or _runtime.gateways
    try:
        yield
    finally:
        _runtime.clock, _runtime.gateways = before


def forget() -> None:
    """Build clock and gateways anew when they are next asked for."""
    _runtime.clock = _runtime.gateways = None
