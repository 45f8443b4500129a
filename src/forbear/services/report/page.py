"""Putting a report together and writing it as one file that needs nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import gettext as _

from forbear.errors import InputError
from forbear.services.lender import lender_of
from forbear.services.policy import require
from forbear.services.report import sections
from forbear.services.report.balances import compare
from forbear.services.report.nights import BookNight, month_nights
from forbear.services.report.steps import worklist
from forbear.services.report.writing import LOCALES, Writing
from forbear.store.models import Lender


def silent(line: str) -> None:
    """Report nothing."""


def report_write(
    *, actor: str, lender_id: str, path: Path, now: datetime, report: Callable[[str], None] = silent
) -> Path:
    """Write the report of a lender's book to ``path``, whole or not at all, and return where it is.

    It speaks the lender's language. What the worklist proposes is judged for ``now``. Raises
    NotVisibleError for a lender that is not there, RefusedError where no night has been closed.
    """
    require(actor, "book_read")
    lender = lender_of(lender_id)
    nights = month_nights(lender_id)
    report("1 month read" if len(nights) == 1 else f"{len(nights)} months read")
    compared = compare(lender_id, nights, report=report)
    write = Writing(lender.language if lender.language in LOCALES else "en", lender.currency)
    with translation.override(write.language):
        context = _context(lender, nights, write, now)
        context["balances"] = sections.balance_section(compared, write) if compared else None
        context["contents"] = _contents(context)
        html = _engine().get_template("report.html").render(Context(context))
    _put(path, html)
    report(f"{path} written, {len(html.encode()) // 1000} kB")
    return path


def _context(lender: Lender, nights: list[BookNight], write: Writing, now: datetime) -> dict[str, Any]:
    last = write.day(nights[-1].day)
    return {
        "lender": lender,
        "html_language": {"zh-hans": "zh-Hans", "en": "en"}[write.language],
        "title": _("The book of %(lender)s") % {"lender": lender.name},
        "subtitle": _("As of the close of %(day)s. Made %(time)s (%(zone)s).")
        % {"day": last, "time": write.instant(now, lender.zone), "zone": lender.zone},
        "style": _file("report.css"),
        "figures": sections.figures(nights, write),
        "overdue": sections.overdue_section(nights, write),
        "book": sections.book_section(nights, write),
        "rolls": sections.roll_section(nights, write),
        "cures": sections.cure_section(nights, write),
        "losses": sections.loss_section(nights, write),
        "recoveries": sections.recovery_section(nights, write),
        "worklist": worklist(lender.pk, write, now=now, zone=lender.zone),
        "footer": _(
            "Every figure comes from the columns that closes leave behind; a month stands for the last close"
            " in it. Amounts are in %(currency)s. The law is pack %(pack)s."
        )
        % {"currency": lender.currency, "pack": lender.pack_id},
    }


def _contents(context: dict[str, Any]) -> list[tuple[str, str]]:
    keys = ("overdue", "book", "rolls", "cures", "losses", "recoveries", "balances")
    found = [(context[key].key, context[key].title) for key in keys if context[key]]
    return [*found, ("worklist", _("Worklist"))] if context["worklist"] else found


def _engine() -> Engine:
    folder = resources.files("forbear.services.report") / "templates"
    return Engine(dirs=[str(folder)], libraries={"i18n": "django.templatetags.i18n"}, autoescape=True)


def _file(name: str) -> str:
    folder = resources.files("forbear.services.report") / "templates"
    return (folder / name).read_text(encoding="utf-8")


def _put(path: Path, html: str) -> None:
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is no file that a page can replace; name another with --out.", field="out")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(html, encoding="utf-8")
    beside.replace(path)
