"""The house rules themselves: each finds what it is there to find, and names the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.tidy import complaints

BAD_LINES = [
    ("loans", "x = float('1')\n", "integers of minor units"),
    ("law", "import datetime as d\nfrom datetime import datetime\nx = datetime.now()\n", "the now argument"),
    ("services", "import time\ntime.sleep(1)\n", "an event to wait on"),
    ("services", "from datetime import date\nx = date.today()\n", "clock gateway"),
    ("services", "assert 1 == 1\n", "invariant"),
    ("services", "# TO" + "DO later\n", "settle it before merge"),
    ("services", "x = 1  # type: " + "ignore\n", "needs its reason"),
    ("web", "connection.cursor()\n", "raw SQL belongs in forbear.store"),
    ("web", "runtime.gateways().text.send(text)\n", "services.contact or services.message"),
    ("web", "def f(amount_due: " + "float): ...\n", "money in a float"),
    ("web", "rows = Loan.objects.filter(pk=1)\n", "visible_to(user), or through a selector"),
    ("money", "def f():\n" + "    x = 1\n" * 80, "the limit is 70"),
    ("money", "x = 1\n" * 700, "split it by noun"),
]


@pytest.mark.parametrize(("room", "text", "remedy"), BAD_LINES)
def test_each_rule_finds_its_offence_and_names_the_remedy(tmp_path: Path, room: str, text: str, remedy: str):
    """
    A line that breaks a house rule is reported with what to do instead.
    """
    path = tmp_path / "forbear" / room / "module.py"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")

    assert any(remedy in complaint for complaint in complaints(path))


def test_a_test_that_asserts_nothing_is_reported(tmp_path: Path):
    """
    A test function that cannot fail is no test.
    """
    path = tmp_path / "test_nothing.py"
    path.write_text("def test_it():\n    x = 1\n", encoding="utf-8")

    assert [f"{path}:1: test_it asserts nothing; assert, or delete it"] == list(complaints(path))


def test_an_adapter_does_no_arithmetic(tmp_path: Path):
    """
    What translates a public suite may name amounts, and may not reckon with them.
    """
    path = tmp_path / "conformance" / "apr" / "suite.py"
    path.parent.mkdir(parents=True)
    lines = "owed = principal + interest", "owed -= paid", "share = owed / 2", 'path = folder / "a.json"'
    path.write_text("\n".join(lines), encoding="utf-8")

    assert {1, 2, 3} == {int(complaint.split(":")[1]) for complaint in complaints(path)}


def test_web_may_read_what_an_account_may_see(tmp_path: Path):
    """
    Rows that are narrowed to an account at once draw no complaint.
    """
    path = tmp_path / "forbear" / "web" / "module.py"
    path.parent.mkdir(parents=True)
    path.write_text("rows = Loan.objects.visible_to(user)\nnone = User.objects.none()\n", encoding="utf-8")

    assert [] == list(complaints(path))


def test_clean_code_passes(tmp_path: Path):
    """
    Plain code in the core draws no complaint.
    """
    path = tmp_path / "forbear" / "money" / "module.py"
    path.parent.mkdir(parents=True)
    path.write_text("def f(principal: int) -> int:\n    return principal\n", encoding="utf-8")

    assert [] == list(complaints(path))
