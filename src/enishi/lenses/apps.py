"""The Django application of the lenses."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LensesConfig(AppConfig):
    name = "enishi.lenses"
    label = "lenses"
    verbose_name = _("Lenses")
    default_auto_field = "django.db.models.BigAutoField"
