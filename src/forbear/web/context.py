"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from forbear.web.pages import language_of, theme_of, this_page


def page(request: HttpRequest) -> dict[str, Any]:
    """Give the theme, the language, where this page is, and whether this is a demonstration."""
    return {
        "theme": theme_of(request),
        "language": language_of(),
        "this_page": this_page(request),
        "now": getattr(request, "now", None),
        "is_demo": settings.FORBEAR.demo,
    }
