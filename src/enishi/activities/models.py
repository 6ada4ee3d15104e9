"""The hot end of the log, and the manifest of what was sealed into columnar files.

Rows refer to workspaces, channels and users by plain identifiers: the log outlives what it
tells about, and sealed rows cannot hold foreign keys anyway.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from enishi.activities.events import Direction
from enishi.kernel.ids import new_id


class Activity(models.Model):
    """Something that somebody did.

    The identifier is derived from the natural key and led by the time at which it occurred
    (see `kernel.ids`), so that ordering by it is ordering by time.
    """

    id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    channel_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    type = models.CharField(max_length=100)
    direction = models.CharField(max_length=10, choices=[(d, d) for d in Direction])
    source = models.CharField(max_length=100)
    key = models.TextField()
    actor_key = models.TextField(blank=True)
    actor_name = models.TextField(blank=True)
    object_type = models.CharField(max_length=100, blank=True)
    object_key = models.TextField(blank=True)
    target_key = models.TextField(blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=35, blank=True)
    via = models.CharField(max_length=20, blank=True)
    document_json = models.TextField(default="{}")
    """The ActivityStreams document, character for character as it was given."""

    class Meta:
        verbose_name_plural = "activities"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["workspace_id", "id"], name="activity_by_time"),
            models.Index(fields=["workspace_id", "type", "id"], name="activity_by_type"),
            models.Index(fields=["workspace_id", "recorded_at"], name="activity_by_recording"),
            *(
                models.Index(
                    fields=["workspace_id", f"{part}_key"],
                    name=f"activity_by_{part}",
                    condition=~Q(**{f"{part}_key": ""}),
                )
                for part in ("object", "target", "actor")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.object_key}".strip()

    @property
    def document(self) -> dict[str, Any]:
        """The ActivityStreams document."""
        value: dict[str, Any] = json.loads(self.document_json)
        return value


class Observation(models.Model):
    """The value of a metric at a time; an empty `subject` is the account itself."""

    id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    channel_id = models.UUIDField(null=True)
    subject = models.TextField(blank=True)
    metric = models.CharField(max_length=60)
    value = models.FloatField()
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=100)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["workspace_id", "recorded_at"], name="observation_by_recording"),
            models.Index(
                fields=["workspace_id", "subject", "metric"], name="observation_by_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.value}"


class Segment(models.Model):
    """One immutable Parquet file of the lake. A file without such a row does not count."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    path = models.CharField(max_length=200, unique=True)
    """Relative to the lake's folder."""
    kind = models.CharField(max_length=20)
    month = models.CharField(max_length=7)
    rows = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    min_time = models.DateTimeField()
    max_time = models.DateTimeField()
    min_workspace = models.UUIDField()
    max_workspace = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "max_time"], name="segment_by_time"),
        ]

    def __str__(self) -> str:
        return self.path


class LakeState(models.Model):
    """One row: whoever changes the manifest locks it, and counts its changes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.PositiveBigIntegerField(default=0)


class Tombstone(models.Model):
    """A person who was erased from a workspace's log.

    `actor_key` is kept only until the sealed files no longer hold the person; the digest
    stays, so that reading the network again does not bring the person back. An empty
    digest stands for the whole workspace.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace_id = models.UUIDField()
    digest = models.CharField(max_length=64, blank=True)
    actor_key = models.TextField(blank=True)
    requested_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["workspace_id", "digest"], name="one_tombstone_each"),
        ]
