"""Annotations, saved views, exports, schedules and the letters that carry reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import LANGUAGES, Workspace
from enishi.channels.models import Channel
from enishi.kernel.ids import new_id
from enishi.reports.core.formats import Format
from enishi.reports.core.states import EXPORT_STATES, LETTER_STATES, ExportState, LetterState
from enishi.reports.core.timing import Every

FORMATS: list[tuple[str, Any]] = [
    (Format.PDF, _("PDF")),
    (Format.PPTX, _("PowerPoint")),
    (Format.XLSX, _("Excel")),
    (Format.CSV, _("CSV")),
]
EXPORT_STATE_NAMES: list[tuple[str, Any]] = [
    (ExportState.WAITING, _("Waiting")),
    (ExportState.RUNNING, _("Being made")),
    (ExportState.DONE, _("Ready")),
    (ExportState.FAILED, _("Failed")),
    (ExportState.EXPIRED, _("Deleted")),
]
LETTER_STATE_NAMES: list[tuple[str, Any]] = [
    (LetterState.WAITING, _("Waiting")),
    (LetterState.SENT, _("Sent")),
    (LetterState.FAILED, _("Failed")),
]
EVERY: list[tuple[str, Any]] = [
    (Every.WEEK, _("Every week")),
    (Every.MONTH, _("Every month")),
]


class Annotation(models.Model):
    """A remark on a day that stands in the charts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    text = models.CharField(_("text"), max_length=200)
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, blank=True, related_name="+")
    """Whose charts it belongs to; null means everywhere."""
    metric = models.CharField(max_length=60, blank=True)
    """The only KPI that it belongs to; empty means all."""
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    """Deleted ones stay for a day, so that deleting can be undone."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "day"], name="annotation_day")]

    def __str__(self) -> str:
        return self.text


class SavedView(models.Model):
    """A dashboard with its filters under a name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    asked = models.JSONField(default=dict)
    is_shared = models.BooleanField(_("shared with the workspace"), default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "owner", "name"], name="one_view_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class BoardSection(models.Model):
    """The figures that a workspace chose for a section of a dashboard."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    board = models.CharField(max_length=12)
    section = models.CharField(max_length=20)
    kpis = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "board", "section"], name="one_choice_each_section"
            )
        ]

    def __str__(self) -> str:
        return f"{self.board}/{self.section}"


class DefaultView(models.Model):
    """The view with which a person's reports open."""

    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_default_view_each")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.view_id}"


class Schedule(models.Model):
    """A report that goes out by e-mail again and again.

    What was chosen, weekday or day of the month with wall-clock time and zone, is kept beside
    the instant in UTC, so that daylight saving moves nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    asked = models.JSONField(default=dict)
    every = models.CharField(max_length=8, choices=EVERY, default=Every.WEEK)
    weekday = models.PositiveSmallIntegerField(default=0)
    """0 is Monday."""
    month_day = models.PositiveSmallIntegerField(default=1)
    """The month's last day where a month is shorter."""
    wall_time = models.TimeField()
    time_zone = models.CharField(max_length=64)
    language = models.CharField(max_length=8, choices=LANGUAGES)
    formats = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    note = models.TextField(blank=True)
    """What the mail says above the numbers."""
    next_due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_due_at"], name="report_schedule_due", condition=Q(paused_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Export(models.Model):
    """A report as a file: being made, ready for a while, or failed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    asked = models.JSONField(default=dict)
    format = models.CharField(max_length=8, choices=FORMATS)
    language = models.CharField(max_length=8, choices=LANGUAGES)
    state = models.CharField(
        max_length=8, choices=EXPORT_STATE_NAMES, default=EXPORT_STATES.initial
    )
    progress = models.FloatField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    today = models.DateField()
    """The day on which it was asked for, in the workspace's zone: presets are counted from it."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    run = models.ForeignKey("Run", models.CASCADE, null=True, related_name="exports")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-id"], name="export_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "format"], name="one_export_each_run", condition=Q(run__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.id)

    @property
    def path(self) -> Path:
        return folder() / f"{self.id.hex}.{self.format}"


def folder() -> Path:
    """Where exports lie. It is not served."""
    return Path(settings.ENISHI_HOME) / "reports"


class Run(models.Model):
    """One period of a schedule, or a test of it. Its key makes it happen once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="runs")
    key = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    today = models.DateField()
    is_test = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["schedule", "-id"], name="report_run_newest")]

    def __str__(self) -> str:
        return self.key


class ReportLetter(models.Model):
    """A run's mail to one recipient."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="letters")
    address = models.EmailField()
    state = models.CharField(
        max_length=8, choices=LETTER_STATE_NAMES, default=LETTER_STATES.initial
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "address"], name="one_letter_each_run")
        ]

    def __str__(self) -> str:
        return f"{self.run_id} → {self.address}"
