"""What staff type, read into what the services take."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forbear.errors import InputError
from forbear.money.amount import parse_amount
from forbear.services.contact import CLOSING
from forbear.store.models import ContactPoint, Hold, PartyState, Preference, User
from forbear.store.models.access import STAFF
from forbear.web import words

YES_NO_UNKNOWN = [("yes", _("Yes")), ("no", _("No")), ("", _("Not established"))]
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def choices_of(kind: str, codes: tuple[str, ...] | list[str]) -> list[tuple[str, str]]:
    """Return (code, name) pairs for a form, named as everywhere."""
    return [(code, words.CATALOGUE[kind].get(code, code)) for code in codes]


class OutcomeForm(forms.Form):
    """How a call ended, and what was promised."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        help_text=_(
            "Declined is for who would not talk about the debt at all. Who asks for something, objects,"
            " complains, names a representative or wants no recording has not declined: note what they said"
            " instead."
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the call ended.")},
    )
    right_party = forms.ChoiceField(
        label=_("Was it the person we meant to reach?"),
        help_text=_("Only after a second fact matched, such as the date of birth."),
        choices=YES_NO_UNKNOWN,
        required=False,
        widget=forms.RadioSelect,
    )
    two_way = forms.BooleanField(label=_("We really talked: both sides spoke"), required=False)
    recording_ref = forms.CharField(label=_("Recording"), max_length=120, required=False)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Facts that help the next conversation. Nothing about health, faith or family."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    promise_amount = forms.CharField(
        label=_("Amount promised"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    promise_on = forms.DateField(
        label=_("To be paid by"),
        required=False,
        widget=_DAY,
        error_messages={"invalid": _("Write the day as year-month-day, such as 2026-12-01.")},
    )

    def __init__(self, *args: Any, channel: str, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        self.fields["outcome"].choices = choices_of("outcome", list(CLOSING[channel]))

    def clean(self) -> dict[str, Any]:
        """See that a promise has both its amount and its day."""
        data = super().clean() or {}
        amount, day = data.get("promise_amount"), data.get("promise_on")
        if amount and not day and "promise_on" not in self.errors:
            self.add_error("promise_on", _("Say by which day it is to be paid."))
        if day and not amount:
            self.add_error("promise_amount", _("Say how much was promised."))
        if amount:
            try:
                data["promise_minor"] = parse_amount(amount.replace(",", ""), self.currency).minor
            except InputError:
                self.add_error("promise_amount", _("Write the amount in figures, such as 1200.50."))
        return data

    def promise(self) -> tuple[int, date] | None:
        """Return the promise in minor units with its day, or None."""
        if not self.cleaned_data.get("promise_on"):
            return None
        return self.cleaned_data["promise_minor"], self.cleaned_data["promise_on"]

    def met(self) -> bool | None:
        """Return whether the right person was reached; None where that was not established."""
        return {"yes": True, "no": False}.get(self.cleaned_data["right_party"])


class HoldForm(forms.Form):
    """Why collection stops while something is looked into."""

    kind = forms.ChoiceField(
        label=_("What does the borrower say?"),
        choices=choices_of("hold", list(Hold.Kind.values)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )
    words = forms.CharField(
        label=_("In the borrower's own words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what the borrower said.")},
    )


class ReleaseForm(forms.Form):
    """The finding that ends a hold."""

    because = forms.CharField(
        label=_("What was found?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what was found; the borrower can read it.")},
    )


class ReasonForm(forms.Form):
    """Why something ends that was on file. It is kept with who ended it."""

    because = forms.CharField(
        label=_("Why?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write down why; it is kept in evidence with your name."),
            "max_length": _("Write at most 200 characters."),
        },
    )


