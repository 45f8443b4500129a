"""The demonstration: two invented lenders, 18 months of their past, tonight's close, and a way in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections

from forbear.config.settings import Settings
from forbear.gateways.demo import DemoMark, mark_write
from forbear.money.calendar import add_months
from forbear.services import runtime
from forbear.services.contact_bulk import Collected, contacts_write
from forbear.services.evidence import evidence_seal
from forbear.services.night import nights_run
from forbear.services.simulation import shelf
from forbear.services.simulation.behaviour import ACTOR, History
from forbear.services.simulation.lenders import PACK, ZONE, LenderPlan, Plan
from forbear.services.simulation.lives import lives
from forbear.services.simulation.loans import STORY_NUMBER, loan_plans
from forbear.services.simulation.people import party_id_of
from forbear.services.simulation.shelf import Watch
from forbear.store.models import Lender, Loan, Party, User
from forbear.store.models.access import ROLE_NAMES, STAFF, Role
from forbear.store.selectors.ledger import position_on
from forbear.store.selectors.night import book_begins

PASSWORD = "pine-lantern-2026"  # noqa: S105  (of invented accounts, and said aloud)
MAIN = "pinecone"
_NAMES = {
    Role.AGENT: "演示坐席",
    Role.MANAGER: "演示主管",
    Role.COMPLIANCE: "演示合规",
    Role.ADMINISTRATOR: "演示管理员",
}


def demo_build(*, plan: Plan, watch: Watch, close: bool = True) -> None:
    """Make the demonstration in an empty data folder, and mark it as complete at the very end.

    Without ``close`` the night before the demonstration begins is left to be closed by hand. The
    same plan gives the same rows and the same evidence root.
    """
    watch("Tables", 0, 0)
    call_command("migrate", interactive=False, verbosity=0)
    for lender in plan.lenders:
        _lender_build(plan, lender, watch)
        _close(plan, lender, watch, tonight=close)
        watch(f"{lender.name}: evidence sealed", 0, 0)
        evidence_seal(lender_id=lender.lender_id, now=plan.starts_at)
    accounts_add(plan)
    connections.close_all()
    mark = DemoMark(seed=plan.seed, borrowers=plan.lenders[0].borrowers, starts_at=plan.starts_at.isoformat())
    mark_write(runtime.data_dir(), mark)


def accounts_add(plan: Plan) -> None:
    """Make one account for each role of each lender's staff, all with the password of the demonstration."""
    password = make_password(PASSWORD)
    User.objects.bulk_create(
        User(
            username=username(lender.lender_id, role),
            password=password,
            lender_id=lender.lender_id,
            role=role,
            first_name=_NAMES[role],
            date_joined=plan.starts_at,
        )
        for lender in plan.lenders
        for role in STAFF
    )


def username(lender_id: str, role: str) -> str:
    """Return the name under which a role of a lender signs in: ``agent``, or ``agent.willow``."""
    return role if lender_id == MAIN else f"{role}.{lender_id}"


def welcome(settings: Settings) -> list[str]:
    """Return what a stranger has to know to begin: addresses, sign-ins, and one loan to try."""
    base = f"http://{settings.host}:{settings.port}"
    now = runtime.clock().now().astimezone(ZONE)
    lender = Lender.objects.get(pk=MAIN)
    story = Party.objects.get(pk=party_id_of(MAIN, STORY_NUMBER))
    loan = Loan.objects.get(roles__party=story)
    phone = story.contact_points.get(medium="phone").value
    return [
        "",
        f"{lender.legal_name}",
        f"  Everybody in it is invented. Its clock says {now:%a %d %b %Y, %H:%M} in Shanghai and runs on.",
        "",
        f"  Console   {base}/   password for every account: {PASSWORD}",
        *(f"            {username(MAIN, role):<14} {ROLE_NAMES[role]}" for role in STAFF),
        f"            a second lender sees its own only: {username('willow', Role.AGENT)}, …",
        f"  Portal    {base}/portal/{MAIN}/",
        f"            {story.name}: phone {phone}, born {story.born_on}; the code appears on the page",
        f"            and as a file in {settings.data_dir}/outbox/sms",
        *_to_try(loan, story.name, position_on(loan, as_of=now.date()).days_past_due),
        "",
    ]


def _to_try(loan: Loan, name: str, days: int) -> list[str]:
    """Return what to begin with: the loan of the story, or any case where that is paid by now."""
    if not days:
        return ["  Try this  Sign in as agent, and open the first case of the worklist."]
    return [
        f"  Try this  Loan {loan.reference} of {name} missed its instalment {days} days ago.",
        "            Sign in as agent, find it on the worklist, and call; then move the clock to 22:00",
        "            with the bar at the top of the page, and call again.",
    ]


def _lender_build(plan: Plan, lender: LenderPlan, watch: Watch) -> None:
    watch(f"{lender.name}: people and loans", 0, 0)
    row = shelf.lender_add(plan, lender)
    loans = loan_plans(plan, lender)
    people = shelf.people_of(plan, lender, loans)
    living = lives(plan, lender, row, loans, people)
    shelf.people_add(plan, lender, people.values())
    shelf.loans_add(lender, loans, people)
    contacts = Collected()

    def lived() -> Iterator[History]:
        done = 0
        for life in living:
            contacts.extend(life.contacts)
            yield from life.histories
            done += len(life.histories)
            watch(f"{lender.name}: loans lived and judged", done, len(loans))

    shelf.ledgers_add(plan, lender, lived())
    contacts_write(
        contacts,
        lender_id=lender.lender_id,
        pack_id=PACK,
        watch=lambda done, total: watch(f"{lender.name}: contacts kept", done, total),
    )


def _close(plan: Plan, lender: LenderPlan, watch: Watch, *, tonight: bool) -> None:
    """Close the month's ends of the history, for the book over time, and the night before the start."""
    yesterday = plan.today - timedelta(days=1)
    begins = book_begins(lender.lender_id) or yesterday

    def report(title: str, done: int = 0, total: int = 0) -> None:
        watch(f"{lender.name}: {title}", done, total)

    nights_run(
        actor=ACTOR,
        lender_id=lender.lender_id,
        now=plan.starts_at,
        first=max(add_months(plan.today, -lender.months_closed), begins),
        last=yesterday if tonight else yesterday.replace(day=1) - timedelta(days=1),
        every="month",
        report=report,
    )
