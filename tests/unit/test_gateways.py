"""The ways out: each message once, whole or not at all, and a failure that says whether to try again."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from forbear.errors import InputError
from forbear.gateways.build import GatewayConfig, build
from forbear.gateways.clock import SystemClock, VirtualClock
from forbear.gateways.outbox import OutboxMails, OutboxTexts
from forbear.gateways.ports import CallOrder, GatewayError, Mail, PaymentOrder, Text
from forbear.gateways.smtp import SmtpMails
from forbear.gateways.softphone import Softphone
from forbear.gateways.test_provider import TestProvider

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MAIL = Mail(
    message_id="ct_1", to="jia@example.invalid", subject="到期提醒", text="您好：\n有一笔款项到期。\n"
)
ORDER = PaymentOrder(order_id="order_1", lender_id="pine", loan_id="loan_1", amount=1_000, currency="CNY")


class Mailbox:
    """A mail server's own end: keeps what it takes, or answers with a code."""

    def __init__(self, answer="250 OK"):
        self.answer = answer
        self.taken = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd calls it so
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer


def free_port():
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve():
    """Serve mail on loopback with a given answer."""
    running = []

    def serving(answer="250 OK"):
        mailbox = Mailbox(answer)
        port = free_port()
        controller = Controller(mailbox, hostname="127.0.0.1", port=port)
        controller.start()
        running.append(controller)
        return mailbox, SmtpMails(f"smtp://127.0.0.1:{port}", mail_from="service@forbear.invalid")

    yield serving
    for controller in running:
        controller.stop()


def test_a_mail_arrives_as_it_was_written(serve):
    """Chinese subject and text reach a real server, with the sender and a Message-ID of our own."""
    mailbox, mails = serve()

    reference = mails.send(MAIL)

    envelope = mailbox.taken[0]
    mail = message_from_bytes(envelope.content, policy=default)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("service@forbear.invalid", ["jia@example.invalid"])
    assert mail["Subject"] == "到期提醒"
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert mail["Message-ID"] == reference == "<ct_1@forbear.invalid>"


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such mailbox", True), ("451 later", False)])
def test_a_refused_mail_says_whether_to_try_again(serve, answer, permanent):
    """A 5xx is final, a 4xx is not (RFC 5321, 4.2.1)."""
    _, mails = serve(answer)

    with pytest.raises(GatewayError) as caught:
        mails.send(MAIL)
    assert caught.value.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("550 unknown", True), ("450 busy", False)])
def test_a_refused_recipient_says_whether_to_try_again(serve, answer, permanent):
    """The answer to the address counts as the answer to the mail."""
    mailbox, mails = serve()

    async def refuse(server, session, envelope, address, options):
        return answer

    mailbox.handle_RCPT = refuse
    with pytest.raises(GatewayError, match="refused the mail") as caught:
        mails.send(MAIL)
    assert caught.value.permanent is permanent


def test_a_server_that_is_not_there_is_tried_again():
    """Nobody listening is a passing failure."""
    with pytest.raises(GatewayError, match="did not take the mail") as caught:
        SmtpMails("smtp://127.0.0.1:1", mail_from="service@forbear.invalid").send(MAIL)
    assert not caught.value.permanent


@pytest.mark.parametrize("changes", [{"to": "jia@example.invalid\nBcc: all"}, {"subject": "a\r\nBcc: all"}])
def test_no_header_can_be_slipped_in(changes):
    """An address or subject with a line break is refused for good."""
    with pytest.raises(GatewayError, match="cannot be addressed") as caught:
        SmtpMails("smtp://127.0.0.1:1", mail_from="service@forbear.invalid").send(replace(MAIL, **changes))
    assert caught.value.permanent


