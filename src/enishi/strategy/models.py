"""Goal → strategy → objective → tactic, and the posts that carry a tactic out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import Workspace
from enishi.channels.models import Channel
from enishi.kernel.ids import new_id
from enishi.publishing.models import Post
from enishi.strategy.core.nodes import Status

STATUSES = [
    (Status.PLANNED.value, _("Preparing")),
    (Status.ACTIVE.value, _("In progress")),
    (Status.DONE.value, _("Done")),
    (Status.DROPPED.value, _("Dropped")),
]


class _Node(models.Model):
    """What all levels have in common."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        _("status"), max_length=8, choices=STATUSES, default=Status.ACTIVE.value
    )
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Goal(_Node):
    """What the company wants."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "position"], name="goal_order")]


class Strategy(_Node):
    """How it means to get there."""

    goal = models.ForeignKey(Goal, models.RESTRICT, related_name="strategies")

    class Meta:
        verbose_name_plural = "strategies"
        indexes: ClassVar = [
            models.Index(fields=["workspace", "goal", "position"], name="strategy_order")
        ]


class Objective(_Node):
    """A measured step: one KPI from a baseline to a target within two dates."""

    strategy = models.ForeignKey(Strategy, models.RESTRICT, related_name="objectives")
    metric = models.CharField(_("KPI"), max_length=60, blank=True)
    baseline = models.FloatField(_("baseline"), null=True, blank=True)
    target = models.FloatField(_("target"), null=True, blank=True)
    start = models.DateField(_("first day"), null=True, blank=True)
    end = models.DateField(_("last day"), null=True, blank=True)
    relevance = models.TextField(_("why it matters"), blank=True)
    channels = models.ManyToManyField(Channel, blank=True, related_name="objectives")
    """Where it is measured; none means everywhere."""
    upstream = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="downstream"
    )
    """The objective of which this is the second level (customers out of leads)."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "strategy", "position"], name="objective_order")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(start=None) | Q(end=None) | Q(end__gte=F("start")),
                name="objective_ends_after_start",
            )
        ]


class Outlook(models.Model):
    """Where an objective is heading, as it was last computed by a worker."""

    objective = models.OneToOneField(
        Objective, models.CASCADE, primary_key=True, related_name="outlook"
    )
    computed_at = models.DateTimeField()
    asked = models.CharField(max_length=64)
    """Digest of the objective's measure and the day: another one makes it out of date."""
    through = models.DateField()
    """The last day that was known."""
    refusal = models.CharField(max_length=12, blank=True)
    observed = models.PositiveIntegerField(default=0)
    needed = models.PositiveIntegerField(default=0)
    method = models.CharField(max_length=20, blank=True)
    level = models.FloatField(default=0)
    """The share of outcomes that the interval holds, 0 to 1."""
    probability = models.FloatField(null=True)
    folds = models.PositiveIntegerField(default=0)
    scores = models.JSONField(default=dict)
    """Mean absolute scaled error of each method on the past."""
    days = models.JSONField(default=list)
    """Of each day to come: the expected value, and the ends of the interval."""

    def __str__(self) -> str:
        return f"{self.objective_id}: {self.method or self.refusal}"


class Tactic(_Node):
    """What is done for an objective."""

    objective = models.ForeignKey(Objective, models.RESTRICT, related_name="tactics")
    posts = models.ManyToManyField(Post, through="TacticPost", related_name="tactics")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "objective", "position"], name="tactic_order")
        ]


class TacticPost(models.Model):
    """A post carries out a tactic. A post may serve several, or none."""

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="links")
    post = models.ForeignKey(Post, models.CASCADE, related_name="tactic_links")
    linked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tactic", "post"], name="one_link_each")
        ]

    def __str__(self) -> str:
        return f"{self.tactic_id} ← {self.post_id}"