class PointForm(forms.Form):
    """One more number, mailbox or address of a person."""

    medium = forms.ChoiceField(
        label=_("What is it?"),
        choices=choices_of("medium", list(ContactPoint.Medium.values)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    value = forms.CharField(
        label=_("Number, mailbox or address"),
        max_length=200,
        error_messages={"required": _("Write the number, mailbox or address.")},
    )
    zone = forms.CharField(
        label=_("Time zone there"),
        help_text=_("The law's hours are those of this zone, such as Asia/Shanghai."),
        max_length=40,
        error_messages={"required": _("Write the time zone, such as Asia/Shanghai.")},
    )
    source = forms.CharField(
        label=_("Where is it known from?"),
        help_text=_("Such as: the borrower, in a call. Never a phone book, a call log or a third party."),
        max_length=80,
        error_messages={"required": _("Say where it is known from.")},
    )


class StateForm(forms.Form):
    """Something about a person that changes what may be done."""

    state = forms.ChoiceField(
        label=_("What is the case?"),
        choices=choices_of("party_state", list(PartyState.State.values)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits.")},
    )
    source = forms.CharField(
        label=_("Where is it known from?"),
        help_text=_("Such as: letter of the lawyer of 20 November. Nothing else about health or family."),
        max_length=200,
        error_messages={"required": _("Say where it is known from.")},
    )


class ReturnForm(forms.Form):
    """A payment that the bank took back: since when, and why."""

    value_date = forms.DateField(
        label=_("Owed again from"),
        help_text=_("The day on which the bank took the money back."),
        widget=_DAY,
        error_messages={
            "required": _("Give the day on which the money went back."),
            "invalid": _("Write the day as year-month-day, such as 2026-12-01."),
        },
    )
    reason = forms.CharField(
        label=_("Why was it returned?"),
        help_text=_("Such as: returned by the bank for want of funds."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write down why it was returned."),
            "max_length": _("Write at most 200 characters."),
        },
    )

    def __init__(self, *args: Any, paid_on: date, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._paid_on, self._today = paid_on, today

    def clean_value_date(self) -> date:
        """See that the money went back after it came, and not tomorrow."""
        day: date = self.cleaned_data["value_date"]
        if not self._paid_on <= day <= self._today:
            raise forms.ValidationError(_("Choose a day from that of the payment until today."))
        return day


class WishForm(forms.Form):
    """What a person asked for. A consent to quiet hours is not among it: only they give that."""

    kind = forms.ChoiceField(
        label=_("What does the borrower ask for?"),
        choices=choices_of("preference", [Preference.Kind.STOP, Preference.Kind.HOURS]),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )
    channel = forms.ChoiceField(
        label=_("On which channel?"),
        choices=[("", _("Every channel")), *choices_of("channel", ["call", "sms", "email", "visit"])],
        required=False,
    )
    hour_from = forms.TimeField(label=_("From"), required=False, widget=_HOUR)
    hour_until = forms.TimeField(label=_("Until"), required=False, widget=_HOUR)

    def clean(self) -> dict[str, Any]:
        """See that hours are given where, and only where, they are asked for."""
        data = super().clean() or {}
        if data.get("kind") == Preference.Kind.HOURS:
            start, end = data.get("hour_from"), data.get("hour_until")
            if not start or not end or start >= end:
                self.add_error("hour_until", _("Give both hours, the first before the second."))
        else:
            data["hour_from"] = data["hour_until"] = None
        return data


class UserForm(forms.Form):
    """A member of staff: name, role, and a first password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        error_messages={"required": _("Give the account a user name.")},
    )
    name = forms.CharField(
        label=_("Name"), max_length=60, error_messages={"required": _("Write the person's name.")}
    )
    role = forms.ChoiceField(label=_("Role"))
    password = forms.CharField(
        label=_("First password"),
        help_text=_("At least 12 characters. They choose their own at the first sign-in, within three days."),
        min_length=12,
        error_messages={
            "required": _("Give a first password."),
            "min_length": _("The first password needs at least 12 characters."),
        },
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = choices_of("role", [role.value for role in STAFF])


class TokenForm(forms.Form):
    """A new API token: for whose account, and what it is called."""

    user = forms.ModelChoiceField(label=_("Acts as"), queryset=User.objects.none(), empty_label=None)
    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        error_messages={"required": _("Say what the token is for.")},
    )

    def __init__(self, *args: Any, viewer: User, **options: Any) -> None:
        super().__init__(*args, **options)
        staff = User.objects.visible_to(viewer).filter(party=None, is_active=True)
        self.fields["user"].queryset = staff.order_by("username")


class PayoffForm(forms.Form):
    """The day for which somebody asks what would end the loan."""

    payoff = forms.DateField(
        label=_("To pay off on"),
        widget=_DAY,
        error_messages={
            "required": _("Give the day on which the loan is to be paid off."),
            "invalid": _("Write the day as year-month-day, such as 2026-12-01."),
        },
    )

    def __init__(self, *args: Any, days: tuple[date, date], **options: Any) -> None:
        super().__init__(*args, **options)
        self.days = days
        first, last = days
        self.fields["payoff"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}

    def clean_payoff(self) -> date:
        """Refuse a day before the loan began, or more than a year ahead."""
        day: date = self.cleaned_data["payoff"]
        first, last = self.days
        if not first <= day <= last:
            raise forms.ValidationError(
                _("Choose a day from %(first)s to %(last)s."),
                params={"first": first.isoformat(), "last": last.isoformat()},
            )
        return day
