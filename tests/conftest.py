"""What tests share: a lender with its people and loans, instants, folders, and the database's choice.

Database tests run on SQLite, or on whatever FORBEAR_DATABASE_URL names (see tools/with_postgres.py).
Everything in here is invented.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from forbear.gateways.build import GatewayConfig, build
from forbear.gateways.clock import VirtualClock
from forbear.loans.events import Disbursed
from forbear.loans.terms import LoanTerms
from forbear.money.daycount import DayCount

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, on a Tuesday."""

TODAY = date(2026, 11, 24)
KEY = bytes(range(64))

hypothesis_settings.register_profile("forbear", deadline=None)
hypothesis_settings.load_profile("forbear")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests, so that nobody waits for one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and among what tests make alone: what was imported stays."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data and cases beside the repository; skips where there is none."""
    default = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("FORBEAR_SHARED", default))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; FORBEAR_SHARED names the shared folder")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep keys and outboxes of the tests out of the installation's own folder."""
    from django.conf import settings

    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.DATA_DIR


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """Give each worker a test database of its own; on SQLite a file, which threads can share."""
    from django.db import connections

    for connection in connections.all():
        name = f"test_forbear_{worker_id}"
        if connection.vendor == "sqlite":
            name = str(tmp_path_factory.mktemp("database") / "forbear.sqlite3")
        connection.settings_dict["TEST"]["NAME"] = name


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied() -> Iterator[None]:
    """Let Django empty the tables between transactional tests: only then are the triggers away."""
    from django.db import connection
    from django.test import TransactionTestCase

    from forbear.store import triggers

    emptied = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        triggers.remove(connection)
        emptied(case)
        triggers.install(connection)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = emptied


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_listed_once() -> Iterator[None]:
    """Let every test client serve from one list of static files, as all requests to a server do."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    listed: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not listed:
            look(middleware)
            listed.update(middleware.files)
        middleware.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(autouse=True)
def _runtime(tmp_path: Path) -> Iterator[None]:
    """Give each test a clock that stands and gateways of its own, in ``tmp_path``."""
    from forbear.services import runtime

    config = GatewayConfig(
        outbox=tmp_path / "outbox", smtp_url="", mail_from="service@forbear.invalid", payment_secret=KEY
    )
    with runtime.replaced(clock=VirtualClock(NOW, running=False), gateways=build(config)):
        yield


@pytest.fixture
def clock() -> VirtualClock:
    """The clock of this test; ``clock.move_to`` sets it forward."""
    from forbear.services import runtime

    return runtime.clock()


@pytest.fixture
def now() -> datetime:
    """The instant at which tests happen."""
    return NOW


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """The folder that messages go to: ``sms`` and ``mail`` below it."""
    return tmp_path / "outbox"


@pytest.fixture
def make_lender(db: None) -> Callable[..., Any]:
    """Make lenders: ``make_lender("pine")``."""
    from forbear.services.lender import lender_add
    from forbear.store.models import Lender

    def make(lender_id: str, **changes: Any) -> Lender:
        values = {
            "name": "松果消费金融",
            "legal_name": "松果消费金融（演示）有限公司",
            "country": "CN",
            "pack_id": "cn",
            "currency": "CNY",
            "language": "zh-hans",
            "zone": "Asia/Shanghai",
            "cutoff": time(0),
            "phone": "400-000-0000",
            "created_at": NOW,
        }
        return lender_add(Lender(id=lender_id, **values | changes))

    return make


@pytest.fixture
def make_party() -> Callable[..., Any]:
    """Make people: ``make_party(lender, "测试甲", phone="19900000001")`` with phone, mail and address."""
    from forbear.services.party import NewContactPoint, party_add
    from forbear.store.models import Party

    def make(lender: Any, name: str, *, phone: str, zone: str = "Asia/Shanghai", **changes: Any) -> Party:
        confirmed_on = changes.pop("confirmed_on", date(2026, 11, 1))
        given = {
            "phone": phone,
            "email": f"{phone}@example.invalid",
            "address": f"演示市示例路{phone[-2:]}号",
        }
        party_id = party_add(
            actor="system:tests",
            lender_id=lender.pk,
            key=f"party-{phone}",
            now=NOW,
            name=name,
            language=changes.pop("language", "zh-hans"),
            born_on=changes.pop("born_on", date(1990, 5, 17)),
            identity_tail=changes.pop("identity_tail", "001X"),
            points=[
                NewContactPoint(
                    medium=medium,
                    value=value,
                    zone=zone,
                    source="application",
                    valid_from=date(2026, 1, 1),
                    confirmed_on=confirmed_on,
                )
                for medium, value in given.items()
            ],
            person_key=KEY,
            **changes,
        )
        return Party.objects.get(pk=party_id)

    return make


@pytest.fixture
def make_loan() -> Callable[..., Any]:
    """Make loans: ``make_loan(lender, [(party, "borrower")], reference="L-1")``, overdue since September."""
    from forbear.services.loan import loan_open
    from forbear.store.models import Loan

    def make(lender: Any, parties: list[tuple[Any, str]], *, reference: str, **terms: Any) -> Loan:
        loan_id = loan_open(
            actor="system:tests",
            lender_id=lender.pk,
            key=f"loan-{reference}",
            now=NOW,
            reference=reference,
            product="演示消费贷",
            terms=level_terms(**terms),
            parties=[(party.pk, role) for party, role in parties],
            opening=Disbursed(amount=terms.get("principal", 1_200_000)),
        )
        return Loan.objects.get(pk=loan_id)

    return make


@pytest.fixture
def make_user() -> Callable[..., Any]:
    """Make accounts: ``make_user(lender, "agent")``; a borrower's takes ``party=``."""
    from forbear.services.leaves import leaf_add
    from forbear.store.models import User

    def make(lender: Any, role: str, *, name: str = "", **changes: Any) -> User:
        name = name or f"{lender.pk}.{role}"
        made = User.objects.create_user(
            username=name, password="a long enough password", lender=lender, role=role, **changes
        )
        leaf_add("account", made, party_id=made.party_id, now=NOW)
        return made

    return make


