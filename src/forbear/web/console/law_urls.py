"""The addresses at which compliance reads the law: the pack, each rule, and what would follow if."""

from __future__ import annotations

from django.urls import URLPattern, path

from forbear.web.console import law, whatif

app_name = "law"
urlpatterns: list[URLPattern] = [
    path("", law.rules, name="rules"),
    path("what-if/", whatif.what_if, name="what_if"),
    path("<str:rule_id>/", law.rule, name="rule"),
]