def test_a_text_is_one_file_however_often_it_is_sent(tmp_path):
    """Sending again writes the same file, and no half-written one is ever seen."""
    texts = OutboxTexts(tmp_path)
    text = Text(message_id="ct_1", to="19900000001", text="您好")

    assert texts.send(text) == texts.send(text) == "ct_1.json"

    assert [path.name for path in tmp_path.iterdir()] == ["ct_1.json"]
    assert json.loads((tmp_path / "ct_1.json").read_text(encoding="utf-8"))["text"] == "您好"


def test_an_outbox_keeps_to_its_folder(tmp_path):
    """A message that would be written elsewhere is refused."""
    with pytest.raises(GatewayError, match="cannot name a file"):
        OutboxTexts(tmp_path).send(Text(message_id="../ct_1", to="1", text=""))


def test_an_outbox_that_cannot_be_written_is_tried_again(tmp_path):
    """A folder that is a file is a passing failure that names itself."""
    (tmp_path / "sms").mkdir()
    (tmp_path / "sms" / "ct_1.json").mkdir()

    with pytest.raises(GatewayError, match="cannot be written") as caught:
        OutboxTexts(tmp_path / "sms").send(Text(message_id="ct_1", to="1", text=""))
    assert not caught.value.permanent


def test_the_configuration_decides_how_mail_goes(tmp_path):
    """Without an SMTP address mail goes to the outbox as texts do."""
    config = GatewayConfig(outbox=tmp_path, smtp_url="", mail_from="a@b.invalid", payment_secret=b"s" * 32)

    assert isinstance(build(config).mail, OutboxMails)
    assert isinstance(build(replace(config, smtp_url="smtp://127.0.0.1:2525")).mail, SmtpMails)
    build(config).mail.send(MAIL)
    assert (tmp_path / "mail" / "ct_1.json").exists()


def test_a_virtual_clock_stands_or_runs_and_only_goes_forward():
    """A clock that stands shows one instant until it is moved; no clock goes back."""
    clock = VirtualClock(AT, running=False)
    assert clock.now() == clock.now() == AT

    clock.move_to(AT + timedelta(hours=1))
    assert clock.now() == AT + timedelta(hours=1)
    with pytest.raises(InputError, match="only goes forward"):
        clock.move_to(AT)

    running = VirtualClock(AT, running=True)
    assert AT <= running.now() <= running.now()
    assert SystemClock().now().tzinfo is UTC


def test_placing_a_call_again_is_the_same_call():
    """The references of a call follow from the call."""
    order = CallOrder(call_id="ct_1", to="19900000001", must_end_at=AT)

    placed = Softphone().place(order)

    assert placed == Softphone().place(order)
    assert placed.recording_ref == "recording:ct_1"


def test_a_checkout_comes_back_as_a_confirmation():
    """What the borrower pays is what was ordered, under one reference however often it is paid."""
    provider = TestProvider(b"s" * 32)
    token = provider.create(ORDER)

    confirmed = provider.confirmation(*provider.pay(token, now=AT))

    assert confirmed.order == provider.order_of(token) == ORDER
    assert confirmed.paid_at == AT
    assert confirmed.provider_ref == provider.confirmation(*provider.pay(token, now=AT)).provider_ref


def test_nobody_else_can_confirm_a_payment():
    """A confirmation or token that was changed, or signed with another secret, is refused."""
    provider, stranger = TestProvider(b"s" * 32), TestProvider(b"t" * 32)
    token = provider.create(ORDER)
    payload, signature = provider.pay(token, now=AT)

    for changed in (
        (payload.replace(b"1000", b"9000"), signature),
        (payload, signature[:-1] + "g"),
        (payload, "签"),
    ):
        with pytest.raises(InputError, match="does not come from the payment provider"):
            provider.confirmation(*changed)
    with pytest.raises(InputError):
        provider.confirmation(*stranger.pay(stranger.create(ORDER), now=AT))
    for changed in (stranger.create(ORDER), token[:-1], "", "a.b", "签.签"):
        with pytest.raises(InputError, match="checkout token"):
            provider.order_of(changed)
