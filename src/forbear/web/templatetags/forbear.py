"""Tags and filters of the design system: amounts, days, icons, verdict tags, the key of a form."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from forbear.law.pack import Fact
from forbear.law.verdict import Fired
from forbear.loans.cost import percent as cost_percent
from forbear.money.amount import decimal_text
from forbear.web import format as write
from forbear.web import words
from forbear.web.pages import language_of
from forbear.web.sums import exact_text

register = template.Library()

SECONDS_A_MINUTE = 60
COST_DECIMALS = 2
"""Decimals of a percentage that a yearly cost is disclosed with."""


@register.simple_tag
def money(minor: int | None, currency: str, scale: int = 2) -> str:
    """``{% money 123450 "CNY" %}`` → ¥1,234.50; a dash where there is no amount."""
    return "–" if minor is None else write.money(minor, currency, language_of(), scale=scale)


@register.filter
def number(value: int) -> str:
    """``{{ count|number }}`` → 12,345."""
    return write.number(value, language_of())


@register.filter
def rate(share: Fraction) -> str:
    """``{{ step.rate_annual|rate }}`` → 18.25%."""
    return write.rate(share)


@register.filter
def cost_rate(share: Decimal) -> str:
    """``{{ cost.rate|cost_rate }}`` → 14.37%, as a disclosure writes it."""
    return f"{cost_percent(share, COST_DECIMALS)}%"


@register.filter
def times(multiple: Fraction) -> str:
    """``{{ cap.value.value|times }}`` → 1.5, with as many decimals as it has, up to four."""
    return decimal_text(round(multiple * 10**4), 4).rstrip("0").rstrip(".")


@register.simple_tag
def exact(amount: Fraction, scale: int = 2) -> str:
    """``{% exact step.exact sc %}`` → 4.438356: minor units with the digits beyond the cent."""
    return exact_text(amount, scale)


@register.simple_tag(takes_context=True)
def page_address(context: Context, name: str, number: int) -> str:
    """``{% page_address "ledger" 2 %}``: this page with another page of one of its lists, at that list."""
    query = context["request"].GET.copy()
    query[name] = str(number)
    return f"?{query.urlencode()}" + ("" if name == "page" else f"#{name}")


@register.filter
def of(mapping: Any, key: str) -> Any:
    """``{{ digests|of:event.event_id }}``: what a mapping holds under a key, or nothing."""
    return mapping.get(key)


@register.filter
def percent(share: float) -> str:
    """``{{ 0.125|percent }}`` → 12.5%."""
    return write.percent(share, language_of())


@register.filter
def day(value: date | None) -> str:
    """``{{ due_on|day }}`` → 24 Nov 2026."""
    return "–" if value is None else write.day(value, language_of())


@register.filter
def weekday(value: date | None) -> str:
    """``{{ due_on|weekday }}`` → Tue 24 Nov 2026."""
    return "–" if value is None else write.day(value, language_of(), weekday=True)


@register.filter
def instant(value: datetime | None, zone: str) -> str:
    """``{{ placed_at|instant:zone }}`` → Tue 24 Nov 2026 21:59, on the wall clock of ``zone``."""
    return "–" if value is None else write.instant(value, zone, language_of())


@register.filter
def clock(value: datetime | None, zone: str) -> str:
    """``{{ must_end_at|clock:zone }}`` → 22:00, on the wall clock of ``zone``."""
    return "–" if value is None else write.clock(value, zone)


@register.filter
def zone_name(zone: str) -> str:
    """``{{ zone|zone_name }}`` → Beijing time."""
    return write.zone_name(zone, language_of())


@register.simple_tag(takes_context=True)
def when(context: Context, value: datetime | None, zone: str) -> str:
    """``{% when next_moment zone %}`` → 08:00, or Wed 25 Nov, 08:00 when that is not today."""
    return "–" if value is None else write.when(value, zone, language_of(), now=context["now"])


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "phone" %}``: a drawing beside words, hidden from screen readers."""
    href = f"{static('vendor/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href
    )


