"""A message says what is owed and what waiting costs, is judged again before it goes, and goes once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.documents.scalars import LANGUAGES
from forbear.errors import InputError, RefusedError
from forbear.gateways.ports import GatewayError
from forbear.law.verdict import ContactRefusedError
from forbear.loans.explain import cost_of_waiting
from forbear.money.amount import decimal_text
from forbear.services import message, runtime
from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.message import message_send, messages_dispatch
from forbear.services.party import point_end
from forbear.services.payment import payment_record
from forbear.services.preference import preference_set
from forbear.services.templates import templates
from forbear.store.models import Contact, Message, Verdict
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db

AGENT = "agent:li.na"
TODAY = date(2026, 11, 24)
MEDIUM = {"sms": "phone", "email": "email"}


@pytest.fixture
def send(loan, borrower, now):
    """Send the borrower a reminder by text; a test changes what it is about."""

    def sending(key="m-1", channel="sms", template="reminder", **changes):
        given = {
            "actor": AGENT,
            "lender_id": loan.lender_id,
            "key": key,
            "now": now,
            "loan_id": loan.pk,
            "party_id": borrower.pk,
            "contact_point_id": borrower.contact_points.get(medium=MEDIUM[channel]).pk,
            "channel": channel,
            "template": template,
        }
        return message_send(**given | changes)

    return sending


@pytest.fixture
def carrier(monkeypatch):
    """Let the carrier of texts fail until a test says otherwise: ``carrier(error)``, ``carrier(None)``."""
    texts = type(runtime.gateways().text)
    original, failing = texts.send, [None]

    def handing_over(self, text):
        if failing[0] is not None:
            raise failing[0]
        return original(self, text)

    monkeypatch.setattr(texts, "send", handing_over)

    def failing_with(error):
        failing[0] = error

    return failing_with


def sent_files(outbox, kind="sms"):
    """Return what lies in the outbox."""
    folder = outbox / kind
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("channel", "folder"), [("sms", "sms"), ("email", "mail")])
def test_a_reminder_says_what_is_owed_and_what_waiting_costs(send, loan, outbox, language, channel, folder):
    """Amount, since when, the cost of a day and of a month, how to pay, whom to ask, how to stop."""
    send(channel=channel, language=language)

    [file] = sent_files(outbox, folder)
    position = position_on(loan, as_of=TODAY)
    waiting = dict(cost_of_waiting(position, 30))
    owed = f"{int(decimal_text(position.owed_now, 2).split('.')[0]):,}.{position.owed_now % 100:02d}"
    assert owed in file["text"]
    assert decimal_text(waiting[TODAY + timedelta(days=1)], 2) in file["text"]
    assert decimal_text(waiting[TODAY + timedelta(days=30)], 2) in file["text"]
    for words in ("PINE-1", "400-000-0000", "/portal/pine/"):
        assert words in file["text"]
    since = {"zh-hans": "2026年9月15日", "en": "15 September 2026"}[language]
    help_, stop = {"zh-hans": ("申请帮助", "不想再收到"), "en": ("ask for help", "stop these")}[language]
    assert since in file["text"]
    assert help_ in file["text"]
    assert stop in file["text"].lower()


def test_the_language_is_the_persons_own(send, loan, borrower, outbox):
    """Without a choice, people are written to in their language."""
    borrower.language = "en"
    borrower.save(update_fields=["language"])

    send()

    assert sent_files(outbox)[0]["text"].startswith("松果消费金融: Hello")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["identify", "signin_code"])
def test_what_goes_to_an_unproven_number_says_nothing_of_a_debt(name, language):
    """Templates for numbers that may have changed hands know no word of owing."""
    forbidden = (
        "loan",
        "debt",
        "owe",
        "due",
        "pay",
        "borrow",
        "借",
        "贷",
        "欠",
        "还款",
        "逾期",
        "到期",
        "{reference}",
    )
    found = {key: item for key, item in templates().items() if (key[0], key[2]) == (name, language)}
    assert found
    for key, item in found.items():
        text = f"{item.subject} {item.text}".lower()
        assert not [word for word in forbidden if word in text], key


def test_no_subject_names_a_debt_and_every_address_stays_a_link():
    """What a lock screen shows says nothing of owing; a space follows each address."""
    for item in templates().values():
        subject = item.subject.lower()
        assert not [word for word in ("loan", "debt", "due", "借", "欠", "期") if word in subject]
        assert not [rest for rest in item.text.split("{portal}")[1:] if rest[0] != " "]


def test_no_template_threatens():
    """No template knows a word of threat or pressure."""
    threats = (
        "法律",
        "起诉",
        "立即",
        "否则",
        "后果",
        "征信",
        "court",
        "legal",
        "must",
        "immediately",
        "consequence",
    )
    for key, item in templates().items():
        text = f"{item.subject} {item.text}".lower()
        for harmless in ("{legal_name}", "我们会立即停止"):
            text = text.replace(harmless, "")
        assert not [word for word in threats if word in text], key


def test_a_message_goes_once(send, outbox):
    """The same request again, and the dispatcher after it, send nothing more."""
    first = send()
    again = send()
    report = messages_dispatch(now=datetime(2026, 11, 24, 3, tzinfo=UTC))

    assert again.replayed
    assert again.contact_id == first.contact_id
    assert len(sent_files(outbox)) == 1
    assert (report.sent, report.waiting) == (0, 0)
    assert Message.objects.get().state == "sent"


def test_a_text_is_denied_at_night(send, outbox):
    """A denied message is kept as a verdict, and no words are made or queued."""
    with pytest.raises(ContactRefusedError):
        send(now=datetime(2026, 11, 24, 14, 0, tzinfo=UTC))

    assert Verdict.objects.get().outcome == "denied"
    assert not Message.objects.exists()
    assert sent_files(outbox) == []


def test_a_carrier_that_is_down_is_tried_again(send, carrier, outbox, now):
    """A passing failure leaves the message queued; it is judged again, and goes when the carrier is back."""
    carrier(GatewayError("carrier down", permanent=False))
    send()
    assert Message.objects.get().state == "queued"
    assert messages_dispatch(now=now + timedelta(minutes=1)).waiting == 1

    carrier(None)
    report = messages_dispatch(now=now + timedelta(minutes=2))

    message = Message.objects.get()
    assert (report.sent, message.state) == (1, "sent")
    assert message.last_verdict.judged_at == now + timedelta(minutes=2)
    assert message.last_verdict.outcome == "allowed"
    assert len(sent_files(outbox)) == 1


def test_a_message_that_can_never_go_fails_for_good(send, carrier, now):
    """A final failure is not tried again."""
    carrier(GatewayError("no such number", permanent=True))
    send()

    message = Message.objects.get()
    assert (message.state, message.detail) == ("failed", "no such number")
    assert messages_dispatch(now=now + timedelta(minutes=1)).failed == 0


def test_a_stop_while_queued_wins(send, carrier, outbox, loan, borrower, now):
    """Who asks to stop while a message waits does not get it; the judgement that withheld it is kept."""
    carrier(GatewayError("carrier down", permanent=False))
    send()
    carrier(None)
    preference_set(
        actor=f"borrower:{borrower.pk}",
        lender_id=loan.lender_id,
        key="w-1",
        now=now + timedelta(minutes=1),
        party_id=borrower.pk,
        kind="stop",
        channel="sms",
        source="portal",
    )

    report = messages_dispatch(now=now + timedelta(minutes=2))

    message = Message.objects.get()
    assert (report.withheld, message.state) == (1, "withheld")
    assert message.last_verdict.outcome == "denied"
    assert message.detail == f"No longer allowed: see verdict {message.last_verdict.pk}."
    assert sent_files(outbox) == []


@pytest.mark.parametrize("later", [timedelta(0), timedelta(milliseconds=300)])
def test_a_stop_between_queueing_and_sending_wins(send, outbox, loan, borrower, now, monkeypatch, later):
    """Nobody slips a text past a stop that was recorded while the request that sends it ran."""
    dispatch = message._dispatch

    def stopped_first(contact_id, at):
        preference_set(
            actor=f"borrower:{borrower.pk}",
            lender_id=loan.lender_id,
            key="w-1",
            now=now + later,
            party_id=borrower.pk,
            kind="stop",
            source="portal",
        )
        return dispatch(contact_id, at)

    monkeypatch.setattr(message, "_dispatch", stopped_first)
    send()

    assert Message.objects.get().state == "withheld"
    assert sent_files(outbox) == []


def test_a_message_does_not_outlive_its_verdict(send, carrier, outbox, now):
    """What waited into the night is withheld, and what it says of amounts is never sent late."""
    carrier(GatewayError("carrier down", permanent=False))
    receipt = send()
    carrier(None)

    report = messages_dispatch(now=receipt.must_end_at)

    assert (report.withheld, Message.objects.get().state) == (1, "withheld")
    assert sent_files(outbox) == []


def test_a_number_that_ended_while_queued_gets_nothing(send, carrier, loan, borrower, outbox, now):
    """A number that is no longer the person's is not written to."""
    carrier(GatewayError("carrier down", permanent=False))
    send()
    carrier(None)
    phone = borrower.contact_points.get(medium="phone")
    point_end(
        actor=AGENT, lender_id=loan.lender_id, key="pt-1", now=now, point_id=phone.pk, because="new number"
    )

    messages_dispatch(now=now + timedelta(minutes=2))

    assert Message.objects.get().detail == "The contact point is no longer valid."
    assert sent_files(outbox) == []


