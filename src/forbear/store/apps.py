"""The Django application that owns the tables."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables of Forbear, under the label ``store``."""

    name = "forbear.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
