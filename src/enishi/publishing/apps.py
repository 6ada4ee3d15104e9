"""Publishing posts and replies."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    """Posts, their media and their deliveries."""

    name = "enishi.publishing"
    label = "publishing"
    verbose_name = _("Publishing")

    def ready(self) -> None:
        import_module("enishi.publishing.receivers")
