"""Invented people: names, birthdays and numbers that nobody has.

Names say that they are made up, phone numbers lie in the block 199 0000 0000 to 199 0009 9999 that this
demonstration keeps to itself, mail addresses end in ``.invalid``, and the city is called
Demonstration. Nothing is ever sent to any of them: messages go to a folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from forbear.services.simulation.chance import happens, stream, weighted
from forbear.services.simulation.lenders import LenderPlan, Plan
from forbear.store.models.ids import derived_id

_FIRST = ("测试", "演示", "样例")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_SHADES = "青红白金银紫翠丹玉碧墨素"
_PLANTS = "松柏杉桂梅兰竹菊荷莲桃李杏枫柳榆槐桐楠桦"
_ENGLISH = ("Maple", "Cedar", "Birch", "Rowan", "Hazel", "Alder", "Aspen", "Linden", "Juniper", "Willow")
_DISTRICTS = ("松果区", "松针区", "林间区", "溪边区", "山前区")

STORY_BORN_ON = date(1990, 5, 17)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person; ``confirmed`` are the days on which the number was confirmed, oldest first."""

    party_id: str
    phone_id: str
    email_id: str
    address_id: str
    name: str
    born_on: date
    identity_tail: str
    language: str
    phone: str
    email: str
    address: str
    zone: str
    known_since: date
    confirmed: tuple[date, ...]

    def confirmed_by(self, day: date) -> date | None:
        """Return the last day up to ``day`` on which the number was confirmed."""
        return max((known for known in self.confirmed if known <= day), default=None)


def person(plan: Plan, lender: LenderPlan, number: int, *, known_since: date, story: bool = False) -> Person:
    """Make up person ``number`` of a lender, known since a day.

    The person of the story speaks Chinese, and has a number that was confirmed last week.
    """
    chance = stream(plan.seed, lender.lender_id, "person", number)
    english = happens(chance, 60) and not story
    party_id = party_id_of(lender.lender_id, number)
    born_on = STORY_BORN_ON if story else date(1966, 1, 1) + timedelta(days=chance.randrange(38 * 365))
    confirmed = _confirmations(plan, lender, number, known_since)
    west = happens(chance, 10) and not story
    return Person(
        party_id=party_id,
        phone_id=derived_id("point", party_id, "phone"),
        email_id=derived_id("point", party_id, "email"),
        address_id=derived_id("point", party_id, "address"),
        name=_english_name(number) if english else _chinese_name(number),
        born_on=born_on,
        identity_tail=f"T{number % 1000:03d}",
        language="en" if english else "zh-hans",
        phone=str(lender.first_phone + number),
        email=f"{lender.lender_id}{number:04d}@example.invalid",
        address=_address(chance.randrange(5), number),
        zone="Asia/Urumqi" if west else "Asia/Shanghai",
        known_since=known_since,
        confirmed=(*confirmed, plan.today - timedelta(days=7)) if story else confirmed,
    )


def party_id_of(lender_id: str, number: int) -> str:
    """Return the id of person ``number`` of an invented lender."""
    return derived_id("party", lender_id, "simulation", str(number))


def _confirmations(plan: Plan, lender: LenderPlan, number: int, since: date) -> tuple[date, ...]:
    """Most people confirm their number two or three times a year; some never again."""
    chance = stream(plan.seed, lender.lender_id, "confirmed", number)
    step = weighted(chance, ((110, 60), (150, 28), (900, 12)))
    days = []
    day = since
    while day < plan.today:
        days.append(day)
        day += timedelta(days=step + chance.randrange(30))
    return tuple(days)


def _chinese_name(number: int) -> str:
    first = _FIRST[number // (len(_STEMS) * len(_SHADES) * len(_PLANTS)) % len(_FIRST)]
    shade = _SHADES[number // len(_STEMS) % len(_SHADES)]
    plant = _PLANTS[number // (len(_STEMS) * len(_SHADES)) % len(_PLANTS)]
    return f"{first}{_STEMS[number % len(_STEMS)]}·{shade}{plant}"


def _english_name(number: int) -> str:
    return f"Test Person {number:04d} {_ENGLISH[number % len(_ENGLISH)]}"


def _address(district: int, number: int) -> str:
    return (
        f"演示市{_DISTRICTS[district]}示例路{number % 199 + 1}号{number % 6 + 1}单元{number % 18 + 1:02d}01室"
    )
