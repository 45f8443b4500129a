"""Signing in: phone, code, date of birth. Nothing about a debt is said before all three have matched.

Numbers get recycled: who holds the phone today may not be who borrowed. So a number that is known
and one that is not get the same pages and the same words, and a code alone opens nothing.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from forbear.book.phone import phone_number
from forbear.errors import InputError, RefusedError
from forbear.services.account import borrower_account
from forbear.services.signin import code_check, code_proof, code_send
from forbear.store.models import Lender
from forbear.web.limits import TokenBucket
from forbear.web.portal.access import at_the_door
from forbear.web.portal.demo import text_message
from forbear.web.portal.forms import BirthDateForm, CodeForm, PhoneForm
from forbear.web.portal.keys import answers

SESSION_KEY = "portal_signin"
SESSION_SECONDS = 3600
BACKEND = "django.contrib.auth.backends.ModelBackend"

CODES = TokenBucket(burst=10, per_second=1 / 60)
"""Per address: how many codes may be asked for, whatever the number."""


@require_http_methods(["GET", "POST"])
@at_the_door
def phone(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Ask for the phone, and send a code to it."""
    form = PhoneForm(answers(request))
    if request.method == "POST" and form.is_valid() and (number := _number(form, lender)):
        if CODES.take(request.META.get("REMOTE_ADDR", "")):
            form.add_error(None, _("Too many codes were asked for. Wait a minute, or call us."))
            return _page(request, lender, "phone", form, status=429)
        code_send(lender_id=lender.id, phone=number, now=request.now)
        address = request.GET.get("next", "")
        request.session[SESSION_KEY] = {"lender": lender.id, "phone": number, "next": address}
        return redirect("portal:signin-code", lender=lender.id)
    return _page(request, lender, "phone", form)


@require_http_methods(["GET", "POST"])
@at_the_door
def code(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Ask for the code."""
    state = _state(request, lender)
    if state is None:
        return redirect("portal:signin", lender=lender.id)
    form = CodeForm(answers(request))
    if request.method == "POST" and form.is_valid():
        proof = code_proof(lender_id=lender.id, phone=state["phone"], code=form.cleaned_data["code"])
        request.session[SESSION_KEY] = {**state, "proof": proof}
        return redirect("portal:signin-birth-date", lender=lender.id)
    return _page(request, lender, "code", form, phone=state["phone"], sms=text_message(state["phone"]))


@require_http_methods(["GET", "POST"])
@at_the_door
def birth_date(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Ask for the second fact, and let in who has both."""
    state = _state(request, lender)
    if state is None or "proof" not in state:
        return redirect("portal:signin", lender=lender.id)
    form = BirthDateForm(answers(request))
    if request.method == "POST" and form.is_valid():
        try:
            party = code_check(
                lender_id=lender.id,
                phone=state["phone"],
                proof=state["proof"],
                second_fact=form.cleaned_data["born_on"].isoformat(),
                now=request.now,
            )
        except RefusedError:
            form.add_error(
                None,
                _("The code and the date of birth do not match. Check the date, or ask for a new code."),
            )
        else:
            return _let_in(request, lender, party, state["next"])
    return _page(request, lender, "birth_date", form)


@require_POST
@at_the_door
def sign_out(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Leave, and leave nothing behind in the session."""
    logout(request)
    return redirect("portal:signin", lender=lender.id)


def _let_in(request: HttpRequest, lender: Lender, party: Any, address: str) -> HttpResponseBase:
    account = borrower_account(party=party)
    login(request, account, backend=BACKEND)
    request.session.cycle_key()
    request.session.pop(SESSION_KEY, None)
    request.session.set_expiry(SESSION_SECONDS)
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return redirect(address)
    return redirect("portal:home", lender=lender.id)


def _number(form: PhoneForm, lender: Lender) -> str:
    """Return the number in its one spelling; empty, with the error beside the field, for what is none."""
    try:
        return phone_number(form.cleaned_data["phone"], country=lender.country, field="phone")
    except InputError:
        form.add_error("phone", form.fields["phone"].error_messages["invalid"])
        return ""


def _state(request: HttpRequest, lender: Lender) -> dict[str, str] | None:
    state = request.session.get(SESSION_KEY)
    return state if state and state["lender"] == lender.id else None


def _page(
    request: HttpRequest, lender: Lender, name: str, form: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"lender": lender, "form": form, **more}
    return render(request, f"portal/signin_{name}.html", context, status=status)
