"""What the API takes and gives. Amounts are decimal text with their currency, never binary fractions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from forbear.web.api.types import (
    AmountText,
    CurrencyCode,
    Day,
    FactInput,
    FactName,
    Instant,
    ObjectId,
    ShortText,
    ZoneName,
)

AMOUNT = Field(examples=["1234.50"])


class PaymentIn(Schema):
    """Money that came in for a loan."""

    model_config = ConfigDict(extra="forbid")

    loan: ObjectId = Field(description="The loan's id.")
    amount: AmountText = Field(description="More than 0, as decimal text.", examples=["1234.50"])
    currency: CurrencyCode = Field(description="The loan's currency.", examples=["CNY"])
    value_date: Day = Field(description="The day from which the money counts.")
    reference: ShortText = Field(
        description="Your own name for the payment, such as the bank's entry number."
    )


class PaymentOut(Schema):
    """A payment as it stands in the ledger. The same request always gets this same answer."""

    object: Literal["payment"] = "payment"
    id: str
    loan: str
    seq: int = Field(description="Its place in the ledger of the loan.")
    amount: str = AMOUNT
    currency: str
    value_date: date
    reference: str
    owed_now: str = Field(description="What was due and unpaid right after it.")
    payoff: str = Field(description="What would have ended the loan right after it.")
    ledger_digest: str = Field(description="Names the whole ledger of the loan up to this entry.")


class Parts(Schema):
    """An amount by its parts."""

    principal: str = AMOUNT
    interest: str = AMOUNT
    fee: str = AMOUNT
    penalty: str = AMOUNT
    total: str = AMOUNT


class InstalmentOut(Schema):
    """An instalment that has fallen due or was paid ahead."""

    id: str
    due_on: date
    due: Parts
    paid: Parts
    waived: Parts
    unpaid: Parts


class PositionOut(Schema):
    """What is owed on one day, as it was known at one instant."""

    object: Literal["position"] = "position"
    loan: str
    as_of: date
    known_at: datetime | None = Field(description="Null: all that is known by now.")
    currency: str
    state: str
    bucket: str
    days_past_due: int
    oldest_due: date | None
    owed_now: str = AMOUNT
    overdue: Parts
    due_today: Parts
    payoff: str = AMOUNT
    principal: str = AMOUNT
    interest_accrued: str = AMOUNT
    next_due: date | None
    next_due_amount: str = AMOUNT
    credit: str = AMOUNT
    paid_total: str = AMOUNT
    charged_off: str = AMOUNT
    recovered: str = AMOUNT
    instalments: list[InstalmentOut] = Field(description="Those with something unpaid, oldest first.")
    last_seq: int
    ledger_digest: str


class EventOut(Schema):
    """One entry of the ledger."""

    object: Literal["event"] = "event"
    id: str
    loan: str
    seq: int
    kind: str
    value_date: date
    booked_on: date
    recorded_at: datetime
    actor: str
    targets: list[str]
    body: dict[str, Any] = Field(description="What the kind carries; amounts here are minor units.")


class EventPage(Schema):
    """One page of a loan's ledger, in the order of recording."""

    object: Literal["list"] = "list"
    data: list[EventOut]
    has_more: bool
    next: str | None = Field(description="Give it as `after` to get the next page.")


class JudgeIn(Schema):
    """A proposed act, as the flat facts that the pack declares."""

    model_config = ConfigDict(extra="forbid")

    pack: FactName = Field(description="The law pack.", examples=["cn"])
    at: Instant = Field(description="The moment of the act.")
    zones: list[ZoneName] = Field(
        min_length=1, max_length=8, description="Every time zone the person may be in; all must allow."
    )
    facts: dict[FactName, FactInput] = Field(
        max_length=100, description="The pack's facts by name. One that is left out or null is not known."
    )


class Sentence(Schema):
    """The same thing said in both languages."""

    model_config = ConfigDict(populate_by_name=True)

    zh_hans: str = Field(alias="zh-hans")
    en: str


class RuleOut(Schema):
    """A rule that spoke: what it does, why, and the text that it rests on."""

    id: str
    effect: str
    strength: str
    title: Sentence
    reason: Sentence
    values: dict[str, bool | int | str | None]
    parameters_from: date | None
    citation: Sentence
    citation_href: str
    next_moment: datetime | None


class QuestionOut(Schema):
    """A fact that is not known and decides, and the question that settles it."""

    fact: str
    text: Sentence
    rules: list[str]


class VerdictOut(Schema):
    """What the law says of the act. The same facts always get this same answer."""

    object: Literal["verdict"] = "verdict"
    outcome: Literal["allowed", "denied", "needs"]
    judged_at: datetime
    fired: list[RuleOut]
    obligations: list[RuleOut]
    excused: list[RuleOut] = Field(description="Rules that an exception or a consent lifted.")
    needs: list[str] = Field(description="Facts to establish first.")
    questions: list[QuestionOut] = Field(description="What to ask, in the order of needs.")
    lifts: list[QuestionOut] = Field(description="What would lift the rules that no time silences.")
    next_moment: datetime | None = Field(description="When it would be allowed as things stand.")
    next_if_known: datetime | None = Field(
        description="When it would be allowed at the earliest if the answers to all questions let it."
    )
    expires_at: datetime = Field(description="When an allowed act must have ended.")
    pack: str
    pack_version: str
    pack_digest: str
    facts_digest: str
    sentences: dict[str, list[str]] = Field(description="The whole verdict in words, by language.")
