"""Endpoints, what they are told, and how each call went."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import User, Workspace
from enishi.kernel.ids import new_id
from enishi.webhooks.core.states import EndpointState, SendingState


class Endpoint(models.Model):
    """An address of another program that wants to be told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    url = models.URLField(_("address"), max_length=2000)
    description = models.CharField(_("description"), max_length=200, blank=True)
    events = models.JSONField(default=list)
    """Event types; an empty list means all, also those that come later."""
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in EndpointState],
        default=EndpointState.ACTIVE.value,
    )
    secrets = models.BinaryField()
    """The secret, and while it is being replaced the one before, encrypted."""
    previous_until = models.DateTimeField(null=True)
    """Until when the secret before signs too."""
    failing_since = models.DateTimeField(null=True)
    """The first call that failed since one worked."""
    disabled_reason = models.CharField(max_length=10, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["workspace"],
                condition=Q(state=EndpointState.ACTIVE.value),
                name="endpoint_active",
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.url


class Event(models.Model):
    """Something to tell, written in the transaction in which it happened."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    type = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    body = models.TextField()
    """The JSON exactly as it is sent, so that every call carries the same bytes."""
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.type


class Sending(models.Model):
    """One event for one endpoint."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="sendings")
    event = models.ForeignKey(Event, models.CASCADE, related_name="sendings")
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in SendingState],
        default=SendingState.WAITING.value,
    )
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    tried = models.PositiveIntegerField(default=0)
    """Calls since it was asked for; the calls themselves are numbered on."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="one_sending_each_event"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "state", "due_at"], name="sending_due"),
            models.Index(fields=["endpoint", "created_at", "id"], name="sending_list"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"


class Call(models.Model):
    """One HTTP request to an endpoint, and what came back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sending = models.ForeignKey(Sending, models.CASCADE, related_name="calls")
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(default=0)
    """The HTTP status; 0 when there was no answer."""
    problem = models.CharField(max_length=20, blank=True)
    """Why there was no answer, as a word of `sending.Problem`."""
    excerpt = models.TextField(blank=True)
    """The beginning of what the endpoint said."""

    class Meta:
        ordering: ClassVar = ["started_at", "id"]

    def __str__(self) -> str:
        return str(self.status or self.problem)
