"""The Django application of the hub."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubConfig(AppConfig):
    name = "enishi.hub"
    label = "hub"
    verbose_name = _("Hub")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("enishi.hub.receivers")
        import_module("enishi.hub.place_tasks")
