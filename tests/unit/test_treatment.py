"""The treatment table: every overdue loan has exactly one answer, and holds come first."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forbear.conduct.treatment as treatment
from forbear.conduct.candidate import VISIT_GROUNDS, Candidate
from forbear.conduct.treatment import Subject, Treatment, choose, parse_treatment, spacing_ends
from forbear.errors import InputError, InvariantError

SHIPPED = (Path(treatment.__file__).parent / "data" / "treatment.yaml").read_text(encoding="utf-8")
PARSED = parse_treatment(SHIPPED)
TODAY = date(2026, 11, 23)

ROW = """
  - id: {row_id}
    dpd: {dpd}
    promise: {promise}
    action: {action}{more}
    because: {{zh-hans: 原因, en: reason}}
"""
APPROACH = """
    to: [borrower]
    channels: [{channel}]
    purpose: remind
    template: reminder
    spacing_days: 3
    priority: 1"""


INSTEAD = """
    instead: {channels: [email], template: reminder}"""
PLACE = "rows 1: instead"


def row(
    row_id: str, dpd: str, action: str = "message", promise: str = "[none, broken]", more: str = ""
) -> str:
    channel = {"message": "sms", "call": "call", "visit": "visit"}.get(action, "")
    approach = "" if action == "wait" else APPROACH.format(channel=channel)
    approach += INSTEAD if action == "call" else ""
    return ROW.format(row_id=row_id, dpd=dpd, promise=promise, action=action, more=approach + more)


PROMISED = row("promised", "1+", "wait", "[open]")


def table_text(*rows: str) -> str:
    off_list = "".join(f"\n  {code}: {{zh-hans: 原因, en: reason}}" for code in treatment.OFF_LIST)
    return f"""
version: "1"
bands: [{{code: low, from: 0}}, {{code: high, from: 500}}]
promise_grace_days: 1
visits: {{long_overdue_days: 91, failures: 3, over_days: 5, channels: 2}}
rows:{"".join(rows)}
off_list:{off_list}
"""


@pytest.fixture(scope="module")
def shipped() -> Treatment:
    return PARSED


def subject(days_past_due: int, **more: object) -> Subject:
    return Subject(**{"as_of": TODAY, "days_past_due": days_past_due, "score": 520, **more})


@given(
    days=st.integers(1, 4000),
    score=st.integers(-500, 1500),
    promise=st.sampled_from(treatment.PROMISE_STATES),
)
def test_every_overdue_loan_has_an_answer(days: int, score: int, promise: str) -> None:
    """Whatever the days, score and promise, the shipped table says what to do or until when to wait."""
    step = choose(PARSED, subject(days, score=score, promise=promise, promise_due=TODAY))
    assert step.because["zh-hans"]
    assert step.because["en"]
    assert (step.approach is None) == (step.action == "wait")
    assert step.approach is not None or step.next_on is not None


@pytest.mark.parametrize("score", [0, 520, 900])
@pytest.mark.parametrize("days", [1, 2, 3])
def test_nobody_is_pressed_in_the_first_days(shipped: Treatment, days: int, score: int) -> None:
    """Who would cure alone is left alone: the first three days are nobody's work."""
    step = choose(shipped, subject(days, score=score))
    assert step.action == "wait"
    assert step.next_on == TODAY + timedelta(days=4 - days)


@pytest.mark.parametrize("kind", treatment.HOLD_KINDS)
def test_a_hold_takes_the_loan_off_the_list(shipped: Treatment, kind: str) -> None:
    """A dispute, a complaint or hardship outranks every row, and is shown as the reason."""
    step = choose(shipped, subject(75, holds=frozenset({kind})))
    assert (step.action, step.code) == ("wait", kind)
    assert step.because == shipped.off_list[kind]


def test_a_loan_with_a_fault_or_charged_off_is_left_alone(shipped: Treatment) -> None:
    """A position that differs from its ledger, and a charged-off loan, are nobody's work."""
    assert choose(shipped, subject(40, halted=True, holds=frozenset({"dispute"}))).code == "halted"
    assert choose(shipped, subject(0, charged_off=True)).code == "charged_off"


def test_a_promise_is_waited_for_and_its_breach_is_called_about(shipped: Treatment) -> None:
    """While a promise is open nobody is contacted; when it is broken a call asks why."""
    waiting = choose(shipped, subject(40, promise="open", promise_due=TODAY + timedelta(days=5)))
    assert (waiting.action, waiting.next_on) == ("wait", TODAY + timedelta(days=7))
    assert choose(shipped, subject(40, promise="broken")).code == "promise_broken"


def test_contacts_are_spaced(shipped: Treatment) -> None:
    """After a contact the next step waits for the row's spacing, counted to the day it would be made."""
    approach = choose(shipped, subject(20)).approach
    assert approach is not None
    assert approach.spacing_days == 3
    assert spacing_ends(approach, None, as_of=TODAY) is None
    assert spacing_ends(approach, TODAY - timedelta(days=1), as_of=TODAY) == TODAY + timedelta(days=2)
    assert spacing_ends(approach, TODAY - timedelta(days=2), as_of=TODAY) is None


