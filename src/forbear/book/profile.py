"""Profiles: a small YAML file that says how one lender's files map to Forbear.

``docs/reference/profile.md`` describes every key for the person who writes one. Nothing is read from
disk here but the profiles that are shipped; a caller reads their own and hands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from fractions import Fraction
from importlib import resources

from forbear.book.shape import ColumnKind, PaymentRows, columns_of
from forbear.documents.entry import Entry, read_document
from forbear.documents.scalars import Language
from forbear.errors import InputError
from forbear.loans.terms import ORDER_CIVIL_CODE_561, Part, Recalculation, Slot, Timing
from forbear.money.amount import CURRENCY_DIGITS, parse_amount
from forbear.money.daycount import DayCount

FORMAT = 1
"""The version of the profile format that this module reads."""

LONGEST_PROFILE = 200_000
"""Characters of a profile beyond which it is some other file."""

AMOUNT_MAX = "10000000"
"""The largest believable amount, in the currency, where a profile names none."""

ISO_DATES = ("%Y-%m-%d",)
"""How days are written where a profile does not say."""

LENDER_ID = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
"""What a lender may be called in commands and addresses."""

ORDER_INTEREST_FIRST: tuple[Slot, ...] = tuple(
    (timing, part)
    for part in (Part.INTEREST, Part.FEE, Part.PENALTY, Part.PRINCIPAL)
    for timing in (Timing.PAST_DUE, Timing.DUE, Timing.IN_ADVANCE)
)
"""A simple-interest loan in the US: interest to the day of payment first, then charges, then principal."""

ORDERS = {"civil_code_561": ORDER_CIVIL_CODE_561, "interest_first": ORDER_INTEREST_FIRST}
"""Allocation orders by the name that a profile gives them."""


class OpeningRule(StrEnum):
    """How a loan's ledger begins: with its disbursal, or with the first balance reported."""

    DISBURSED = "disbursed"
    FIRST_REPORT = "first_report"


class PaymentDay(StrEnum):
    """On which day of its month the money of a monthly row is taken to have come in."""

    PAID_THROUGH_DAY = "paid_through_day"
    DUE_DAY = "due_day"
    LAST_DAY = "last_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderSpec:
    """The lender that an import makes when there is none of that id yet."""

    id: str
    name: str
    legal_name: str
    country: str
    currency: str
    language: str
    zone: str
    cutoff: time
    law_pack: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsSpec:
    """What the files do not say of each loan because it holds for all of them."""

    product: str
    books: str
    day_count: DayCount
    recalculation: Recalculation
    allocation: tuple[Slot, ...]
    grace_days: int
    late_fee: int
    penalty_rate_annual: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where one value comes from: a column of the file, or the same value for every row.

    ``{loan}`` in a ``constant`` stands for the loan's name.
    ``values`` translates what stands in the column; ``dates`` are strptime formats, tried in order;
    ``unit`` is major or minor for an amount, share or percent for a rate.
    """

    source: str | None = None
    constant: str | None = None
    dates: tuple[str, ...] = ISO_DATES
    unit: str = ""
    negative: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSpec:
    """How one file is written, and which of its columns are read."""

    encoding: str
    delimiter: str
    columns: Mapping[str, Column]

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of the file that are read, each once."""
        return tuple(dict.fromkeys(c.source for c in self.columns.values() if c.source is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A whole profile.

    ``late_charge_share`` is the share of an instalment that monthly money beyond whole instalments is
    recognised by as a late charge. ``amount_max`` is the largest believable amount, in minor units.
    """

    name: str
    about: str
    lender: LenderSpec
    terms: TermsSpec
    opening: OpeningRule
    payment_rows: PaymentRows
    payment_day: PaymentDay
    late_charge_share: Fraction
    amount_max: int
    loans: FileSpec
    payments: FileSpec


def parse_profile(text: str, *, source: str = "the profile") -> Profile:
    """Read a profile; ``source`` names it in errors. Raises InputError naming line, key and cure."""
    if len(text) > LONGEST_PROFILE:
        raise InputError(f"{source} is longer than a profile can be; is it the right file?", field="profile")
    section = read_document(source, text).section(
        required=("profile", "format", "lender", "terms", "opening", "payment_rows", "loans", "payments"),
        optional=("about", "payment_day", "late_charge_share", "amount_max"),
    )
    if section["format"].whole() != FORMAT:
        raise section["format"].fault("this version does not read that format", f"write {FORMAT}")
    name = section["profile"].text()
    lender = _lender(section["lender"], name)
    rows = section["payment_rows"].word(PaymentRows)
    profile = Profile(
        name=name,
        about=section["about"].text(empty=True) if "about" in section else "",
        lender=lender,
        terms=_terms(section["terms"], lender.currency),
        opening=section["opening"].word(OpeningRule),
        payment_rows=rows,
        payment_day=section["payment_day"].word(PaymentDay)
        if "payment_day" in section
        else PaymentDay.DUE_DAY,
        late_charge_share=_share(section, "late_charge_share"),
        amount_max=_amount(section["amount_max"], lender.currency)
        if "amount_max" in section
        else parse_amount(AMOUNT_MAX, lender.currency).minor,
        loans=_file(section["loans"], columns_of("loans", None)),
        payments=_file(section["payments"], columns_of("payments", rows)),
    )
    _check_whole(profile, section)
    return profile


def shipped_profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with Forbear."""
    folder = resources.files("forbear.book") / "profiles"
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".yaml")))


