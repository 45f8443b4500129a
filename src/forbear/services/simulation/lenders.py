"""The two invented lenders of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from forbear.money.calendar import add_months

HISTORY_MONTHS = 18
ZONE = ZoneInfo("Asia/Shanghai")
STARTS_AT = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)
"""When the demonstration begins; its history ends the day before."""

SEED = "forbear-demo-1"
PACK = "cn"


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderPlan:
    """What an invented lender is like.

    ``products`` are (name, instalments, weight), ``rates_bp`` (basis points of a year, weight);
    ``months_closed`` is for how many months back the book over time reaches.
    """

    lender_id: str
    name: str
    legal_name: str
    phone: str
    products: tuple[tuple[str, int, int], ...]
    rates_bp: tuple[tuple[int, int], ...]
    first_phone: int
    prefix: str
    borrowers: int
    months_closed: int = HISTORY_MONTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate: the seed, the first instant of the demonstration, and the lenders."""

    seed: str
    starts_at: datetime
    lenders: tuple[LenderPlan, ...]

    @property
    def today(self) -> date:
        """The local day on which the demonstration begins."""
        return self.starts_at.astimezone(ZONE).date()

    @property
    def history_from(self) -> date:
        """The first day of the history."""
        return add_months(self.today, -HISTORY_MONTHS)


def demo_plan(*, seed: str = SEED, borrowers: int = 2000, starts_at: datetime = STARTS_AT) -> Plan:
    """Return the plan of the demonstration: a lender of ``borrowers``, and one a tenth as large."""
    pinecone = LenderPlan(
        lender_id="pinecone",
        name="松果消费金融（演示）",
        legal_name="松果消费金融有限公司（演示，非真实机构）",
        phone="400-000-0000",
        products=(("松果随借 12 期", 12, 40), ("松果分期 24 期", 24, 40), ("松果装修 36 期", 36, 20)),
        rates_bp=((720, 10), (1080, 25), (1200, 25), (1440, 25), (1600, 15)),
        first_phone=19900000000,
        prefix="SG",
        borrowers=borrowers,
    )
    willow = LenderPlan(
        lender_id="willow",
        name="柳溪小额贷款（演示）",
        legal_name="柳溪小额贷款有限公司（演示，非真实机构）",
        phone="400-000-0001",
        products=(("柳溪应急 12 期", 12, 70), ("柳溪经营 24 期", 24, 30)),
        rates_bp=((1200, 30), (1440, 40), (1600, 30)),
        first_phone=19900050000,
        prefix="LX",
        months_closed=6,
        borrowers=max(1, borrowers // 10),
    )
    return Plan(seed=seed, starts_at=starts_at, lenders=(pinecone, willow))
