"""The public site of a hub: how it looks, its links, and those who comment, subscribe, attend."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from enishi.hub.models.people import Hub
from enishi.hub.models.things import HubObject
from enishi.kernel.ids import new_id

ACCENT = "#0f6a73"


class Scheme(models.TextChoices):
    """Light or dark."""

    AUTO = "auto", _("As the visitor's device is set")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Theme(models.Model):
    """How a hub's pages look and what visitors may do there."""

    hub = models.OneToOneField(Hub, models.CASCADE, primary_key=True, related_name="theme")
    accent = models.CharField(_("accent colour"), max_length=7, default=ACCENT)
    scheme = models.CharField(max_length=5, choices=Scheme.choices, default=Scheme.AUTO)
    cover = models.CharField(max_length=200, blank=True)
    """Its file in the media storage."""
    cover_alt = models.CharField(max_length=300, blank=True)
    tagline = models.CharField(max_length=160, blank=True)
    website = models.URLField(max_length=500, blank=True)
    footer = models.CharField(max_length=300, blank=True)
    comments_open = models.BooleanField(default=True)
    letters_open = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)


class HubLink(models.Model):
    """One line of the link page."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hub = models.ForeignKey(Hub, models.CASCADE, related_name="links")
    title = models.CharField(max_length=120)
    url = models.URLField(max_length=1000)
    position = models.PositiveIntegerField(default=0)
    shown = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class CommentState(models.TextChoices):
    """What was decided about a comment."""

    HELD = "held", _("Waiting")
    SHOWN = "shown", _("On the page")
    REFUSED = "refused", _("Refused")


class Comment(models.Model):
    """What a visitor without an account wrote below a post. Plain text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thing = models.ForeignKey(HubObject, models.CASCADE, related_name="comments")
    name = models.CharField(max_length=80)
    text = models.TextField()
    state = models.CharField(max_length=8, choices=CommentState.choices, default=CommentState.HELD)
    origin = models.CharField(max_length=32)
    """A digest of the address that changes every day: enough to slow down a flood."""
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["thing", "state", "created_at"], name="comment_list"),
            models.Index(fields=["origin", "created_at"], name="comment_origin"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class SubscriberState(models.TextChoices):
    """Whether somebody gets letters."""

    ASKED = "asked", _("Not confirmed yet")
    ACTIVE = "active", _("Gets letters")
    LEFT = "left", _("Unsubscribed")


class Subscriber(models.Model):
    """An address that asked for new posts by e-mail."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hub = models.ForeignKey(Hub, models.CASCADE, related_name="subscribers")
    email = models.EmailField(max_length=254)
    state = models.CharField(
        max_length=8, choices=SubscriberState.choices, default=SubscriberState.ASKED
    )
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "email"], name="one_subscription_each"),
        ]


class Letter(models.Model):
    """One post to one subscriber, once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="letters")
    thing = models.ForeignKey(HubObject, models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscriber", "thing"], name="one_letter_each"),
        ]
        indexes: ClassVar = [models.Index(fields=["sent_at", "claimed_at"], name="letter_queue")]


class Gathering(models.Model):
    """What an event asks of those who register."""

    thing = models.OneToOneField(
        HubObject, models.CASCADE, primary_key=True, related_name="gathering"
    )
    capacity = models.PositiveIntegerField(null=True)
    """None: as many as like."""
    consent = models.TextField(blank=True)
    """What people agree to when they register."""
    is_open = models.BooleanField(default=True)
    remind_hours = models.PositiveSmallIntegerField(default=24)


class Registration(models.Model):
    """Somebody who comes to an event."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="registrations")
    name = models.CharField(max_length=80)
    email = models.EmailField(max_length=254)
    note = models.CharField(max_length=500, blank=True)
    consent = models.TextField(blank=True)
    """The words that were agreed to."""
    registered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    confirmed_mail_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    attended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gathering", "email"], name="one_registration_each"),
        ]
