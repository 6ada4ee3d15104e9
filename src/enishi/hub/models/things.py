"""What we and others said, and what people did about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from enishi.hub.models.people import URI, Hub, HubActor, RemoteActor
from enishi.kernel.ids import new_id


class HubObject(models.Model):
    """Something that one of ours published."""

    id = models.UUIDField(primary_key=True, editable=False)
    """Derived from the delivery's key, so that sending it again finds it."""
    actor = models.ForeignKey(HubActor, models.CASCADE, related_name="objects_said")
    author = models.ForeignKey(HubActor, models.SET_NULL, null=True, related_name="+")
    """The person who wrote it, when the organisation published it."""
    key = models.CharField(max_length=64)
    """The delivery's key; parts of a thread have `key/1`, `key/2`…"""
    uri = models.CharField(max_length=URI, unique=True)
    type = models.CharField(max_length=16)
    name = models.CharField(max_length=500, blank=True)
    summary = models.CharField(max_length=1000, blank=True)
    """The content warning; of an article, its teaser."""
    source = models.TextField(blank=True)
    """What was typed."""
    html = models.TextField(blank=True)
    language = models.CharField(max_length=16, blank=True)
    visibility = models.CharField(max_length=10, default="public")
    sensitive = models.BooleanField(default=False)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    hashtags = models.JSONField(default=list)
    """Names in small letters, without the sign."""
    pictures = models.JSONField(default=list)
    """{path, media_type, alt, width, height} each."""
    data = models.JSONField(default=dict)
    """A poll's options, an event's times and place."""
    in_reply_to = models.CharField(max_length=URI, blank=True)
    context = models.CharField(max_length=URI, blank=True)
    quote = models.CharField(max_length=URI, blank=True)
    quote_authorization = models.CharField(max_length=URI, blank=True)
    pinned = models.BooleanField(default=False)
    likes = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)
    quotes = models.PositiveIntegerField(default=0)
    published = models.DateTimeField()
    updated = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "key"], name="one_object_each_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["actor", "-published", "-id"], name="hub_object_feed"),
            models.Index(fields=["in_reply_to"], name="hub_object_replies"),
            models.Index(fields=["context"], name="hub_object_thread"),
        ]

    def __str__(self) -> str:
        return self.name or self.source[:60]

    @property
    def url(self) -> str:
        """The page for people."""
        return f"{self.actor.url}/{self.id}"


class RemoteObject(models.Model):
    """Something that somebody elsewhere said and that concerns us; its markup is sanitised."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    uri = models.CharField(max_length=URI, unique=True)
    actor = models.ForeignKey(RemoteActor, models.CASCADE, related_name="said")
    type = models.CharField(max_length=32)
    name = models.CharField(max_length=500, blank=True)
    summary = models.CharField(max_length=1000, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=16, blank=True)
    visibility = models.CharField(max_length=10)
    sensitive = models.BooleanField(default=False)
    url = models.CharField(max_length=1000, blank=True)
    in_reply_to = models.CharField(max_length=URI, blank=True)
    context = models.CharField(max_length=URI, blank=True)
    """The uri of the first post of the thread, as far as we know it."""
    quote = models.CharField(max_length=URI, blank=True)
    pictures = models.JSONField(default=list)
    """{url, media_type, alt} each; shown through the guarded proxy only."""
    published = models.DateTimeField()
    updated = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    hidden = models.BooleanField(default=False)
    """A moderator took it off our pages, or it waits in quarantine."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["in_reply_to"], name="remote_object_replies"),
            models.Index(fields=["context"], name="remote_object_thread"),
            models.Index(fields=["quote"], name="remote_object_quotes"),
        ]


class Reaction(models.Model):
    """A like, an emoji or a reshare of something of ours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thing = models.ForeignKey(HubObject, models.CASCADE, related_name="reactions")
    remote = models.ForeignKey(RemoteActor, models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=12)
    content = models.CharField(max_length=100, blank=True)
    activity_id = models.CharField(max_length=URI, unique=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["thing", "remote", "kind", "content"], name="one_reaction_each"
            ),
        ]


class Vote(models.Model):
    """What somebody chose in a poll of ours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thing = models.ForeignKey(HubObject, models.CASCADE, related_name="votes")
    remote = models.ForeignKey(RemoteActor, models.CASCADE, related_name="+")
    option = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thing", "remote", "option"], name="one_vote_each"),
        ]


class QuoteStamp(models.Model):
    """Our consent that something of ours is quoted (FEP-044f)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thing = models.ForeignKey(HubObject, models.CASCADE, related_name="stamps")
    quoting = models.CharField(max_length=URI)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thing", "quoting"], name="one_stamp_each"),
        ]


class Report(models.Model):
    """A complaint of another server about something or somebody of ours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hub = models.ForeignKey(Hub, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(RemoteActor, models.SET_NULL, null=True, related_name="+")
    host = models.CharField(max_length=253)
    objects_named = models.JSONField(default=list)
    content = models.TextField(blank=True)
    activity_id = models.CharField(max_length=URI, unique=True)
    handled_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    """What was done about it, for colleagues."""
    created_at = models.DateTimeField(auto_now_add=True)
