"""The Python that the pages on loans show runs and says what stands there."""

from __future__ import annotations

import doctest
import re
import runpy
from datetime import date
from pathlib import Path

from forbear.loans.events import PaymentReceived
from forbear.loans.fold import known_ledger
from forbear.loans.ledger import ledger_of
from forbear.loans.payment_rules import PaymentKind, PaymentRule
from forbear.testing.laid_out import laid_out_loan

DOCS = Path(__file__).resolve().parents[2] / "docs"
MATHS = DOCS / "explanation" / "loan-maths.md"
TUTORIAL = DOCS / "tutorial" / "loans-in-forty-lines.md"
PAID = PaymentReceived(amount=1, channel_ref="transfer")
EARLIER, TODAY = date(2026, 2, 5), date(2026, 3, 4)


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def test_the_session_on_loan_maths_says_what_it_shows():
    """
    Every line of the page's session answers as it stands there.
    """
    session = "".join(blocks(MATHS, "python"))
    told: list[str] = []
    example = doctest.DocTestParser().get_doctest(session, {}, MATHS.name, str(MATHS), 0)
    found = doctest.DocTestRunner(verbose=False).run(example, out=told.append)

    assert found.failed == 0, "".join(told)
    assert found.attempted > 40


def test_the_tutorial_on_loans_prints_what_it_shows(tmp_path, capsys):
    """
    Its program is shorter than 40 lines of code and prints the text below it.
    """
    (program,), (shown,) = blocks(TUTORIAL, "python"), blocks(TUTORIAL, "text")
    saved = tmp_path / "loan.py"
    saved.write_text(program, encoding="utf-8")
    runpy.run_path(str(saved))

    assert capsys.readouterr().out == shown
    assert len([line for line in program.splitlines() if line]) < 40


def test_a_told_row_is_booked_when_it_was_told():
    """
    A row that is dated before one above it is booked on that one's day, and known after it.
    """
    rows = [(TODAY, PAID), (EARLIER, PAID)]
    first, backdated = ledger_of(rows)

    assert (backdated.value_date, backdated.booked_on) == (EARLIER, TODAY)
    assert known_ledger([first, backdated], first.recorded_at) == [first]


def test_a_pattern_without_a_rule_shares_money_out_by_the_order_of_the_terms():
    """
    Terms with a pattern and no payment rule pay instalment by instalment, in the order of ``allocation``.
    """
    plain = laid_out_loan(payment_rules=())

    assert plain.rule_for(PaymentKind.REPAYMENT) == PaymentRule(order=plain.allocation)
