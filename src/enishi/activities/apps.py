"""The Django application of the activity log."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "enishi.activities"
    label = "activities"
    verbose_name = _("Activity log")
    default_auto_field = "django.db.models.BigAutoField"
