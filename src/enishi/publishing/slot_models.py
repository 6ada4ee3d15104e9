"""Slots that come again and queues: where posts get their times from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import User, Workspace
from enishi.channels.models import Channel
from enishi.kernel.ids import new_id


class Series(models.Model):
    """A slot that comes again: it makes a draft for each of its times, some days ahead."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    """Who fills its posts in: their author until somebody else takes one."""
    name = models.CharField(_("name"), max_length=120)
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    channels: models.ManyToManyField[Channel, models.Model] = models.ManyToManyField(
        Channel, related_name="+"
    )
    text = models.TextField(blank=True)
    """What its drafts begin with."""
    checklist = models.JSONField(default=list)
    """What to think of while one fills a draft in: sentences."""
    rule = models.CharField(max_length=200)
    times = models.JSONField(default=list)
    """Times of day of its zone, such as `21:00`."""
    time_zone = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    skips_holidays = models.BooleanField(default=False)
    days_ahead = models.PositiveSmallIntegerField(default=14)
    warn_hours = models.PositiveSmallIntegerField(default=24)
    paused = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "name"], name="series_by_name")]

    def __str__(self) -> str:
        return self.name


class SeriesTime(models.Model):
    """One time of a series that has its post, or is skipped: it is never made again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.ForeignKey(Series, models.CASCADE, related_name="occurrences")
    wall = models.CharField(max_length=16)
    """What the clock of the series was to show: its name within the series."""
    due_at = models.DateTimeField()
    post = models.OneToOneField(
        "publishing.Post", models.SET_NULL, null=True, related_name="series_time"
    )
    post_version = models.PositiveIntegerField(default=1)
    """At which the post was made: a higher one means that people have touched it."""
    skipped = models.BooleanField(default=False)
    ticked = models.JSONField(default=list)
    """What of the checklist is done: its sentences."""
    warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "wall"], name="one_post_each_occurrence"),
        ]
        indexes: ClassVar = [models.Index(fields=["series", "due_at"], name="series_time_by_due")]

    def __str__(self) -> str:
        return self.wall


class Queue(models.Model):
    """Times of the week that posts are put into one after the other."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    times = models.JSONField(default=list)
    """Pairs of a weekday (0 is Monday) and a time of day such as `09:30`."""
    time_zone = models.CharField(max_length=64)
    closes_gaps = models.BooleanField(default=True)
    """When a post is taken away, those after it move up."""
    skips_holidays = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_queue_each_name"),
        ]

    def __str__(self) -> str:
        return self.name


class QueueEntry(models.Model):
    """A post that waits in a queue, at one of its times."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="entries")
    post = models.OneToOneField("publishing.Post", models.CASCADE, related_name="queue_entry")
    due_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "due_at"], name="one_post_each_queue_time"),
        ]

    def __str__(self) -> str:
        return f"{self.queue_id} {self.due_at}"
