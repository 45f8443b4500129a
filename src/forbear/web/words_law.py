"""What the codes of a law pack are called on a page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CERTAINTIES: dict[str, str | Promise] = {
    "primary": _("Read in its own text"),
    "secondary": _("Reports that agree"),
    "single_source": _("One report"),
    "memory": _("From memory"),
    "house": _("Ours"),
}
EXPECTED: dict[str, str | Promise] = {
    "fires": _("speaks"),
    "silent": _("is silent"),
    "asks": _("asks"),
}