def test_a_current_loan_is_not_treated(shipped: Treatment) -> None:
    """Asking for a step towards a loan that is not overdue is a bug."""
    with pytest.raises(InvariantError):
        choose(shipped, subject(0))


def test_a_visit_row_speaks_only_on_its_ground() -> None:
    """A visit comes on top of the table, and only where one of its grounds holds."""
    visit = row("go", "91+", "visit", more="\n    grounds: [unreachable]")
    table = parse_treatment(table_text(row("write", "1+"), PROMISED, visit))
    assert choose(table, subject(100)).code == "write"
    assert choose(table, subject(100, visit_grounds=("long_overdue",))).code == "write"
    step = choose(table, subject(100, visit_grounds=("long_overdue", "unreachable")))
    assert (step.code, step.action, step.ground) == ("go", "visit", "unreachable")


def test_a_candidate_for_a_visit_names_a_ground() -> None:
    """A visit without one of the three grounds cannot even be written down."""
    values = {
        "loan_id": "loan_1", "party_id": "party_1", "contact_point_id": "point_1", "action": "visit",
        "channel": "visit", "purpose": "remind", "template": "brief", "because": {"en": "x", "zh-hans": "x"},
        "priority": 1, "score": 400, "score_reasons": (),
    }  # fmt: skip
    assert Candidate(**values, ground=VISIT_GROUNDS[0]).propensity_ppm == 1_000_000
    with pytest.raises(InvariantError):
        Candidate(**values, ground="looks_rich")


@pytest.mark.parametrize(
    ("rows", "place", "says"),
    [
        ([row("write", "5+"), PROMISED], "rows", "no row speaks for 1 days"),
        ([row("write", "1-9"), row("more", "11+"), PROMISED], "rows", "no row speaks for 10 days"),
        ([row("write", "1-10"), row("more", "10+"), PROMISED], "rows", "write and more both speak"),
        ([row("write", "1+"), row("write", "1+", promise="[open]")], "rows 2", "'write' is taken"),
        ([row("rest", "1+", "wait"), PROMISED], "rows", "rest waits for ever"),
        ([row("write", "0-3"), PROMISED], "rows 1: dpd", "Write days past due as"),
        ([row("write", "9-3"), PROMISED], "rows 1: dpd", "'9-3'"),
        ([row("write", "1-3+"), PROMISED], "rows 1: dpd", "'1-3+'"),
        ([row("go", "1+", "visit"), PROMISED], "rows 1", "'grounds' is missing"),
        ([row("write", "1+", more="\n    hours: night"), PROMISED], "rows 1: hours", "not known"),
        ([row("write", "1+", promise="[none, none]")], "rows 1: promise 1", "'none' is written twice"),
        ([row("write", "1+", promise="[kept]"), PROMISED], "rows 1: promise 1", "'kept'"),
        ([row("write", "1+").replace("channels: [sms]", "channels: [call]"), PROMISED],
         "rows 1: channels 1", "Use one of sms, email"),
        ([row("write", "1+").replace("to: [borrower]", "to: [contact_person]"), PROMISED],
         "rows 1: to 1", "'contact_person'"),
        ([row("write", "1+").replace("zh-hans: 原因, ", ""), PROMISED],
         "rows 1: because", "'zh-hans' is missing"),
        ([row("talk", "1+", "call").replace(INSTEAD, ""), PROMISED], "rows 1", "'instead' is missing"),
        ([row("talk", "1+", "call").replace("channels: [email]", "channels: [visit]"), PROMISED],
         f"{PLACE}: channels 1", "Use one of sms, email"),
        ([row("write", "1+").replace("spacing_days: 3", "spacing_days: 0"), PROMISED],
         "rows 1: spacing_days", "Write 1 or more"),
    ],
)  # fmt: skip
def test_a_table_with_a_fault_is_refused_by_name(rows: list[str], place: str, says: str) -> None:
    """A gap, an overlap, a dead end or a typing mistake is named with its place."""
    with pytest.raises(InputError) as caught:
        parse_treatment(table_text(*rows))
    assert re.match(rf"treatment, line \d+: {place}: ", str(caught.value))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("failures: 3", "failures: 2", "Write 3 or more"),
        ("over_days: 5", "over_days: 4", "Write 5 or more"),
        ("channels: 2}", "channels: 1}", "Write 2 or more"),
        ("{code: low, from: 0}", "{code: low, from: 600}", "rising 'from'"),
        ("rows:", "rows: [", "it is not YAML"),
        ('version: "1"', "version:", "version: it is not a text"),
        ("  halted:", "  paused:", "off_list: paused: the key 'paused' is not known here"),
    ],
)
def test_the_frame_of_the_table_is_checked(old: str, new: str, says: str) -> None:
    """What makes somebody unreachable can't be made easier than the product's lines, and bands must rise."""
    text = table_text(row("write", "1+"), PROMISED)
    assert old in text
    with pytest.raises(InputError) as caught:
        parse_treatment(text.replace(old, new))
    assert says in str(caught.value)
