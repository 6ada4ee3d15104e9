"""Every write to users, workspaces, memberships, tokens and one-time links."""

from __future__ import annotations

import secrets
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from enishi.accounts import queries
from enishi.accounts.models import (
    LANGUAGES,
    PLACEHOLDER_DOMAIN,
    ApiToken,
    Membership,
    Organisation,
    SignInLink,
    User,
    Workspace,
)
from enishi.accounts.permissions import ROLE_PERMISSIONS, Actor, Permission, Role
from enishi.accounts.signals import administered, workspace_created, workspace_deleted
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from enishi.kernel.functions import Function

LINK_LIFETIME = timedelta(hours=24)
NAME_LENGTH = 120
_LONGEST_PATIENCE = 720
COUNTRY_OF_LANGUAGE = {"ja": "JP", "en": ""}


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made: `secret` is shown this once."""

    token: ApiToken
    secret: str


# --- first start ---------------------------------------------------------------------------


@transaction.atomic
def first_user() -> User:
    """The user who sets Enishi up: made without a password at the first start."""
    if existing := User.objects.filter(is_active=True).order_by("date_joined").first():
        return existing
    user = User(email=f"owner@{PLACEHOLDER_DOMAIN}")
    user.set_unusable_password()
    user.save()
    return user


@transaction.atomic
def sign_in_link(user: User) -> str:
    """A new address that signs the user in once, within a day. Earlier links end."""
    SignInLink.objects.filter(user=user, used_at=None).delete()
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user, digest=queries.digest_of(secret), expires_at=clock.now() + LINK_LIFETIME
    )
    return f"{settings.ENISHI_URL}/sign-in/{secret}/"


def first_start_link() -> str | None:
    """A link for the first user while nobody has a way to sign in, else None."""
    user = first_user()
    return None if user.has_usable_password() else sign_in_link(user)


@transaction.atomic
def use_sign_in_link(secret: str) -> User:
    """The user of a link that was not used before. Raises NotFoundError otherwise."""
    now = clock.now()
    rows = SignInLink.objects.filter(
        digest=queries.digest_of(secret), used_at=None, expires_at__gt=now
    )
    link = rows.select_related("user").first()
    if link is None or not rows.filter(pk=link.pk).update(used_at=now):
        raise NotFoundError(
            _("This sign-in link was used already or is too old."),
            remedy=_("Make a new one with “enishi sign-in-link”."),
        )
    return link.user


# --- people --------------------------------------------------------------------------------


@transaction.atomic
def set_credentials(user: User, *, name: str, email: str, password: str) -> User:
    """Give a user a name, an address and a password to come back with."""
    address = _email(email)
    if User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists():
        raise InvalidInputError(_("This e-mail address is taken."), field="email")
    user.email, user.name = address, name.strip()
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInputError(" ".join(error.messages), field="password") from error
    user.set_password(password)
    user.save(update_fields=["email", "name", "password"])
    return user


def set_language(user: User, language: str) -> None:
    """Remember the language in which the user reads Enishi."""
    _known_language(language)
    User.objects.filter(pk=user.pk).update(language=language)


def set_time_zone(user: User, time_zone: str) -> None:
    """Remember the zone in which the user sees times; empty for each workspace's own."""
    if time_zone:
        _known_zone(time_zone)
    User.objects.filter(pk=user.pk).update(time_zone=time_zone)


@transaction.atomic
def invite_member(
    actor: Actor, *, email: str, name: str, role: str, functions: Iterable[str] = ()
) -> tuple[Membership, str]:
    """Add somebody to the workspace; returns the membership and the link to hand over.

    With `functions` they are confined to what serves these parts of the company.
    """
    actor.require(Permission.MEMBERS_MANAGE)
    chosen = _grantable(actor, role)
    confined = _functions(chosen, functions)
    user = queries.user_by_email(address := _email(email))
    if user is None:
        user = User(email=address, name=name.strip())
        user.set_unusable_password()
        user.save()
    membership, is_new = Membership.objects.get_or_create(
        user=user, workspace_id=actor.workspace_id, defaults={"role": chosen, "functions": confined}
    )
    if not is_new:
        raise ConflictError(_("This person is a member already."), field="email")
    _tell(actor, "Invite", f"{address} ({chosen})", membership.pk)
    return membership, ("" if user.has_usable_password() else sign_in_link(user))