def shipped_profile(name: str) -> Profile:
    """Return a shipped profile by name; raises InputError naming those that there are."""
    known = shipped_profiles()
    if name not in known:
        raise InputError(
            f"There is no profile {name!r}; give the path of a YAML file, or one of {', '.join(known)}.",
            field="profile",
        )
    text = (resources.files("forbear.book") / "profiles" / f"{name}.yaml").read_text(encoding="utf-8")
    return parse_profile(text, source=f"profile {name}")


def _lender(entry: Entry, profile: str) -> LenderSpec:
    section = entry.section(
        required=("name", "country", "currency", "language", "zone", "law_pack"),
        optional=("id", "legal_name", "cutoff", "phone"),
    )
    name = section["name"].text()
    lender_id = section["id"].text() if "id" in section else profile.replace("_", "-")
    if LENDER_ID.fullmatch(lender_id) is None:
        raise section.get("id", entry).fault(
            f"{lender_id!r} is no id of a lender", "give an id of 1 to 40 letters, digits and hyphens"
        )
    cutoff = section["cutoff"].minutes() if "cutoff" in section else 0
    return LenderSpec(
        id=lender_id,
        name=name,
        legal_name=section["legal_name"].text() if "legal_name" in section else name,
        country=section["country"].text(),
        currency=section["currency"].choice(sorted(CURRENCY_DIGITS)),
        language=section["language"].word(Language),
        zone=section["zone"].zone(),
        cutoff=time(cutoff // 60, cutoff % 60),
        law_pack=section["law_pack"].text(),
        phone=section["phone"].text(empty=True) if "phone" in section else "",
    )


def _terms(entry: Entry, currency: str) -> TermsSpec:
    section = entry.section(
        required=("product", "books", "day_count", "recalculation"),
        optional=("allocation", "grace_days", "late_fee", "penalty_rate"),
    )
    return TermsSpec(
        product=section["product"].text(),
        books=section["books"].choice(("own", "core")),
        day_count=DayCount(section["day_count"].choice([each for each in DayCount if each.is_additive])),
        recalculation=section["recalculation"].word(Recalculation),
        allocation=ORDERS[
            section["allocation"].choice(ORDERS) if "allocation" in section else "civil_code_561"
        ],
        grace_days=section["grace_days"].whole(least=0, most=90) if "grace_days" in section else 0,
        late_fee=_amount(section["late_fee"], currency) if "late_fee" in section else 0,
        penalty_rate_annual=_share(section, "penalty_rate"),
    )


def _share(section: Mapping[str, Entry], key: str) -> Fraction:
    return section[key].share() if key in section else Fraction(0)


def _amount(entry: Entry, currency: str) -> int:
    try:
        minor = parse_amount(entry.text(), currency).minor
    except InputError as error:
        raise entry.fault(
            f"{entry.text()!r} is no amount", "write a plain decimal such as 1234.50"
        ) from error
    if minor < 0:
        raise entry.fault(f"{entry.text()!r} is below 0", "write 0 or more")
    return minor


def _file(entry: Entry, known: Mapping[str, ColumnKind]) -> FileSpec:
    section = entry.section(required=("columns",), optional=("encoding", "delimiter"))
    columns = section["columns"].section(
        required=[name for name, kind in known.items() if kind.required],
        optional=[name for name, kind in known.items() if not kind.required],
    )
    return FileSpec(
        encoding=section["encoding"].choice(("utf-8", "gb18030")) if "encoding" in section else "utf-8",
        delimiter=section["delimiter"].choice((",", ";", "\t", "|")) if "delimiter" in section else ",",
        columns={name: _column(columns[name], kind) for name, kind in known.items() if name in columns},
    )


def _column(entry: Entry, kind: ColumnKind) -> Column:
    usual = kind.units[0] if kind.units else ""
    if entry.is_scalar():
        return Column(source=entry.text(), unit=usual)
    section = entry.section(optional=_keys_of(kind))
    if ("from" in section) == ("value" in section):
        raise entry.fault(
            "it has neither or both", "give a column (from: NAME), or one value for all (value: X)"
        )
    return Column(
        source=section["from"].text() if "from" in section else None,
        constant=section["value"].text() if "value" in section else None,
        dates=_dates(section["dates"]) if "dates" in section else ISO_DATES,
        unit=section["unit"].choice(kind.units) if "unit" in section else usual,
        negative="negative" in section and section["negative"].choice(("yes", "no")) == "yes",
        values={name: item.text() for name, item in section["values"].pairs()} if "values" in section else {},
    )


def _keys_of(kind: ColumnKind) -> list[str]:
    """Return the keys that make sense with a column of this kind."""
    keys = ["from", "value", "values"]
    keys += ["dates"] if kind.is_date else []
    keys += ["unit"] if kind.units else []
    return [*keys, "negative"] if kind.signed else keys


def _dates(entry: Entry) -> tuple[str, ...]:
    return (entry.text(),) if entry.is_scalar() else tuple(item.text() for item in entry.filled())


def _check_whole(profile: Profile, section: Mapping[str, Entry]) -> None:
    if profile.opening is OpeningRule.FIRST_REPORT and profile.payment_rows is not PaymentRows.MONTHLY:
        raise section["opening"].fault(
            "first_report needs monthly rows with a balance", "set payment_rows: monthly"
        )
    if profile.payment_day is PaymentDay.PAID_THROUGH_DAY and "paid_through" not in profile.loans.columns:
        raise section["payment_day"].fault(
            "paid_through_day needs the loans' column paid_through", "map it, or set payment_day: due_day"
        )
