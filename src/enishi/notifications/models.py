"""News for a person, how they want it, and the letters that carry it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from enishi.accounts.models import User, Workspace
from enishi.kernel.ids import new_id
from enishi.notifications.core.kinds import Kind, Mail

_KINDS = [(kind.value, kind.value) for kind in Kind]
_MAILS = [(mail.value, mail.value) for mail in Mail]


class Notification(models.Model):
    """News of one cause for one person. More of the same is counted here until it is read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=24, choices=_KINDS)
    cause = models.CharField(max_length=200)
    """What belongs together, such as the failures of one channel for one reason."""
    parameters = models.JSONField(default=dict)
    """What the sentence is made of when somebody reads it, in their language."""
    path = models.CharField(max_length=300, blank=True)
    """Where it leads, below the workspace's address."""
    count = models.PositiveIntegerField(default=1)
    in_app = models.BooleanField(default=True)
    mail = models.CharField(max_length=5, choices=_MAILS, default=Mail.OFF.value)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mailed_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "workspace", "cause"],
                condition=Q(read_at__isnull=True),
                name="one_unread_each_cause",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "workspace", "last_at", "id"], name="notification_list"),
            models.Index(
                fields=["mail", "user", "workspace"],
                condition=Q(read_at__isnull=True),
                name="notification_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"


class Preference(models.Model):
    """How a person wants one kind of news in one workspace; without a row, the default."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=_KINDS)
    in_app = models.BooleanField()
    mail = models.CharField(max_length=5, choices=_MAILS)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "workspace", "kind"], name="one_preference_each_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mail}"


class Letter(models.Model):
    """An e-mail, written in the transaction that takes note of what it tells."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    """There is never a second letter with the same key."""
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    address = models.EmailField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.subject
