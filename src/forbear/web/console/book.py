"""The manager's book: loans by days overdue, how they moved over the nights, and the way down to a loan."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.loans.position import LoanState
from forbear.loans.rules import BUCKETS
from forbear.store.models import User
from forbear.store.selectors.book import book_by_bucket, loans_in
from forbear.store.selectors.roles import first_borrowers
from forbear.store.selectors.worklist import newest_night
from forbear.web.console.access import staff_page
from forbear.web.console.nights import ageing_of, rolls_of

ROWS = 50
ENDED = (LoanState.CHARGED_OFF.value, LoanState.CLOSED.value)
BANDS = (*(band.code for band in BUCKETS), *ENDED)


@dataclass(frozen=True, slots=True)
class Band:
    """The loans of one band of days overdue, or of one state at the end of a loan's life.

    ``share`` is that of all running loans.
    """

    code: str
    loans: int
    principal: int
    overdue: int
    share: float

    @property
    def ended(self) -> bool:
        """Whether this is a state at the end of a loan's life."""
        return self.code in ENDED


@require_GET
@staff_page("book_read")
def book(request: HttpRequest) -> HttpResponse:
    """Show the book by bucket now, its ageing over the nights, and how loans rolled."""
    bands = _bands(request.user)
    running = [band for band in bands if band.code not in ENDED]
    late = [band for band in running if band.code != BUCKETS[0].code]
    context = {
        "bands": bands,
        "currency": request.user.lender.currency,
        "as_of": newest_night(request.user),
        "loans": sum(band.loans for band in running),
        "late_loans": sum(band.loans for band in late),
        "late_share": _share(sum(band.loans for band in late), sum(band.loans for band in running)),
        "principal": sum(band.principal for band in running),
        "overdue": sum(band.overdue for band in running),
        "ageing": ageing_of(request.user),
        "rolls": rolls_of(request.user),
    }
    return render(request, "console/book.html", context)


@require_GET
@staff_page("book_read")
def bucket(request: HttpRequest, band: str) -> HttpResponse:
    """List the loans of one band, those longest overdue first."""
    if band not in BANDS:
        raise Http404
    page = Paginator(loans_in(request.user, band), ROWS).get_page(request.GET.get("page"))
    borrowers = first_borrowers([row.loan_id for row in page.object_list])
    context = {
        "band": band,
        "page": page,
        "rows": [(row, borrowers.get(row.loan_id)) for row in page.object_list],
        "currency": request.user.lender.currency,
        "as_of": newest_night(request.user),
    }
    return render(request, "console/bucket.html", context)


def _bands(user: User) -> list[Band]:
    counted = dict.fromkeys(BANDS, (0, 0, 0)) | book_by_bucket(user)
    running = sum(sums[0] for code, sums in counted.items() if code not in ENDED)
    return [
        Band(code, loans, principal, overdue, _share(loans, running))
        for code, (loans, principal, overdue) in counted.items()
    ]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
