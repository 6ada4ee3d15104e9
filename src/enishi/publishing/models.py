"""Posts, their variants and media, and the deliveries that carry them out."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import User, Workspace
from enishi.channels.models import Channel
from enishi.kernel.ids import new_id
from enishi.publishing.core.content import EXTERNAL, INTERNAL
from enishi.publishing.core.states import DeliveryKind, DeliveryState, Outcome, PostState
from enishi.publishing.slot_models import Queue, QueueEntry, Series, SeriesTime

__all__ = [
    "Attempt",
    "Delivery",
    "Media",
    "Pause",
    "Post",
    "PostMedia",
    "Queue",
    "QueueEntry",
    "Series",
    "SeriesTime",
    "Variant",
]


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in kind]


class Media(models.Model):
    """An image or film, stored once per workspace under the digest of its content."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    file = models.CharField(max_length=200)
    """Its name in the media storage."""
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "sha256"], name="one_media_each_content"),
        ]

    def __str__(self) -> str:
        return self.name or self.sha256[:12]


class Post(models.Model):
    """Something to say, before it is fitted to each channel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="posts")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("text"), blank=True)
    thread = models.JSONField(default=list)
    """Further parts, after the text."""
    first_comment = models.TextField(blank=True)
    """An answer of our own to the post, sent right after it."""
    language = models.CharField(_("language"), max_length=16, blank=True)
    link = models.URLField(_("link"), max_length=2000, blank=True)
    audience = models.CharField(
        max_length=8,
        choices=[(EXTERNAL, _("Everybody")), (INTERNAL, _("The company only"))],
        default=EXTERNAL,
    )
    """Internal posts never go out on channels that people outside read (R028)."""
    state = models.CharField(
        max_length=12, choices=_choices(PostState), default=PostState.DRAFT.value
    )
    """Follows from the deliveries; kept here for lists and the calendar."""
    due_at = models.DateTimeField(null=True)
    """When it is planned, or was published: its place in the calendar."""
    wall_time = models.CharField(max_length=19, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True)
    adopted = models.BooleanField(default=False)
    """Read back from the network, not written here."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "due_at", "id"], name="post_calendar"),
            models.Index(fields=["workspace", "state", "due_at", "id"], name="post_by_state"),
            models.Index(fields=["workspace", "updated_at", "id"], name="post_by_change"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Variant(models.Model):
    """A post as one channel gets it. An empty `text` means the post's own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="variants")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    options = models.JSONField(default=dict)
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "channel"], name="one_variant_each_channel"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class PostMedia(models.Model):
    """A media file in a post, with its place and alternative text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="attachments")
    media = models.ForeignKey(Media, models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField()
    alt = models.TextField(blank=True)
    focus_right = models.FloatField(null=True)
    focus_up = models.FloatField(null=True)
    """What stays visible when it is cropped, from the centre, from -1 to 1."""
    poster = models.ForeignKey(Media, models.SET_NULL, null=True, related_name="+")
    """The picture that stands for a film until it plays."""

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "position"], name="one_media_each_position"),
        ]

    def __str__(self) -> str:
        return self.alt

    @property
    def focus(self) -> tuple[float, float] | None:
        if self.focus_right is None or self.focus_up is None:
            return None
        return self.focus_right, self.focus_up


class Delivery(models.Model):
    """One effect on one network. The row is the truth: see `delivery.py` for its rules."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=_choices(DeliveryKind))
    state = models.CharField(
        max_length=12, choices=_choices(DeliveryState), default=DeliveryState.SCHEDULED.value
    )
    key = models.CharField(max_length=13, unique=True)
    text = models.TextField(blank=True)
    """What a reply says; a post's text is in the post."""
    language = models.CharField(max_length=16, blank=True)
    in_reply_to = models.JSONField(null=True)
    target_id = models.CharField(max_length=500, blank=True)
    """What a deletion takes off the network."""

    planned_at = models.DateTimeField()
    """When a person wanted it; `due_at` moves with each retry."""
    due_at = models.DateTimeField()
    wall_time = models.CharField(max_length=19, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    valid_until = models.DateTimeField(null=True)

    attempts = models.PositiveIntegerField(default=0)
    attempts_before = models.PositiveIntegerField(default=0)
    """Those made before a person last decided: retries count from here."""
    first_attempt_at = models.DateTimeField(null=True)
    worker_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    """Parts that stand already, by name, so that a restart goes on: see `channels.parts`."""
    candidates = models.JSONField(default=list)
    """Recent posts of the account, for the person who decides about an unknown outcome."""

    remote_id = models.CharField(max_length=500, blank=True)
    remote_url = models.CharField(max_length=2000, blank=True)
    receipt = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    """Why it is where it is, as a word of `core.settling.Reason`."""
    problem = models.TextField(blank=True)
    """What the network said, in plain words."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "channel"],
                condition=Q(kind=DeliveryKind.PUBLISH.value),
                name="one_publish_each_channel",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "channel", "workspace"],
                condition=Q(state=DeliveryState.SCHEDULED.value),
                name="delivery_due",
            ),
            models.Index(
                fields=["worker_id"],
                condition=Q(state=DeliveryState.PUBLISHING.value),
                name="delivery_publishing",
            ),
            models.Index(fields=["channel", "remote_id"], name="delivery_remote"),
            models.Index(fields=["workspace", "state", "due_at"], name="delivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Attempt(models.Model):
    """One try of a delivery, written before the network is called."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    worker_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=14, choices=_choices(Outcome), default=Outcome.RUNNING.value
    )
    detail = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "number"], name="one_attempt_each_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


class Pause(models.Model):
    """Nothing goes out while this row exists: in a whole workspace, or on one channel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="+")
    """None: all channels."""
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(channel=None), name="one_pause_of_everything"
            ),
            models.UniqueConstraint(fields=["channel"], name="one_pause_each_channel"),
        ]

    def __str__(self) -> str:
        return self.reason