def test_a_dispatcher_that_died_is_taken_over(send, carrier, outbox, now):
    """A message that was taken up and never settled is sent by the next dispatcher, as the same message."""
    carrier(GatewayError("carrier down", permanent=False))
    send()
    carrier(None)
    Message.objects.update(state="sending", claimed_at=now)

    assert messages_dispatch(now=now + timedelta(minutes=4)).sent == 0
    assert messages_dispatch(now=now + timedelta(minutes=5)).sent == 1
    assert len(sent_files(outbox)) == 1


def test_nothing_owed_nothing_to_remind_of(send, loan, now):
    """A loan that is paid up to date gets no reminder, and the attempt leaves no contact behind."""
    payment_record(
        actor="system:tests",
        lender_id=loan.lender_id,
        key="p-1",
        now=now,
        loan_id=loan.pk,
        amount=position_on(loan, as_of=TODAY).owed_now,
        value_date=TODAY,
        channel_ref="p-1",
    )

    with pytest.raises(RefusedError, match="Nothing is owed on loan PINE-1"):
        send()
    assert not Contact.objects.exists()


def test_a_template_that_is_not_there_is_named(send):
    """An unknown template, channel or language is refused with what there is."""
    with pytest.raises(InputError, match="known are identify, reminder, signin_code") as caught:
        send(template="threat")
    assert caught.value.field == "template"
    with pytest.raises(InputError, match="no template 'reminder' for sms in fr"):
        send(language="fr")


def test_words_and_ways_of_messages_are_in_evidence(send, carrier, loan, now):
    """Texts, mails and what became of them check out; a rewritten message is found."""
    send()
    send(key="m-2", channel="email", template="identify")
    carrier(GatewayError("no such number", permanent=True))
    send(key="m-3", template="identify")
    evidence_seal(lender_id=loan.lender_id, now=now)
    assert evidence_verify(now=now, lender_id=loan.lender_id).first_bad == ""

    message = Message.objects.filter(state="failed").get()
    Message.objects.filter(pk=message.pk).update(state="sent")

    assert (
        f"message_end {message.pk}): the row differs from what was recorded: state"
        in evidence_verify(now=now).first_bad
    )
