"""The gateways of an installation, from its typed configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from forbear.gateways.outbox import OutboxMails, OutboxTexts
from forbear.gateways.ports import Gateways
from forbear.gateways.smtp import SmtpMails
from forbear.gateways.softphone import Softphone
from forbear.gateways.test_provider import TestProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayConfig:
    """What the gateways need to know. An empty ``smtp_url`` puts mail into the outbox as well."""

    outbox: Path
    smtp_url: str
    mail_from: str
    payment_secret: bytes


def build(config: GatewayConfig) -> Gateways:
    """Attach what the configuration names."""
    return Gateways(
        text=OutboxTexts(config.outbox / "sms"),
        mail=SmtpMails(config.smtp_url, mail_from=config.mail_from)
        if config.smtp_url
        else OutboxMails(config.outbox / "mail"),
        voice=Softphone(),
        payments=TestProvider(config.payment_secret),
    )
