"""Who is at the portal: anybody at its door, and behind it one person who proved who they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from forbear.services.lender import lender_of
from forbear.store.models import Loan
from forbear.store.models.access import Role
from forbear.web.policy import View, policy

Page = Callable[..., HttpResponseBase]


def at_the_door(view: Page) -> View:
    """Open a page to everybody, and give it the lender; 404 for a lender that is not there."""

    @policy(anonymous=True)
    @wraps(view)
    def page(request: HttpRequest, lender: str, **kwargs: Any) -> HttpResponseBase:
        return _unkept(view(request, lender=lender_of(lender), **kwargs))

    return page


def borrower_page(view: Page) -> View:
    """Open a page to signed-in borrowers of the lender in its address; 404 for any other lender's."""

    @policy(Role.BORROWER, signin="portal:signin")
    @wraps(view)
    def page(request: HttpRequest, lender: str, **kwargs: Any) -> HttpResponseBase:
        if request.user.lender_id != lender:
            raise Http404
        return _unkept(view(request, lender=lender_of(lender), **kwargs))

    return page


def own_loan(request: HttpRequest, loan_id: str) -> Loan:
    """Return one of the loans that the person stands behind; raises NotVisibleError for every other."""
    return Loan.objects.visible_to(request.user).select_related("lender").one(loan_id)


def _unkept(response: HttpResponseBase) -> HttpResponseBase:
    """Ask every cache on the way, the browser's own first, to keep nothing of a borrower's page."""
    add_never_cache_headers(response)
    return response
