"""The questions that the portal asks, one a page, and what an answer may look like."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forbear.errors import InputError
from forbear.money.amount import digits_of, parse_amount
from forbear.web.format import money
from forbear.web.pages import language_of

PHONE_HINT = _("The mobile number that you gave us. We send a code to it.")


def _numeric(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", **attributes})


def _hour() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class PhoneForm(forms.Form):
    """Which phone to send the code to."""

    phone = forms.RegexField(
        regex=r"^\+?[0-9 \-]{5,20}$",
        max_length=24,
        label=_("Mobile number"),
        help_text=PHONE_HINT,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        error_messages={
            "required": _("Enter your mobile number."),
            "invalid": _("Enter a mobile number, with digits only."),
        },
    )

    def clean_phone(self) -> str:
        """Drop the spaces and dashes that people write for themselves."""
        return self.cleaned_data["phone"].replace(" ", "").replace("-", "")


class CodeForm(forms.Form):
    """The code from the text message."""

    code = forms.RegexField(
        regex=r"^[0-9]{6}$",
        label=pgettext_lazy("portal", "Code"),
        help_text=_("6 digits. It works for 10 minutes."),
        widget=_numeric(autocomplete="one-time-code", maxlength="6", size="6"),
        error_messages={
            "required": _("Enter the code from the text message."),
            "invalid": _("Enter the 6 digits of the code."),
        },
    )


class BirthDateForm(forms.Form):
    """The second fact: something that whoever got the number after you does not know."""

    year = forms.IntegerField(
        label=pgettext_lazy("portal", "Year"), min_value=1900, max_value=2100, widget=_numeric(maxlength="4")
    )
    month = forms.IntegerField(
        label=pgettext_lazy("portal", "Month"), min_value=1, max_value=12, widget=_numeric(maxlength="2")
    )
    day = forms.IntegerField(
        label=pgettext_lazy("portal", "Day"), min_value=1, max_value=31, widget=_numeric(maxlength="2")
    )

    def clean(self) -> dict[str, Any]:
        """Put the three together; any of them wrong is one error about the date."""
        data = super().clean() or {}
        try:
            data["born_on"] = date(data["year"], data["month"], data["day"])
        except (KeyError, ValueError) as error:
            self.errors.clear()
            raise forms.ValidationError(
                _("Enter your date of birth with year, month and day, such as 1990 1 31.")
            ) from error
        return data


class AmountForm(forms.Form):
    """How much to pay now: one of the offered amounts, or one of your own."""

    choice = forms.ChoiceField(
        label=_("How much do you want to pay now?"), error_messages={"required": _("Choose an amount.")}
    )
    other = forms.CharField(
        label=_("How much?"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, offers: dict[str, int], most: int, currency: str, scale: int) -> None:
        super().__init__(*args)
        self._offers, self._most, self._currency, self._scale = offers, most, currency, scale
        self.fields["choice"].choices = [(name, name) for name in (*offers, "other")]

    def clean(self) -> dict[str, Any]:
        """Work out the amount in minor units of the loan, at most what would end the loan."""
        data = super().clean() or {}
        choice = data.get("choice")
        if choice == "other":
            data["amount"] = self._other(data.get("other", ""))
        elif choice:
            data["amount"] = self._offers[choice]
        return data

    def _other(self, text: str) -> int:
        try:
            given = parse_amount(text.replace(",", "").replace("，", ""), self._currency)
        except InputError:
            self.add_error("other", _("Enter an amount such as 150 or 150.50."))
            return 0
        amount = given.minor * 10 ** (self._scale - digits_of(self._currency))
        if amount <= 0:
            self.add_error("other", _("Enter an amount above 0."))
        elif amount > self._most:
            self.add_error(
                "other",
                _("That is more than you owe in all (%(most)s). Enter %(most)s or less.")
                % {"most": money(self._most, self._currency, language_of(), scale=self._scale)},
            )
        return amount


class ObjectionForm(forms.Form):
    """What is wrong, in the person's own words."""

    words = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("In your own words. You need not prove anything now."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "6"}),
        error_messages={
            "required": _("Write what is wrong, even in one sentence."),
            "max_length": _("Write at most 2,000 characters; you can tell us more later."),
        },
    )


class HardshipForm(ObjectionForm):
    """What makes it hard to pay, in the person's own words."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["words"].label = _("What makes it hard to pay?")
        self.fields["words"].help_text = _("Say only what you want to say. One sentence is enough.")
        self.fields["words"].error_messages["required"] = _("Write something, even one sentence.")


class HoursForm(forms.Form):
    """Between which hours to be contacted."""

    hour_from = forms.TimeField(
        label=pgettext_lazy("portal", "From"),
        widget=_hour(),
        error_messages={"required": _("Choose the hour to start from.")},
    )
    hour_until = forms.TimeField(
        label=pgettext_lazy("portal", "Until"),
        widget=_hour(),
        error_messages={"required": _("Choose the hour to end at.")},
    )

    def clean(self) -> dict[str, Any]:
        """The end comes after the start: a wish for the night is another, separate question."""
        data = super().clean() or {}
        start, end = data.get("hour_from"), data.get("hour_until")
        if isinstance(start, time) and isinstance(end, time) and start >= end:
            self.add_error("hour_until", _("Choose an hour after the first one."))
        return data
