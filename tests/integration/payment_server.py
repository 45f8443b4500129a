"""A server of its own for tests: an empty database, one loan, one token, Waitress on a free port.

Run as a program. It prints one line of JSON (port, token, loan) when it listens, and serves until it
is ended. Settings come from the environment, as those of any installation do.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, date, datetime, time
from fractions import Fraction

import django

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LENDER = "pine"
SEED = bytes(range(32))


def main() -> int:
    """Prepare the database, listen, and serve."""
    stay_on_one_core()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    loan_id, secret = seed()
    from django.core.wsgi import get_wsgi_application
    from waitress.server import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=16)
    sys.stdout.write(json.dumps({"port": server.effective_port, "token": secret, "loan": loan_id}) + "\n")
    sys.stdout.flush()
    server.run()
    return 0


def stay_on_one_core() -> None:
    """Let the threads of this process take turns where they are; on several cores each turn costs double."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})


def seed() -> tuple[str, str]:
    """Make one lender with one loan, and a token of its manager; return the loan's id and the token."""
    from forbear.loans.events import Disbursed
    from forbear.loans.terms import LoanTerms
    from forbear.money.daycount import DayCount
    from forbear.services.leaves import leaf_add
    from forbear.services.lender import lender_add
    from forbear.services.loan import loan_open
    from forbear.services.party import party_add
    from forbear.services.token import token_issue
    from forbear.store.models import Lender, User

    lender = lender_add(
        Lender(
            id=LENDER,
            name="松果消费金融",
            legal_name="松果消费金融（演示）有限公司",
            country="CN",
            pack_id="cn",
            currency="CNY",
            language="zh-hans",
            zone="Asia/Shanghai",
            cutoff=time(0),
            created_at=NOW,
        )
    )
    given = {"actor": "system:tests", "lender_id": LENDER, "now": NOW}
    party_id = party_add(**given, key="party", name="测试甲", language="zh-hans", born_on=date(1990, 5, 17))
    terms = LoanTerms(
        currency="CNY",
        principal=1_200_000,
        rate_annual=Fraction(144, 1000),
        penalty_rate_annual=Fraction(216, 1000),
        day_count=DayCount.ACTUAL_365,
        instalments=12,
        disbursed_on=date(2026, 8, 15),
        first_due=date(2026, 9, 15),
    )
    loan_id = loan_open(
        **given,
        key="loan",
        reference="PINE-1",
        product="演示消费贷",
        terms=terms,
        parties=[(party_id, "borrower")],
        opening=Disbursed(amount=terms.principal),
    )
    manager = User.objects.create_user(username="pine.manager", lender=lender, role="manager")
    leaf_add("account", manager, party_id=None, now=NOW)
    return loan_id, token_issue(**given, key="token", user=manager, name="tests", seed=SEED)


if __name__ == "__main__":
    sys.exit(main())
