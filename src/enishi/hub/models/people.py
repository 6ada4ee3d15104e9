"""Hubs, their actors and keys, the actors of other servers, and who follows whom."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import Workspace
from enishi.channels.models import Channel
from enishi.kernel.ids import new_id

URI = 500


class Quarantine(models.TextChoices):
    """Whose first words wait for a moderator."""

    OFF = "off", _("Nobody's")
    SUSPICIOUS = "suspicious", _("Those that look like spam")
    NEW = "new", _("Everybody's whom we do not know")


class Hub(models.Model):
    """A workspace's place on the social web."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="hub")
    host = models.CharField(_("own host name"), max_length=253, blank=True)
    """Empty: it lies on the host of the installation."""
    signed_reads = models.BooleanField(_("let only signed requests read"), default=False)
    quarantine = models.CharField(
        max_length=12, choices=Quarantine.choices, default=Quarantine.SUSPICIOUS
    )
    allowed_only = models.BooleanField(_("federate with allowed servers only"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["host"], condition=~Q(host=""), name="one_hub_each_host"
            ),
        ]

    def __str__(self) -> str:
        return self.host or str(self.workspace)


class HubActor(models.Model):
    """One of ours: the organisation of a workspace, a person who writes, or the server itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hub = models.ForeignKey(Hub, models.CASCADE, null=True, related_name="actors")
    """None: the actor of the server, which signs what it reads elsewhere."""
    channel = models.OneToOneField(
        Channel, models.SET_NULL, null=True, blank=True, related_name="hub_actor"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    type = models.CharField(max_length=16, default="Organization")
    handle = models.CharField(max_length=64)
    host = models.CharField(max_length=253)
    """The part of its address after the second @."""
    base = models.CharField(max_length=300)
    """Scheme and host that its documents have; never changes."""
    uri = models.CharField(max_length=URI, unique=True)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    icon = models.CharField(max_length=200, blank=True)
    """Its file in the media storage."""
    icon_type = models.CharField(max_length=40, blank=True)
    fields = models.JSONField(default=list, blank=True)
    """Pairs of name and value (HTML) of the profile."""
    locked = models.BooleanField(_("ask before somebody follows"), default=False)
    discoverable = models.BooleanField(default=True)
    moved_to = models.CharField(max_length=URI, blank=True)
    also_known_as = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["host", "handle"], name="one_actor_each_address"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}@{self.host}"

    @property
    def url(self) -> str:
        """The page for people."""
        return f"{self.base}/@{self.handle}"

    @property
    def followers_uri(self) -> str:
        return f"{self.uri}/followers"


class HubKey(models.Model):
    """A key pair of an actor; retired ones stay, so that one can tell what was signed when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey(HubActor, models.CASCADE, related_name="keys")
    algorithm = models.CharField(max_length=8)
    key_id = models.CharField(max_length=URI)
    public = models.TextField()
    """PEM for RSA, multibase for Ed25519."""
    private = models.BinaryField()
    """PEM, encrypted by the vault."""
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["actor", "algorithm"],
                condition=Q(retired_at=None),
                name="one_present_key_each",
            ),
        ]

    def __repr__(self) -> str:
        return f"HubKey({self.key_id})"


class RemoteActor(models.Model):
    """Somebody of another server, as it told us last."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    uri = models.CharField(max_length=URI, unique=True)
    type = models.CharField(max_length=32, blank=True)
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300, blank=True)
    host = models.CharField(max_length=253)
    url = models.CharField(max_length=1000, blank=True)
    icon_url = models.CharField(max_length=1000, blank=True)
    summary = models.TextField(blank=True)
    """Sanitised HTML."""
    inbox = models.CharField(max_length=URI)
    shared_inbox = models.CharField(max_length=URI, blank=True)
    followers_uri = models.CharField(max_length=URI, blank=True)
    keys = models.JSONField(default=dict)
    """Public keys by key id: PEM or multibase."""
    also_known_as = models.JSONField(default=list)
    locked = models.BooleanField(default=False)
    joined_at = models.DateTimeField(null=True)
    """When the account was opened, if it tells."""
    fetched_at = models.DateTimeField()
    keys_fetched_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    trusted = models.BooleanField(default=False)
    """Somebody let its words out of the quarantine, or we follow it."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["host"], name="remote_actor_host")]

    def __str__(self) -> str:
        return f"@{self.handle}@{self.host}"

    @property
    def best_inbox(self) -> str:
        """One address for everybody on the same server, where there is one."""
        return self.shared_inbox or self.inbox


class Direction(models.TextChoices):
    """Who follows whom."""

    IN = "in", _("follows us")
    OUT = "out", _("followed by us")


class FollowState(models.TextChoices):
    """How far a following is."""

    PENDING = "pending", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Refused")


class Follow(models.Model):
    """A tie between one of ours and somebody elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey(HubActor, models.CASCADE, related_name="ties")
    remote = models.ForeignKey(RemoteActor, models.CASCADE, related_name="ties")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    state = models.CharField(max_length=8, choices=FollowState.choices)
    activity_id = models.CharField(max_length=URI)
    document = models.JSONField(default=dict)
    """The Follow as it was sent, to answer it."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["actor", "remote", "direction"], name="one_follow_each_way"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["actor", "direction", "state"], name="follow_lists"),
            models.Index(fields=["activity_id"], name="follow_activity"),
        ]


class Verdict(models.TextChoices):
    """What a rule does to a server or account."""

    BLOCK = "block", _("Refuse everything")
    QUIET = "quiet", _("Keep out of the inbox")
    NO_MEDIA = "no_media", _("Take no media")
    ALLOW = "allow", _("Allow")


class Rule(models.Model):
    """A decision about a server or an account; without a hub it holds for all of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hub = models.ForeignKey(Hub, models.CASCADE, null=True, related_name="rules")
    kind = models.CharField(max_length=8, choices=[("domain", "domain"), ("actor", "actor")])
    value = models.CharField(max_length=URI)
    """A host (its subdomains too), or the uri of an actor."""
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "kind", "value"], name="one_rule_each"),
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(hub=None), name="one_rule_for_all"
            ),
        ]
