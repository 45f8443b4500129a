"""The administrator's pages: accounts of the lender's staff, and API tokens."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from forbear.errors import InputError
from forbear.services.staff import staff_add, staff_change, staff_password_reset
from forbear.services.token import token_issue, token_revoke
from forbear.store.models import ApiToken, User
from forbear.store.models.access import STAFF
from forbear.web.console.access import act, staff_page
from forbear.web.console.forms import TokenForm, UserForm
from forbear.web.words import word

SECRET_BYTES = 32


@require_http_methods(["GET", "POST"])
@staff_page("staff_add")
def users(request: HttpRequest) -> HttpResponse:
    """List the lender's staff, and make an account."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = staff_add(**act(request), **form.cleaned_data, one_time=True)
        except InputError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("%(name)s can sign in now.") % {"name": made.username})
            return redirect("console:users")
    return _users_page(request, form)


@require_POST
@staff_page("staff_change")
def user_change(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give an account another role, or switch it off or on."""
    active = {"on": True, "off": False}.get(request.POST.get("active", ""))
    role = request.POST.get("role") or None
    user = staff_change(**act(request), user_id=user_id, role=role, active=active)
    messages.success(request, _("%(name)s was changed.") % {"name": user.username})
    return redirect("console:users")


@never_cache
@require_POST
@staff_page("staff_password_reset")
def password_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give an account a one-time password, and show it this once."""
    user, password = staff_password_reset(**act(request), user_id=user_id)
    return _users_page(request, UserForm(), secret=password, secret_of=user)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page("token_issue")
def tokens(request: HttpRequest) -> HttpResponse:
    """List the API tokens, and make one: its secret is shown this once."""
    form = TokenForm(request.POST or None, viewer=request.user)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = token_issue(**act(request), **form.cleaned_data, seed=secrets.token_bytes(SECRET_BYTES))
        form = TokenForm(viewer=request.user)
    rows = ApiToken.objects.visible_to(request.user).select_related("user").order_by("-created_at")
    context = {"tokens": rows, "form": form, "secret": secret, "zone": request.user.lender.zone}
    return render(request, "console/tokens.html", context, status=400 if form.errors else 200)


@require_POST
@staff_page("token_revoke")
def token_end(request: HttpRequest, token_id: str) -> HttpResponse:
    """End a token at once."""
    token_revoke(**act(request), token_id=token_id)
    messages.success(request, _("The token no longer works."))
    return redirect("console:tokens")


def _users_page(request: HttpRequest, form: UserForm, **more: object) -> HttpResponse:
    staff = User.objects.visible_to(request.user).filter(party=None).order_by("-is_active", "username")
    context = {"staff": staff, "form": form, "roles": _staff_roles(), "zone": request.user.lender.zone}
    return render(request, "console/users.html", context | more, status=400 if form.errors else 200)


def _staff_roles() -> dict[str, object]:
    return {role.value: word("role", role) for role in STAFF}
