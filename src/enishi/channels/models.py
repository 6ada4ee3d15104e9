"""Connected accounts, their credentials, and how reading them goes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enishi.accounts.models import FUNCTIONS, Workspace
from enishi.channels.core.lifecycle import ChannelState, Item, ItemState
from enishi.kernel.ids import new_id

STATES = [
    (ChannelState.DRAFT, pgettext_lazy("state of a channel", "Draft")),
    (ChannelState.ACTIVE, _("Active")),
    (ChannelState.PAUSED, _("Paused")),
    (ChannelState.RECONNECT, _("Reconnect needed")),
    (ChannelState.ARCHIVED, _("Disconnected")),
]
ITEMS = [
    (Item.OBJECTIVE, _("Objective")),
    (Item.AUDIENCE, _("Audience")),
    (Item.POLICY, _("Policy")),
    (Item.OWNER, _("Owner")),
    (Item.CADENCE, _("Cadence")),
]
ITEM_STATES = [
    (ItemState.OPEN, _("Still open")),
    (ItemState.SET, _("Decided")),
    (ItemState.WAIVED, _("Waived")),
]
AUDIENCES = [("external", _("External audience")), ("internal", _("Internal audience"))]


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Questions that are asked of channels in more than one place."""

    def connected(self) -> ChannelQuerySet:
        return self.exclude(state=ChannelState.ARCHIVED)


class Channel(models.Model):
    """One account of a workspace on one network."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="channels")
    adapter = models.CharField(max_length=64)
    name = models.CharField(_("name"), max_length=200)
    handle = models.CharField(max_length=255, blank=True)
    remote_id = models.CharField(max_length=500)
    url = models.CharField(max_length=1000, blank=True)
    service_url = models.CharField(max_length=500, blank=True)
    avatar_url = models.CharField(max_length=1000, blank=True)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=STATES, default=ChannelState.DRAFT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    backup_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    audience = models.CharField(max_length=16, choices=AUDIENCES, default="external")
    function = models.CharField(max_length=9, choices=FUNCTIONS, blank=True)
    """The function of the company that it serves (R028); empty: everybody's."""
    posts_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    """The cadence that was promised: how often this channel means to post."""
    taxonomy = models.JSONField(default=dict, blank=True)
    """Overrides by scheme: {"mic-2015": "blog", "sns_weight": 0.7}."""
    learnt = models.JSONField(default=dict, blank=True)
    """What the adapter found out about the server: limits, and what it lacks."""
    next_read_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    last_publish_at = models.DateTimeField(null=True, blank=True)
    last_post_at = models.DateTimeField(null=True, blank=True)
    """When the newest post that was seen on the network itself came out."""
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    connected_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "adapter", "service_url", "remote_id"],
                name="one_channel_per_account",
            ),
        )
        indexes = (models.Index(fields=["state", "next_read_at"], name="channel_due"),)

    def __str__(self) -> str:
        return self.name or self.handle


class Credential(models.Model):
    """What opens the account, encrypted; `channels.vault` reads and writes it."""

    channel = models.OneToOneField(
        Channel, models.CASCADE, primary_key=True, related_name="credential"
    )
    ciphertext = models.BinaryField()
    expires_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    """Counts up with every change: renewals compare and set it."""
    renewing_until = models.DateTimeField(null=True)
    """Somebody is asking the network for new ones; others wait until then."""
    updated_at = models.DateTimeField(auto_now=True)

    def __repr__(self) -> str:
        return f"Credential(channel_id={self.channel_id})"

    def __str__(self) -> str:
        return "Credential(…)"


class Reading(models.Model):
    """How reading one kind of thing (inbox, history, metrics) from a channel goes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="readings")
    capability = models.CharField(max_length=16)
    cursor = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)
    """When the present run of failures began; null while it works."""
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["channel", "capability"], name="one_reading_each"),
        )


class ActivationItem(models.Model):
    """One point of a channel's activation list (R042)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="activation")
    item = models.CharField(max_length=16, choices=ITEMS)
    state = models.CharField(max_length=8, choices=ITEM_STATES, default=ItemState.OPEN)
    note = models.TextField(blank=True)
    """What was decided, or why the point is waived."""
    reference = models.UUIDField(null=True, blank=True)
    """What stands behind it elsewhere, such as an objective."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["channel", "item"], name="one_activation_item_each"),
        )


class OAuthApp(models.Model):
    """Enishi as an app of a server: registered once for each address that people return to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    adapter = models.CharField(max_length=64)
    service_url = models.CharField(max_length=500)
    redirect_uri = models.CharField(max_length=500)
    ciphertext = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["adapter", "service_url", "redirect_uri"], name="one_app_per_server"
            ),
        )

    def __str__(self) -> str:
        return f"{self.adapter} {self.service_url}"


class Authorisation(models.Model):
    """A sign-in on a network's own site that somebody has begun; gone when it is over."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    app = models.ForeignKey(OAuthApp, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="+")
    """The channel that is reconnected; null for a new one."""
    state = models.CharField(max_length=64, unique=True)
    """A hash of the state that the site gives back: the state itself is not kept."""
    ciphertext = models.BinaryField()
    created_at = models.DateTimeField()


class Stream(models.Model):
    """Which worker holds a channel's stream open; a hold that is not renewed is free."""

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="stream")
    holder = models.UUIDField(null=True)
    alive_at = models.DateTimeField(null=True)
    """When the holder last showed that the stream is open."""
    retry_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
