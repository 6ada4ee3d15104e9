"""Registers background work."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Every app's `tasks` module is imported, so that its decorators take effect."""

    name = "enishi.jobs"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        autodiscover_modules("tasks")
