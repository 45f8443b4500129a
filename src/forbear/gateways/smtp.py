"""Mail over SMTP (RFC 5321)."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from urllib.parse import urlparse

from forbear.gateways.ports import GatewayError, Mail

TIMEOUT_SECONDS = 20


class SmtpMails:
    """Mails handed to the server at ``smtp://host:port``."""

    def __init__(self, url: str, *, mail_from: str) -> None:
        parts = urlparse(url)
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or 25
        self._from = mail_from

    def send(self, mail: Mail) -> str:
        """Hand one mail over; its Message-ID, made from ``message_id``, is the reference."""
        message = self._message(mail)
        try:
            with smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS) as server:
                server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            raise GatewayError(
                f"The mail server refused the mail: {error}.", permanent=_permanent(error)
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise GatewayError(f"The mail server did not take the mail: {error}.", permanent=False) from error
        return str(message["Message-ID"])

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"] = self._from
            message["To"] = mail.to
            message["Subject"] = mail.subject
            message["Message-ID"] = f"<{mail.message_id}@{self._from.rpartition('@')[2]}>"
        except ValueError as error:
            raise GatewayError(f"The mail cannot be addressed: {error}.", permanent=True) from error
        message.set_content(mail.text)
        return message


def _permanent(error: smtplib.SMTPException) -> bool:
    """Tell whether the server's answer is a 5xx (RFC 5321, 4.2.1): it will say the same next time."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
