"""The configuration is read once, and a wrong key stops the start with its name."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from forbear.config.settings import Settings, load
from forbear.errors import InputError


def test_defaults_need_no_environment():
    """
    An empty environment gives a local SQLite installation that is not a demo.
    """
    settings = load({"PATH": "/bin"})

    assert ("sqlite", "127.0.0.1", 8000, False) == (
        settings.database_url,
        settings.host,
        settings.port,
        settings.demo,
    )


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("FORBEAR_PORT", "eighty"),
        ("FORBEAR_PORT", "70000"),
        ("FORBEAR_PORT", "0"),
        ("FORBEAR_DEMO", "yes"),
        ("FORBEAR_DATABASE_URL", "mysql://x"),
        ("FORBEAR_SMTP_URL", "mail.example"),
        ("FORBEAR_PUBLIC_URL", "pay.lender.example"),
        ("FORBEAR_CLOCK", "tonight"),
        ("FORBEAR_CLOCK", "2026-11-24T10:00:00"),
        ("FORBEAR_CLOCK", "9999-12-31T23:59:59-23:59"),
        ("FORBEAR_CLOCK", "0001-01-01T00:00:00+14:00"),
        ("FORBEAR_PROT", "8000"),
        ("FORBEAR_PORT", "²"),
        ("FORBEAR_PORT", "8０"),
        ("FORBEAR_PORT", "9" * 5000),
        ("FORBEAR_DATABASE_URL", "postgresql://u:p@host:port/name"),
        ("FORBEAR_DATABASE_URL", "postgresql://[host/name"),
        ("FORBEAR_DATABASE_URL", "postgresql://host/"),
        ("FORBEAR_DATABASE_URL", "postgresql://"),
        ("FORBEAR_SMTP_URL", "smtp://host:port"),
        ("FORBEAR_PUBLIC_URL", "https://["),
        ("FORBEAR_DATA_DIR", ""),
        ("FORBEAR_MAIL_FROM", "service@lender.example\nBcc: x@y.example"),
        ("FORBEAR_SECRET_KEY", "x"),
        ("FORBEAR_TRUSTED_PROXY", "*"),
        ("FORBEAR_TRUSTED_PROXY", "proxy.example"),
        ("FORBEAR_TRUSTED_PROXY", "10.0.0.0/8"),
    ],
)
def test_a_wrong_value_names_its_key(key: str, text: str):
    """
    The error says which variable is wrong, so that it can be mended without reading code.
    """
    with pytest.raises(InputError, match=key) as caught:
        load({key: text})

    assert key == caught.value.field


def test_every_kind_of_value_is_read():
    """
    Flags, numbers, lists and texts are read by the type of their field.
    """
    settings = load(
        {
            "FORBEAR_DEMO": "1",
            "FORBEAR_PORT": "8123",
            "FORBEAR_ALLOWED_HOSTS": "a.example, b.example",
            "FORBEAR_CLOCK": "2026-11-24T10:00:00+08:00",
            "FORBEAR_SMTP_URL": "smtp://127.0.0.1:2525",
        }
    )

    assert (True, 8123, ("a.example", "b.example")) == (settings.demo, settings.port, settings.allowed_hosts)


def test_the_reference_has_every_setting_with_its_default():
    """
    The page of the settings lists them all, in the order of the code, and what each is without being set.
    """
    page = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(FORBEAR_[A-Z_]+)` \| (.*?) \|", page, flags=re.MULTILINE)

    assert rows == [(f"FORBEAR_{item.name.upper()}", _written(item.default)) for item in fields(Settings)]


def _written(default: object) -> str:
    """Write a default as somebody would set it."""
    if isinstance(default, tuple):
        return f"`{','.join(default)}`"
    return f"`{int(default) if isinstance(default, bool) else default}`" if default != "" else ""
