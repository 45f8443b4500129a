"""The Django application that owns the tables."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    """Tables of Forbear, under the label ``store``."""

    name = "forbear.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """See to it that a finished migration leaves the triggers in place."""
        post_migrate.connect(_guard_tables, sender=self)


def _guard_tables(*, using: str, **_: Any) -> None:
    from forbear.store import triggers  # the tables' names are only needed once the app is ready

    connection = connections[using]
    if set(triggers.IMMUTABLE) <= set(connection.introspection.table_names()):
        triggers.install(connection)
