"""What the plan was: versions, deleted nodes, what templates made, and monthly reviews."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from enishi.accounts.models import Workspace
from enishi.kernel.ids import new_id


class _ByPerson(models.Model):
    """Who did it and when."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class PlanVersion(_ByPerson):
    """The whole plan as it was at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=120, blank=True)
    document = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="one_version_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class DeletedNode(_ByPerson):
    """A node that was deleted, so that this can be undone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    document = models.JSONField()

    def __str__(self) -> str:
        return self.title


class TemplateUse(_ByPerson):
    """What a starter template made, so that this can be undone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    goal_id = models.UUIDField()
    nodes = models.JSONField()
    """Level and identifier of each node, from the lowest up."""

    def __str__(self) -> str:
        return self.key


class Review(models.Model):
    """The review of one month: figures as they stood, and what was said about them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    month = models.DateField()
    """Its first day."""
    drafted_at = models.DateTimeField()
    rows = models.JSONField(default=list)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "month"], name="one_review_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Minutes(_ByPerson):
    """One version of a review's minutes; none is ever changed."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="minutes")
    number = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "number"], name="one_minutes_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.review_id} #{self.number}"
