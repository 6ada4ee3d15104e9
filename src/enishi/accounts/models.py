"""Users, organisations, workspaces, memberships and API tokens."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Role
from enishi.kernel.functions import Function
from enishi.kernel.ids import new_id

PLACEHOLDER_DOMAIN = "enishi.invalid"
"""Of the address of a user who has not given one yet."""
LANGUAGES = [("ja", "日本語"), ("en", "English")]
FUNCTIONS = [
    (Function.MARKETING.value, _("Marketing")),
    (Function.SALES.value, _("Sales team")),
    (Function.SERVICE.value, _("Customer service")),
    (Function.HR.value, _("HR")),
    (Function.PARTNERS.value, _("Suppliers and partners")),
]


class User(AbstractUser):
    """A person who signs in, by e-mail address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=150, unique=True, default=new_id)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    """In which the person sees and types times; empty means each workspace's own."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        if self.name or not self.email.endswith(PLACEHOLDER_DOMAIN):
            return self.name or self.email
        return gettext("Owner")


class Organisation(models.Model):
    """The company, agency or person that owns workspaces."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Workspace(models.Model):
    """One brand or client: everything that people edit belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="workspaces")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=64, unique=True)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    country = models.CharField(max_length=2, blank=True)
    """Whose public holidays the calendar shows (ISO 3166-1 alpha-2)."""
    missed_after_hours = models.PositiveSmallIntegerField(
        _("hours after which a late post waits for a person"), default=48
    )
    """A post that is later than this is not sent without asking."""
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in a workspace."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role, role) for role in Role])
    functions = models.JSONField(default=list, blank=True)
    """What the member is confined to (R028); none means the whole company."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "workspace"], name="one_membership_each"),
        )


class ApiToken(models.Model):
    """A key for programs. Only its SHA-256 is stored; the prefix helps people to tell it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SignInLink(models.Model):
    """A link that signs its user in once: the first start prints one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
