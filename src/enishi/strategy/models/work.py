"""Time and money: what is planned, what there is, what was used (R018, R026, R077)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import Workspace
from enishi.kernel.ids import new_id
from enishi.strategy.models.plan import SCOPES, Tactic

LINE_KINDS = [("hours", _("Hours")), ("money", _("Money")), ("tool", _("Tool"))]
RHYTHMS = [("weekly", _("a week")), ("monthly", _("a month")), ("once", _("once"))]
RESOURCE_KINDS = [
    ("person", _("Person")),
    ("skill", _("Skill or experience")),
    ("capital", _("Capital")),
    ("tool", _("Tool")),
    ("supplier", _("Supplier")),
    ("partner", _("Partner")),
]
COST_KINDS = [
    ("media", _("Advertising")),
    ("creator", _("Creators")),
    ("tool", _("Tools")),
    ("fee", _("Fees")),
    ("other", _("Other")),
]


class PlanSettings(models.Model):
    """What the plan of a workspace reckons with."""

    workspace = models.OneToOneField(
        Workspace, models.CASCADE, primary_key=True, related_name="plan_settings"
    )
    currency = models.CharField(_("currency"), max_length=3, default="JPY")
    hourly_rate = models.PositiveBigIntegerField(_("hourly rate"), null=True, blank=True)
    """In minor units; None when hours are not to be turned into money."""
    thresholds = models.JSONField(default=dict, blank=True)
    """Limits that are set otherwise than usual, by name."""

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.currency}"


class Resource(models.Model):
    """Something that the company has to work with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=RESOURCE_KINDS)
    name = models.CharField(_("name"), max_length=120)
    minutes_per_week = models.PositiveIntegerField(default=0)
    """A person's time for social media; 0 for everything else."""
    note = models.CharField(_("note"), max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class ResourceLine(models.Model):
    """What a tactic needs: hours a week, money or a tool."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind"), max_length=6, choices=LINE_KINDS)
    label = models.CharField(_("for what"), max_length=120, blank=True)
    amount = models.PositiveBigIntegerField()
    """Minutes for hours; minor units of the currency for money and tools."""
    rhythm = models.CharField(max_length=8, choices=RHYTHMS)

    def __str__(self) -> str:
        return f"{self.label}: {self.amount} {self.rhythm}"


class Task(models.Model):
    """A piece of work below a tactic, or by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    tactic = models.ForeignKey(Tactic, models.CASCADE, null=True, blank=True, related_name="tasks")
    title = models.CharField(_("title"), max_length=200)
    scope = models.CharField(max_length=10, choices=SCOPES, blank=True)
    """Empty: that of its tactic."""
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    due = models.DateField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "done_at"], name="task_open")]

    def __str__(self) -> str:
        return self.title


class WorkEntry(models.Model):
    """What one person worked on one thing on one day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    person = models.CharField(max_length=120)
    """The name as it was, for when the person has left."""
    day = models.DateField()
    minutes = models.PositiveIntegerField()
    tactic = models.ForeignKey(Tactic, models.RESTRICT, null=True, blank=True, related_name="work")
    activity = models.CharField(max_length=120, blank=True)
    """What was done, where no tactic stands for it."""
    scope = models.CharField(max_length=10, choices=SCOPES, blank=True)
    """Empty: that of its tactic."""
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "day"], name="work_by_day"),
            models.Index(fields=["user", "day"], name="work_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.day}: {self.minutes}"


class Timer(models.Model):
    """A clock that runs for one person."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    tactic = models.ForeignKey(Tactic, models.CASCADE, null=True, related_name="+")
    activity = models.CharField(max_length=120, blank=True)
    scope = models.CharField(max_length=10, choices=SCOPES, blank=True)
    started_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_timer_each")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.started_at}"


class CostEntry(models.Model):
    """Money that was spent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    day = models.DateField()
    amount = models.PositiveBigIntegerField()
    """In minor units of the plan's currency."""
    kind = models.CharField(max_length=8, choices=COST_KINDS, default="other")
    label = models.CharField(max_length=200)
    tactic = models.ForeignKey(Tactic, models.RESTRICT, null=True, blank=True, related_name="costs")
    scope = models.CharField(max_length=10, choices=SCOPES, blank=True)
    """Empty: that of its tactic."""
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()
    over_budget = models.BooleanField(default=False)
    """It went beyond the budget of its strategy when it was entered."""
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approval_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "day"], name="cost_by_day")]

    def __str__(self) -> str:
        return f"{self.label}: {self.amount}"


class MonthClose(models.Model):
    """A month whose hours and costs are final, with its totals."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    month = models.DateField()
    """Its first day."""
    totals = models.JSONField(default=dict)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    closed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "month"], name="one_close_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
