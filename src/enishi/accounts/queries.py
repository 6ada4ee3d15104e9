"""Reads of users, workspaces and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enishi.accounts import current
from enishi.accounts.models import ApiToken, Membership, User, Workspace
from enishi.accounts.permissions import Actor, Permission, Role, Via
from enishi.kernel import clock
from enishi.kernel.errors import NotAllowedError, NotFoundError
from enishi.kernel.functions import Function


def digest_of(secret: str) -> str:
    """How tokens and one-time links are stored. They are random, so no slow hash is needed."""
    return sha256(secret.encode()).hexdigest()


def membership(user_id: UUID, slug: str) -> Membership | None:
    """The user's membership in the workspace with this slug."""
    rows = Membership.objects.select_related("workspace", "user")
    return rows.filter(user_id=user_id, workspace__slug=slug, user__is_active=True).first()


def actor(found: Membership, via: Via) -> Actor:
    """The actor that a membership makes of a person on a surface."""
    return Actor(
        workspace_id=found.workspace_id,
        role=Role(found.role),
        via=via,
        user_id=found.user_id,
        name=str(found.user),
        functions=_functions(found),
    )


def _functions(found: Membership) -> frozenset[Function]:
    return frozenset(Function(one) for one in found.functions if one in set(Function))


def token_actor(secret: str) -> tuple[Actor, ApiToken] | None:
    """The actor behind an API token, or None when it is unknown, expired or revoked."""
    now = clock.now()
    token = (
        ApiToken.objects.select_related("membership__user", "membership__workspace")
        .filter(digest=digest_of(secret), revoked_at=None, membership__user__is_active=True)
        .first()
    )
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        return None
    found = token.membership
    return Actor(
        workspace_id=found.workspace_id,
        role=Role(found.role),
        via=Via.API,
        user_id=found.user_id,
        name=str(found.user),
        scopes=frozenset(Permission(scope) for scope in token.scopes),
        functions=_functions(found),
    ), token


def workspaces_of(user_id: UUID) -> QuerySet[Workspace]:
    """The workspaces of which the user is a member, by name."""
    return Workspace.objects.filter(memberships__user_id=user_id).order_by("is_sample", "name")


def organisation_of(user_id: UUID) -> UUID | None:
    """The organisation to which a further workspace of an owner belongs."""
    owned = Workspace.objects.filter(
        memberships__user_id=user_id, memberships__role=Role.OWNER, is_sample=False
    )
    return owned.order_by("created_at").values_list("organisation_id", flat=True).first()


def workspace(actor: Actor) -> Workspace:
    """The actor's workspace."""
    actor.require(Permission.WORKSPACE_VIEW)
    found = current.known(actor.workspace_id)
    found = found or Workspace.objects.filter(pk=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("There is no such workspace."))
    return found


def members(actor: Actor) -> Sequence[Membership]:
    """Everybody in the actor's workspace."""
    actor.require(Permission.WORKSPACE_VIEW)
    rows = Membership.objects.select_related("user").filter(workspace_id=actor.workspace_id)
    return list(rows.order_by("user__name", "user__email"))


def tokens(actor: Actor) -> Sequence[ApiToken]:
    """The workspace's live API tokens, newest first."""
    actor.require(Permission.TOKENS_MANAGE)
    rows = ApiToken.objects.select_related("membership__user")
    return list(
        rows.filter(membership__workspace_id=actor.workspace_id, revoked_at=None).order_by("-id")
    )


def needs_first_run() -> bool:
    """Whether nobody has set up a workspace yet."""
    return not Workspace.objects.exists()


def user_by_email(email: str) -> User | None:
    """The active user with this address, whatever its case."""
    return User.objects.filter(email__iexact=email, is_active=True).first()


def signed_in(user: AbstractBaseUser | AnonymousUser) -> User:
    """The signed-in user of a request, typed. Raises NotAllowedError for a visitor."""
    if not isinstance(user, User):
        raise NotAllowedError(_("Sign in first."))
    return user
