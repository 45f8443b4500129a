"""Every address of the site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from forbear.web import demo, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.landing, name="landing"),
    path("choose/", pages.choose, name="choose"),
    path("demo/clock/", demo.clock, name="demo_clock"),
    path("accounts/", include("forbear.web.accounts")),
    path("console/law/", include("forbear.web.console.law_urls")),
    path("console/", include("forbear.web.console.urls")),
    path("portal/", include("forbear.web.portal.urls")),
    path("api/v1/", include("forbear.web.api.urls")),
]