@transaction.atomic
def change_role(
    actor: Actor, membership_id: UUID, *, role: str, functions: Iterable[str] | None = None
) -> Membership:
    """Give a member another role, and other functions to be confined to; None leaves those.

    A workspace keeps at least one owner.
    """
    actor.require(Permission.MEMBERS_MANAGE)
    membership = _membership(actor, membership_id)
    _grantable(actor, membership.role)
    chosen = _grantable(actor, role)
    if chosen is not Role.OWNER:
        _keep_an_owner(membership)
    kept = membership.functions if functions is None else functions
    membership.role, membership.functions = chosen, _functions(chosen, kept)
    membership.save(update_fields=["role", "functions"])
    confined = f" ({', '.join(membership.functions)})" if membership.functions else ""
    _tell(actor, "Update", f"{membership.user} → {chosen}{confined}", membership.pk)
    return membership


@transaction.atomic
def remove_member(actor: Actor, membership_id: UUID) -> None:
    """End a membership and its API tokens. A workspace keeps at least one owner."""
    actor.require(Permission.MEMBERS_MANAGE)
    membership = _membership(actor, membership_id)
    _grantable(actor, membership.role)
    _keep_an_owner(membership)
    _tell(actor, "Remove", str(membership.user), membership.pk)
    membership.delete()


# --- workspaces ----------------------------------------------------------------------------


@transaction.atomic
def create_workspace(
    user: User,
    *,
    name: str,
    language: str,
    time_zone: str,
    country: str = "",
    organisation_id: UUID | None = None,
    is_sample: bool = False,
) -> Workspace:
    """Make a workspace and its owner's membership."""
    title = _name(name)
    _known_language(language)
    _known_zone(time_zone)
    organisation = (
        Organisation.objects.get(pk=organisation_id)
        if organisation_id
        else Organisation.objects.create(name=title)
    )
    workspace = Workspace.objects.create(
        organisation=organisation,
        name=title,
        slug=_free_slug(title),
        language=language,
        time_zone=time_zone,
        country=country or COUNTRY_OF_LANGUAGE[language],
        is_sample=is_sample,
    )
    Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)
    workspace_created.send(Workspace, workspace=workspace, user=user)
    return workspace


@transaction.atomic
def update_workspace(
    actor: Actor,
    *,
    name: str,
    language: str,
    time_zone: str,
    country: str,
    missed_after_hours: int | None = None,
) -> Workspace:
    """Change the name, language, zone and holiday country of the actor's workspace.

    A post that is `missed_after_hours` late waits for a person; None leaves that as it is.
    """
    actor.require(Permission.WORKSPACE_MANAGE)
    _known_language(language)
    _known_zone(time_zone)
    workspace = queries.workspace(actor)
    workspace.name, workspace.language = _name(name), language
    workspace.time_zone, workspace.country = time_zone, country.upper()[:2]
    workspace.missed_after_hours = _patience(missed_after_hours, workspace.missed_after_hours)
    workspace.save(update_fields=["name", "language", "time_zone", "country", "missed_after_hours"])
    _tell(actor, "Update", workspace.name, workspace.pk)
    return workspace


def _patience(hours: int | None, now: int) -> int:
    if hours is None:
        return now
    if not 1 <= hours <= _LONGEST_PATIENCE:
        raise InvalidInputError(
            _("Posts can be sent from 1 to 720 hours late."), field="missed_after_hours"
        )
    return hours


@transaction.atomic
def delete_workspace(actor: Actor) -> None:
    """Remove the actor's workspace with all that is in it."""
    actor.require(Permission.WORKSPACE_MANAGE)
    workspace = queries.workspace(actor)
    workspace_deleted.send(Workspace, workspace_id=workspace.pk)
    organisation = workspace.organisation
    workspace.delete()
    if not organisation.workspaces.exists():
        organisation.delete()


# --- API tokens ----------------------------------------------------------------------------


@transaction.atomic
def create_token(
    actor: Actor, *, name: str, scopes: Iterable[str], days: int | None = None
) -> NewToken:
    """Make an API token that can do `scopes` at most, for `days` days or until revoked."""
    actor.require(Permission.TOKENS_MANAGE)
    membership = Membership.objects.get(user=actor.user_id, workspace=actor.workspace_id)
    granted = _scopes(actor, scopes)
    secret = f"enishi_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        membership=membership,
        name=_name(name),
        prefix=secret[:12],
        digest=queries.digest_of(secret),
        scopes=granted,
        expires_at=clock.now() + timedelta(days=days) if days else None,
    )
    _tell(actor, "Add", f"{token.name} ({token.prefix}…)", token.pk)
    return NewToken(token, secret)


