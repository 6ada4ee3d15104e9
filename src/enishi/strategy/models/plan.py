"""Goal → strategy → objective → tactic, and the posts that carry a tactic out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import FUNCTIONS, Workspace
from enishi.channels.models import Channel
from enishi.inbox.models import Conversation
from enishi.kernel.ids import new_id
from enishi.publishing.models import Post
from enishi.strategy.core.kinds import Approval, ObjectiveType, Pillar, Purpose
from enishi.strategy.core.nodes import Status
from enishi.strategy.core.scopes import Scope

STATUSES = [
    (Status.PLANNED.value, _("Preparing")),
    (Status.ACTIVE.value, _("In progress")),
    (Status.DONE.value, _("Done")),
    (Status.DROPPED.value, _("Dropped")),
]


PILLARS = [
    (Pillar.MARKETING.value, _("Marketing")),
    (Pillar.EMPLOYEES.value, _("Employees")),
    (Pillar.COLLABORATION.value, _("Collaboration")),
]
PURPOSES = [
    (Purpose.SALES.value, _("Sales and visitors")),
    (Purpose.BRANDING.value, _("Branding and recognition")),
    (Purpose.SATISFACTION.value, _("Customer satisfaction")),
    (Purpose.RESEARCH.value, _("Needs and competitor research")),
    (Purpose.AD_SAVING.value, _("Lower advertising cost")),
]
OBJECTIVE_TYPES = [
    (ObjectiveType.LEADS.value, _("Leads")),
    (ObjectiveType.AWARENESS.value, _("Brand awareness")),
    (ObjectiveType.VIRALITY.value, _("Virality")),
]
APPROVALS = [(Approval.DRAFT.value, _("Draft")), (Approval.APPROVED.value, _("Approved"))]
SCOPES = [(Scope.OPERATION.value, _("Operation")), (Scope.MARKETING.value, _("Marketing"))]
PRIORITIES = [(1, _("Must")), (2, _("Should")), (3, _("Could"))]


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

    pillar = models.CharField(
        _("pillar"), max_length=13, choices=PILLARS, default=Pillar.MARKETING.value
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "position"], name="goal_order")]


class Strategy(_Node):
    """How it means to get there."""

    goal = models.ForeignKey(Goal, models.RESTRICT, related_name="strategies")
    what = models.TextField(_("what"), blank=True)
    who = models.TextField(_("who"), blank=True)
    how = models.TextField(_("how"), blank=True)
    why = models.TextField(_("why"), blank=True)
    scope = models.CharField(max_length=10, choices=SCOPES, blank=True)
    budget = models.PositiveBigIntegerField(_("budget"), null=True, blank=True)
    """For its whole time, in minor units of the plan's currency."""
    approval = models.CharField(max_length=8, choices=APPROVALS, default=Approval.DRAFT.value)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

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
    kind = models.CharField(_("type"), max_length=9, choices=OBJECTIVE_TYPES, blank=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=PURPOSES, blank=True)
    function = models.CharField(_("function"), max_length=9, choices=FUNCTIONS, blank=True)
    boxes = models.JSONField(default=list, blank=True)
    """The boxes of the business canvas that it serves."""
    kpis = models.JSONField(default=list, blank=True)
    """The KPIs that are watched beside `metric`, in their order."""

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
    conversations = models.ManyToManyField(
        Conversation, through="TacticConversation", related_name="tactics"
    )
    scope = models.CharField(max_length=10, choices=SCOPES, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=PRIORITIES, default=2)

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


class TacticConversation(models.Model):
    """A conversation that carries out a tactic. It may serve several, or none."""

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="conversation_links")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="tactic_links")
    linked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tactic", "conversation"], name="one_conversation_link_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tactic_id} ← {self.conversation_id}"


class WatchedKpi(models.Model):
    """A KPI that the workspace keeps an eye on, whether or not an objective needs it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "key"], name="one_watch_each")
        ]

    def __str__(self) -> str:
        return self.key
