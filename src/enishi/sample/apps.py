"""The Django application of the sample workspace."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from enishi.accounts.signals import workspace_deleted


class SampleConfig(AppConfig):
    name = "enishi.sample"
    label = "sample"
    verbose_name = _("Sample data")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from enishi.sample import receivers  # noqa: PLC0415 - models are ready only now

        workspace_deleted.connect(receivers.leave_town, dispatch_uid="sample.leave_town")