@transaction.atomic
def revoke_token(actor: Actor, token_id: UUID) -> None:
    """End a token of the workspace at once."""
    actor.require(Permission.TOKENS_MANAGE)
    rows = ApiToken.objects.filter(pk=token_id, membership__workspace_id=actor.workspace_id)
    if not rows.filter(revoked_at=None).update(revoked_at=clock.now()):
        raise NotFoundError(_("There is no such token."))
    _tell(actor, "Remove", str(token_id), token_id)


def touch_token(token: ApiToken) -> None:
    """Note that a token was used, at most once a minute."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


# --- checks of input -----------------------------------------------------------------------


def _tell(actor: Actor, kind: str, name: str, object_id: UUID) -> None:
    administered.send(Workspace, actor=actor, type=kind, name=name, object_id=object_id)


def _membership(actor: Actor, membership_id: UUID) -> Membership:
    rows = Membership.objects.select_related("user")
    found = rows.filter(pk=membership_id, workspace_id=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("There is no such member."))
    return found


def _grantable(actor: Actor, role: str) -> Role:
    """The role, if the actor may give or take it: nobody grants more than they have."""
    try:
        chosen = Role(role)
    except ValueError as error:
        raise InvalidInputError(
            _("“%(role)s” is not a role.") % {"role": role},
            field="role",
            remedy=_("Choose one of: %(roles)s.") % {"roles": ", ".join(Role)},
        ) from error
    if not ROLE_PERMISSIONS[chosen] <= ROLE_PERMISSIONS[actor.role]:
        raise NotAllowedError(_("Only an owner can do this with the role “%s”.") % chosen)
    return chosen


def _functions(role: Role, functions: Iterable[str]) -> list[str]:
    """The functions of the company that a member is confined to, in their order."""
    chosen = set(functions)
    if unknown := chosen - set(Function):
        raise InvalidInputError(
            _("There is no function “%s”.") % ", ".join(sorted(unknown)),
            field="functions",
            remedy=_("Choose from: %s.") % ", ".join(Function),
        )
    if chosen and role is Role.OWNER:
        raise InvalidInputError(
            _("An owner answers for the whole company."),
            field="functions",
            remedy=_("Choose another role, or no function."),
        )
    return [one.value for one in Function if one in chosen]


def _keep_an_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    owners = Membership.objects.filter(workspace_id=membership.workspace_id, role=Role.OWNER)
    if owners.count() == 1:
        raise ConflictError(
            _("A workspace needs an owner."), remedy=_("Make somebody else an owner first.")
        )


def _scopes(actor: Actor, scopes: Iterable[str]) -> list[str]:
    known = {str(permission) for permission in Permission if actor.can(permission)}
    chosen = sorted(set(scopes))
    if not chosen or not known.issuperset(chosen):
        raise InvalidInputError(
            _("These scopes cannot be given: %s.") % (", ".join(set(chosen) - known) or "–"),
            field="scopes",
            remedy=_("Choose from: %s.") % ", ".join(sorted(known)),
        )
    return chosen


def _email(value: str) -> str:
    address = value.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInputError(
            _("This is not an e-mail address."),
            field="email",
            remedy=_("Example: %s") % "hana@shop.example",
        ) from error
    return address


def _name(value: str) -> str:
    name = value.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise InvalidInputError(
            _("A name is needed."), field="name", remedy=_("Use 1 to 120 characters.")
        )
    return name


def _known_language(language: str) -> None:
    if language not in dict(LANGUAGES):
        raise InvalidInputError(_("Choose 日本語 or English."), field="language")


def _known_zone(time_zone: str) -> None:
    if time_zone not in zoneinfo.available_timezones():
        raise InvalidInputError(
            _("“%s” is not a time zone.") % time_zone,
            field="time_zone",
            remedy=_("Choose one from the list, for example Asia/Tokyo."),
        )


def _free_slug(name: str) -> str:
    base = slugify(name)[:48] or "workspace"
    taken = set(Workspace.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)
