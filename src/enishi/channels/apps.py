"""The Django application of connected accounts."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "enishi.channels"
    label = "channels"
    verbose_name = _("Channels")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("enishi.channels.streams")  # its companion runs in every worker
        import_module("enishi.channels.revoking")  # a task of its own
