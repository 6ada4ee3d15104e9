"""Conversations, their messages, and notes among colleagues."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import FUNCTIONS, Workspace
from enishi.channels.models import Channel
from enishi.inbox.core.heard import Kind
from enishi.inbox.core.states import ConversationState
from enishi.kernel.ids import new_id
from enishi.publishing.models import Delivery

STATES = [
    (ConversationState.NEW.value, _("New")),
    (ConversationState.PENDING.value, _("Pending")),
    (ConversationState.RESOLVED.value, _("Resolved")),
]
KINDS = [
    (Kind.REPLY.value, _("Reply")),
    (Kind.MENTION.value, _("Mention")),
    (Kind.QUOTE.value, _("Quote")),
    (Kind.MESSAGE.value, _("Private message")),
    (Kind.COMMENT.value, _("Comment")),
]


class Conversation(models.Model):
    """One person's exchange with one channel, below one thread."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="conversations")
    root_id = models.CharField(max_length=500)
    kind = models.CharField(max_length=8, choices=KINDS)
    state = models.CharField(max_length=8, choices=STATES, default=ConversationState.NEW.value)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    function = models.CharField(max_length=9, choices=FUNCTIONS, blank=True)
    """The function of the company that it serves (R028); empty: that of its channel."""
    unread = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    """Grows with every answer of ours: two people who answer at once notice each other."""
    person_key = models.CharField(max_length=500)
    person_name = models.CharField(max_length=300, blank=True)
    person_handle = models.CharField(max_length=300, blank=True)
    person_url = models.CharField(max_length=1000, blank=True)
    person_avatar_url = models.CharField(max_length=1000, blank=True)
    last_text = models.CharField(max_length=200, blank=True)
    last_is_ours = models.BooleanField(default=False)
    last_message_at = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "root_id", "person_key"], name="one_conversation_each"
            ),
        )
        indexes = (
            models.Index(fields=["workspace", "-last_message_at", "-id"], name="inbox_by_time"),
            models.Index(
                fields=["workspace", "state", "-last_message_at", "-id"], name="inbox_by_state"
            ),
            models.Index(
                fields=["workspace", "assignee", "-last_message_at"], name="inbox_by_assignee"
            ),
            models.Index(
                fields=["workspace", "-last_message_at"],
                name="inbox_unread",
                condition=Q(unread__gt=0),
            ),
            models.Index(fields=["workspace", "-updated_at"], name="inbox_by_change"),
            models.Index(fields=["workspace", "person_key"], name="inbox_by_person"),
        )

    def __str__(self) -> str:
        return self.person_name or self.person_handle or self.person_key


class Message(models.Model):
    """Something said in a conversation, by them or by us."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    remote_id = models.CharField(max_length=500, blank=True)
    """Empty while an answer of ours is not on the network yet."""
    is_ours = models.BooleanField(default=False)
    kind = models.CharField(max_length=8, choices=KINDS)
    author_key = models.CharField(max_length=500, blank=True)
    author_name = models.CharField(max_length=300, blank=True)
    author_handle = models.CharField(max_length=300, blank=True)
    author_avatar_url = models.CharField(max_length=1000, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """The colleague who wrote it, when it is ours."""
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    """Text and author as they are searched."""
    images = models.JSONField(default=list, blank=True)
    in_reply_to = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    reference = models.JSONField(default=dict, blank=True)
    published = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    activity_id = models.UUIDField(null=True, blank=True)
    delivery = models.OneToOneField(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="inbox_message"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "remote_id"],
                name="one_message_each",
                condition=~Q(remote_id=""),
            ),
        )
        indexes = (
            models.Index(fields=["conversation", "published", "id"], name="message_by_time"),
        )

    def __str__(self) -> str:
        return self.text[:80]


class Note(models.Model):
    """What colleagues tell each other about a conversation; never leaves the house."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["conversation", "created_at"], name="note_by_time"),)

    def __str__(self) -> str:
        return self.text[:80]
