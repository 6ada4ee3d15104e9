"""The Django application of the activity log."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from enishi.accounts.signals import administered, workspace_deleted


class ActivitiesConfig(AppConfig):
    name = "enishi.activities"
    label = "activities"
    verbose_name = _("Activity log")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from enishi.activities import audit, receivers  # noqa: PLC0415 - models are ready only now

        administered.connect(audit.on_administered, dispatch_uid="activities.audit")
        workspace_deleted.connect(
            receivers.on_workspace_deleted, dispatch_uid="activities.forget_workspace"
        )
