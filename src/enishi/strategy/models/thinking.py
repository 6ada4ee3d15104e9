"""What the plan rests on: canvas, risks, options, and the world outside (R023, R024, R030)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import Workspace
from enishi.kernel.ids import new_id
from enishi.strategy.models.plan import PILLARS, Objective, Strategy, Tactic

BOXES = [
    ("customers", _("Customers")),
    ("analysis", _("Analysis")),
    ("value", _("Value for customers")),
    ("planning", _("Planning (finance, risk, choices)")),
    ("resources", _("Resources (people, skills, capital, partners)")),
    ("goals", _("Goals")),
]
LEVELS = [(number, str(number)) for number in range(1, 6)]
OPTION_STATES = [
    ("open", _("Open")),
    ("chosen", _("Chosen")),
    ("rejected", _("Rejected")),
]
AREAS = [
    ("political", _("Politics")),
    ("economic", _("Economy")),
    ("social", _("Society")),
    ("technological", _("Technology")),
    ("legal", _("Law")),
    ("environmental", _("Environment")),
]


class PillarReason(models.Model):
    """Why a pillar was not chosen."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    pillar = models.CharField(max_length=13, choices=PILLARS)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "pillar"], name="one_reason_a_pillar")
        ]

    def __str__(self) -> str:
        return f"{self.pillar}: {self.reason}"


class CanvasBox(models.Model):
    """What one box of the canvas says."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    box = models.CharField(max_length=10, choices=BOXES)
    text = models.TextField(blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "box"], name="one_of_each_box")
        ]

    def __str__(self) -> str:
        return self.box


class Risk(models.Model):
    """Something that may go wrong with a strategy."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="risks")
    title = models.CharField(_("risk"), max_length=200)
    probability = models.PositiveSmallIntegerField(_("probability"), choices=LEVELS)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=LEVELS)
    response = models.TextField(_("response"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    evidence = models.TextField(blank=True)
    """What shows that it is over."""
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(evidence=""), name="risk_closed_on_evidence"
            )
        ]

    def __str__(self) -> str:
        return self.title


class StrategyOption(models.Model):
    """A choice that was or is to be made, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="options")
    title = models.CharField(_("option"), max_length=200)
    note = models.TextField(_("for and against"), blank=True)
    state = models.CharField(max_length=8, choices=OPTION_STATES, default="open")
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Factor(models.Model):
    """Something outside that changes the ground under the plan: an entry of the PESTLE log."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    area = models.CharField(_("area"), max_length=13, choices=AREAS)
    title = models.CharField(_("what changes"), max_length=200)
    detail = models.TextField(_("what it means for us"), blank=True)
    effective = models.DateField(_("from when"), null=True, blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    keywords = models.CharField(max_length=300, blank=True)
    """Tactics and objectives whose words match were linked when it was entered."""
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class FactorLink(models.Model):
    """A factor touches an objective or a tactic, which is to be looked at again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    factor = models.ForeignKey(Factor, models.CASCADE, related_name="links")
    objective = models.ForeignKey(Objective, models.CASCADE, null=True, related_name="factor_links")
    tactic = models.ForeignKey(Tactic, models.CASCADE, null=True, related_name="factor_links")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(objective=None) ^ Q(tactic=None), name="factor_touches_one_node"
            ),
            models.UniqueConstraint(fields=["factor", "objective"], name="factor_objective_once"),
            models.UniqueConstraint(fields=["factor", "tactic"], name="factor_tactic_once"),
        ]

    def __str__(self) -> str:
        return f"{self.factor_id} → {self.objective_id or self.tactic_id}"
