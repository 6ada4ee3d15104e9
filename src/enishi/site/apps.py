from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "enishi.site"
    label = "site"

    def ready(self) -> None:
        """Connect what joins the slices, once all of them are loaded."""
        from enishi.site import links  # noqa: F401, PLC0415 - models exist only now