@register.simple_tag
def request_key() -> SafeString:
    """The hidden field that makes sending a form twice the same act."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid.uuid4().hex)


@register.inclusion_tag("partials/outcome.html")
def outcome_tag(outcome: str) -> dict[str, Any]:
    """``{% outcome_tag verdict.outcome %}``: allowed, denied or needs, by word, icon and colour."""
    return {"outcome": outcome}


@register.filter
def in_language(pairs: Any) -> str:
    """``{{ fired.reason|in_language }}``: the reader's side of a text that carries both languages."""
    return str(dict(pairs)[language_of()])


@register.filter
def word(code: str, kind: str) -> str:
    """``{{ contact.channel|word:"channel" }}``: what a code is called in the reader's language."""
    return words.word(kind, code)


@register.filter
def said_in(pairs: Any, language: str) -> str:
    """``{{ fired.reason|said_in:"en" }}``: the other side of a text that carries both languages."""
    return str(dict(pairs).get(language, ""))


@register.simple_tag
def citation(fired: Fired) -> str:
    """``{% citation fired %}``: the source of a rule, glossed where it is in another language."""
    return fired.citation_in(language_of())


@register.simple_tag
def verdict_reason(body: dict[str, Any]) -> str:
    """``{% verdict_reason row.body %}``: the first sentence of a stored verdict's reasons."""
    fired, questions = body.get("fired") or [], body.get("questions") or []
    if fired:
        return str(fired[0]["reason"][language_of()])
    return str(questions[0]["text"][language_of()]) if questions else ""


@register.filter
def fact(value: Any, zone: str) -> str:
    """``{{ value|fact:zone }}``: a fact as a rule saw it; what is not known is said to be so."""
    if isinstance(value, dict):
        value = datetime.fromisoformat(value["instant"])
    if isinstance(value, datetime):
        return write.instant(value, zone, language_of())
    if value is None:
        return gettext("not known")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)


@register.filter
def split(text: str, separator: str = "|") -> list[str]:
    """``{{ "a,b"|split:"," }}``: a short fixed list within a template."""
    return text.split(separator)


@register.filter
def minutes_from(moment: datetime, now: datetime) -> int:
    """``{{ must_end_at|minutes_from:now }}``: minutes left, a started one counted; 0 once it has passed."""
    return max(0, -int((now - moment).total_seconds() // SECONDS_A_MINUTE))


@register.filter
def seconds_from(moment: datetime, now: datetime) -> int:
    """``{{ must_end_at|seconds_from:now }}``: seconds left, for the script that says when it has passed."""
    return max(0, int((moment - now).total_seconds()))


@register.filter
def per_mille(share: float) -> int:
    """``{{ 0.125|per_mille }}`` → 125, for a progress bar."""
    return round(share * 1000)


@register.filter
def plain(minor: int) -> str:
    """``{{ 123450|plain }}`` → 1234.50, for a script to read."""
    return decimal_text(minor, 2)


@register.filter
def actor(text: str) -> str:
    """``{{ row.actor|actor }}``: who did it, as people say it: “li.na (Agent)”, “System (night)”."""
    role, _, name = text.partition(":")
    if role == "system":
        return gettext("System (%(part)s)") % {"part": words.word("system", name)}
    if role == "borrower":
        return gettext("The borrower")
    return gettext("%(name)s (%(role)s)") % {"name": name, "role": words.word("role", role)}


@register.simple_tag
def fact_value(known: Fact | None, value: Any, zone: str) -> str:
    """``{% fact_value fact value zone %}``: a fact's value, by its name where the pack gives it one."""
    labels = dict(known.labels) if known else {}
    if isinstance(value, str) and value in labels:
        return str(dict(labels[value])[language_of()])
    return fact(value, zone)


@register.filter
def iso_day(text: str) -> str:
    """``{{ "2026-11-24"|iso_day }}``: a day out of stored JSON, in the reader's form with its weekday."""
    return weekday(date.fromisoformat(text))
