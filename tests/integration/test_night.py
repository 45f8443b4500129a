"""The close of a day: what falls overdue becomes a case with a next step, and once is enough."""

import pytest
from datetime import date
from forbear.services.night import night_run
from forbear.store.models import *

pytestmark = pytest.mark.django_db


def test_smoke(lender, loan, now):
    s = night_run(actor="system:tests", lender_id=lender.pk, now=now, day=date(2026, 11, 23))
    print(s)
    for c in Case.objects.all():
        print(c.plan)
    for w in WorkItem.objects.values():
        print(w)
    assert night_run(actor="system:tests", lender_id=lender.pk, now=now, day=date(2026, 11, 23)).replayed
    assert 0
