"""What came in and what goes out: the rows that are the queues."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from enishi.hub.models.people import URI, HubActor, HubKey, RemoteActor
from enishi.hub.models.things import HubObject
from enishi.kernel.ids import new_id


class InboundState(models.TextChoices):
    """How far an activity of another server is."""

    NEW = "new", _("New")
    DONE = "done", _("Taken")
    IGNORED = "ignored", _("Of no concern")
    REFUSED = "refused", _("Refused")
    QUARANTINED = "quarantined", _("In quarantine")


class Inbound(models.Model):
    """A verified activity, once. Its id is the natural key."""

    id = models.BigAutoField(primary_key=True)
    activity_id = models.CharField(max_length=URI, unique=True)
    remote = models.ForeignKey(RemoteActor, models.CASCADE, related_name="+")
    type = models.CharField(max_length=64)
    document = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    """Of the signature: the same one again is a replay."""
    state = models.CharField(max_length=12, choices=InboundState.choices, default=InboundState.NEW)
    problem = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "id"], name="inbound_queue"),
            models.Index(fields=["received_at"], name="inbound_age"),
        ]


class Notice(models.Model):
    """What an activity means for one of ours: what its channel reads."""

    id = models.BigAutoField(primary_key=True)
    actor = models.ForeignKey(HubActor, models.CASCADE, related_name="notices")
    inbound = models.ForeignKey(Inbound, models.SET_NULL, null=True, related_name="+")
    document = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["actor", "id"], name="notice_order")]


class Shipment(models.Model):
    """An activity of ours on its way: its bytes once, however many get it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey(HubActor, models.CASCADE, related_name="+")
    thing = models.ForeignKey(HubObject, models.SET_NULL, null=True, related_name="+")
    key = models.ForeignKey(HubKey, models.SET_NULL, null=True, related_name="+")
    """Signs with this key although there may be a newer one."""
    activity_id = models.CharField(max_length=URI, unique=True)
    type = models.CharField(max_length=32)
    document = models.JSONField()
    listed = models.BooleanField(default=False)
    """Whether the outbox shows it to everybody."""
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["actor", "listed", "-created_at"], name="shipment_outbox"),
        ]


class ParcelState(models.TextChoices):
    """How far one request is."""

    DUE = "due", _("Due")
    SENDING = "sending", _("Being sent")
    DONE = "done", _("Delivered")
    FAILED = "failed", _("Refused")
    DROPPED = "dropped", _("Given up")


class Parcel(models.Model):
    """One request: a shipment to one inbox. Sending it twice does no harm: its id is known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="parcels")
    inbox = models.CharField(max_length=URI)
    host = models.CharField(max_length=253)
    state = models.CharField(max_length=8, choices=ParcelState.choices, default=ParcelState.DUE)
    due_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    worker_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "inbox"], name="one_parcel_each_inbox"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="parcel_queue"),
            models.Index(fields=["state", "host"], name="parcel_hosts"),
        ]


class Server(models.Model):
    """Another server, as deliveries to it went."""

    host = models.CharField(max_length=253, primary_key=True)
    scheme = models.CharField(max_length=8, blank=True)
    """The dialect of signatures that it understood last."""
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
