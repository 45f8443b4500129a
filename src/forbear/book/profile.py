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
from forbear.book.yamlform import Form, parse_form
from forbear.errors import InputError
from forbear.loans.terms import ORDER_CIVIL_CODE_561, Part, Recalculation, Slot, Timing
from forbear.money.amount import CURRENCY_DIGITS, parse_amount
from forbear.money.daycount import DayCount

FORMAT = 1
"""The version of the profile format that this module reads."""

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
    dates: tuple[str, ...] = ("%Y-%m-%d",)
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
    """Read a profile; ``source`` names it in errors. Raises InputError naming the key and the cure."""
    form = parse_form(text, source=source)
    written = form.whole("format", least=1, most=999)
    if written != FORMAT:
        raise form.wrong("format", written, f"{FORMAT}, the one that this version reads")
    name, about = form.text("profile"), form.text("about", default="")
    lender = _lender(form.inner("lender"), name)
    terms = _terms(form.inner("terms"), lender.currency)
    rows = PaymentRows(form.choice("payment_rows", list(PaymentRows)))
    profile = Profile(
        name=name,
        about=about,
        lender=lender,
        terms=terms,
        opening=OpeningRule(form.choice("opening", list(OpeningRule))),
        payment_rows=rows,
        payment_day=PaymentDay(form.choice("payment_day", list(PaymentDay), default=PaymentDay.DUE_DAY)),
        late_charge_share=form.share("late_charge_share", default="0"),
        amount_max=_amount(form, "amount_max", lender.currency, default="10000000"),
        loans=_file(form.inner("loans"), columns_of("loans", None)),
        payments=_file(form.inner("payments"), columns_of("payments", rows)),
    )
    form.done()
    _check_whole(profile, source)
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


def _lender(form: Form, profile: str) -> LenderSpec:
    name, lender_id = form.text("name"), form.text("id", default=profile.replace("_", "-"))
    if LENDER_ID.fullmatch(lender_id) is None:
        raise form.wrong("id", lender_id, "1 to 40 letters, digits and hyphens")
    spec = LenderSpec(
        id=lender_id,
        name=name,
        legal_name=form.text("legal_name", default=name),
        country=form.text("country"),
        currency=form.choice("currency", sorted(CURRENCY_DIGITS)),
        language=form.choice("language", ["zh-hans", "en"]),
        zone=form.zone("zone"),
        cutoff=form.clock("cutoff", default="00:00"),
        law_pack=form.text("law_pack"),
        phone=form.text("phone", default=""),
    )
    form.done()
    return spec


def _terms(form: Form, currency: str) -> TermsSpec:
    spec = TermsSpec(
        product=form.text("product"),
        books=form.choice("books", ["own", "core"]),
        day_count=DayCount(form.choice("day_count", list(DayCount))),
        recalculation=Recalculation(form.choice("recalculation", list(Recalculation))),
        allocation=ORDERS[form.choice("allocation", sorted(ORDERS), default="civil_code_561")],
        grace_days=form.whole("grace_days", least=0, most=90, default=0),
        late_fee=_amount(form, "late_fee", currency, default="0"),
        penalty_rate_annual=form.share("penalty_rate", default="0"),
    )
    form.done()
    return spec


def _amount(form: Form, key: str, currency: str, *, default: str) -> int:
    text = form.text(key, default=default)
    try:
        minor = parse_amount(text, currency).minor
    except InputError as error:
        raise form.wrong(key, text, "a plain decimal such as 1234.50") from error
    if minor < 0:
        raise form.wrong(key, text, "0 or more")
    return minor


def _file(form: Form, known: Mapping[str, ColumnKind]) -> FileSpec:
    columns_form = form.inner("columns")
    columns = {
        name: _column(columns_form, name, kind)
        for name, kind in known.items()
        if kind.required or columns_form.has(name)
    }
    columns_form.done()
    spec = FileSpec(
        encoding=form.choice("encoding", ["utf-8", "gb18030"], default="utf-8"),
        delimiter=form.choice("delimiter", [",", ";", "\t", "|"], default=","),
        columns=columns,
    )
    form.done()
    return spec


def _column(form: Form, name: str, kind: ColumnKind) -> Column:
    if form.is_plain(name):
        return Column(source=form.text(name), unit=kind.units[0] if kind.units else "")
    inner = form.inner(name)
    source, constant = inner.optional("from"), inner.optional("value")
    if (source is None) == (constant is None):
        raise form.wrong(name, "neither or both", "a column (from: NAME), or one value for all (value: X)")
    column = Column(
        source=source,
        constant=constant,
        dates=inner.texts("dates", default=("%Y-%m-%d",)) if kind.is_date else ("%Y-%m-%d",),
        unit=inner.choice("unit", list(kind.units), default=kind.units[0]) if kind.units else "",
        negative=inner.flag("negative") if kind.signed else False,
        values=inner.table("values"),
    )
    inner.done()
    return column


def _check_whole(profile: Profile, source: str) -> None:
    loans = profile.loans.columns
    if profile.opening is OpeningRule.FIRST_REPORT and profile.payment_rows is not PaymentRows.MONTHLY:
        raise InputError(
            f"{source}: opening first_report needs monthly rows with a balance; set payment_rows: monthly.",
            field="opening",
        )
    if profile.payment_day is PaymentDay.PAID_THROUGH_DAY and "paid_through" not in loans:
        raise InputError(
            f"{source}: payment_day paid_through_day needs the loans' column paid_through; map it,"
            " or set payment_day: due_day.",
            field="payment_day",
        )