@pytest.fixture
def lender(make_lender: Callable[..., Any]) -> Any:
    """A lender in China, whose business day ends at midnight in Shanghai."""
    return make_lender("pine")


@pytest.fixture
def borrower(lender: Any, make_party: Callable[..., Any]) -> Any:
    """A person with a phone and a mailbox that were confirmed this month, and an address."""
    return make_party(lender, "测试甲", phone="19900000001")


@pytest.fixture
def loan(lender: Any, borrower: Any, make_loan: Callable[..., Any]) -> Any:
    """A loan of 12,000.00 over a year, of which nothing was paid: three instalments are overdue."""
    return make_loan(lender, [(borrower, "borrower")], reference="PINE-1")


@pytest.fixture
def agent(lender: Any, make_user: Callable[..., Any]) -> Any:
    """An agent of the lender."""
    return make_user(lender, "agent")


@pytest.fixture
def other_lender(make_lender: Callable[..., Any]) -> Any:
    """Another lender of the same installation."""
    return make_lender("cedar", name="雪松小贷", legal_name="雪松小贷（演示）有限公司")


@pytest.fixture
def other_loan(other_lender: Any, make_party: Callable[..., Any], make_loan: Callable[..., Any]) -> Any:
    """A loan of the other lender, to a person of theirs."""
    party = make_party(other_lender, "测试乙", phone="19900000002")
    return make_loan(other_lender, [(party, "borrower")], reference="CEDAR-1")


def level_terms(**changes: Any) -> LoanTerms:
    """Return the terms that test loans have: 12,000.00 CNY at 14.4 % from 15 August, 12 instalments."""
    values: dict[str, Any] = {
        "currency": "CNY",
        "principal": 1_200_000,
        "rate_annual": Fraction(144, 1000),
        "penalty_rate_annual": Fraction(216, 1000),
        "day_count": DayCount.ACTUAL_365,
        "instalments": 12,
        "disbursed_on": date(2026, 8, 15),
        "first_due": date(2026, 9, 15),
    }
    return LoanTerms(**values | changes)
