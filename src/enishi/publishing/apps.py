"""Publishing posts and replies."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Posts, their media and their deliveries."""

    name = "enishi.publishing"
    label = "publishing"
    verbose_name = "Publishing"

    def ready(self) -> None:
        import_module("enishi.publishing.receivers")
