"""People, workspaces and tokens: who may change what, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from enishi.accounts import actions, queries
from enishi.accounts.models import ApiToken, Membership, SignInLink, User, Workspace
from enishi.accounts.permissions import ROLE_PERMISSIONS, Actor, Permission, Role, Via
from enishi.kernel import clock
from enishi.kernel.errors import (
    ConflictError,
    EnishiError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)

MakeActor = Callable[..., Actor]


def _membership(actor: Actor) -> Membership:
    return Membership.objects.get(user_id=actor.user_id, workspace_id=actor.workspace_id)


def _settings(**changes: str) -> dict[str, Any]:
    return {"name": "Kissa", "language": "ja", "time_zone": "Asia/Tokyo", "country": "JP"} | changes


ADMINISTRATION: dict[str, Callable[[Actor, Membership, ApiToken], Any]] = {
    "invite_member": lambda who, _m, _t: actions.invite_member(
        who, email="new@example.test", name="New", role=Role.CREATOR
    ),
    "change_role": lambda who, them, _t: actions.change_role(who, them.pk, role=Role.ANALYST),
    "remove_member": lambda who, them, _t: actions.remove_member(who, them.pk),
    "update_workspace": lambda who, _m, _t: actions.update_workspace(who, **_settings()),
    "delete_workspace": lambda who, _m, _t: actions.delete_workspace(who),
    "create_token": lambda who, _m, _t: actions.create_token(
        who, name="Till", scopes=[Permission.POSTS_VIEW]
    ),
    "revoke_token": lambda who, _m, token: actions.revoke_token(who, token.pk),
}


@pytest.fixture
def token(owner: Actor) -> ApiToken:
    return actions.create_token(owner, name="Old", scopes=[Permission.POSTS_VIEW]).token


@pytest.mark.requirement("R056")
@pytest.mark.parametrize("name", ADMINISTRATION)
def test_it_lets_an_owner_administer(
    name: str, owner: Actor, member: Actor, token: ApiToken
) -> None:
    ADMINISTRATION[name](owner, _membership(member), token)


@pytest.mark.requirement("R056")
@pytest.mark.parametrize("name", ADMINISTRATION)
def test_it_keeps_a_creator_from_administering(
    name: str, owner: Actor, make_actor: MakeActor, member: Actor, token: ApiToken
) -> None:
    other = _membership(make_actor(Role.RESPONDER))
    with pytest.raises(NotAllowedError):
        ADMINISTRATION[name](member, other, token)


@pytest.mark.parametrize("name", ["change_role", "remove_member", "revoke_token"])
def test_it_hides_a_workspace_from_strangers(
    name: str, stranger: Actor, member: Actor, token: ApiToken
) -> None:
    with pytest.raises(NotFoundError):
        ADMINISTRATION[name](stranger, _membership(member), token)
    assert Membership.objects.get(user_id=member.user_id).role == Role.CREATOR


@pytest.mark.parametrize("name", ["invite_member", "update_workspace", "delete_workspace"])
def test_it_lets_strangers_change_their_own_workspace_only(
    name: str, stranger: Actor, workspace: Workspace, member: Actor, token: ApiToken
) -> None:
    members = workspace.memberships.count()
    ADMINISTRATION[name](stranger, _membership(member), token)
    workspace.refresh_from_db()
    assert (workspace.name, workspace.memberships.count()) == ("Kissa", members)


def test_it_gives_every_role_the_right_to_look_in() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert all(Permission.WORKSPACE_VIEW in allowed for allowed in ROLE_PERMISSIONS.values())


@pytest.mark.requirement("R056")
def test_it_does_not_let_creators_publish() -> None:
    assert Permission.POSTS_PUBLISH not in ROLE_PERMISSIONS[Role.CREATOR]
    assert Permission.POSTS_EDIT in ROLE_PERMISSIONS[Role.CREATOR]


def test_it_keeps_at_least_one_owner(owner: Actor) -> None:
    with pytest.raises(ConflictError):
        actions.change_role(owner, _membership(owner).pk, role=Role.ANALYST)
    with pytest.raises(ConflictError):
        actions.remove_member(owner, _membership(owner).pk)


def test_a_manager_cannot_make_or_unmake_owners(owner: Actor, make_actor: MakeActor) -> None:
    manager = make_actor(Role.MANAGER)
    with pytest.raises(NotAllowedError):
        actions.invite_member(manager, email="boss@example.test", name="", role=Role.OWNER)
    with pytest.raises(NotAllowedError):
        actions.remove_member(manager, _membership(owner).pk)
    membership, _link = actions.invite_member(
        manager, email="hand@example.test", name="", role=Role.CREATOR
    )
    assert membership.role == Role.CREATOR


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"language": "fr"}, "language"),
        ({"time_zone": "Tokyo"}, "time_zone"),
    ],
)
def test_it_names_the_field_that_will_not_do(
    changes: dict[str, str], field: str, owner: Actor, workspace: Workspace
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        actions.update_workspace(owner, **_settings(**changes))
    assert refused.value.field == field
    workspace.refresh_from_db()
    assert workspace.name == "Kissa"
    actions.update_workspace(owner, **_settings(name="喫茶 縁"))
    workspace.refresh_from_db()
    assert workspace.name == "喫茶 縁"


# --- one-time links ------------------------------------------------------------------------


def test_a_link_signs_in_once(owner: Actor) -> None:
    user = User.objects.get(pk=owner.user_id)
    secret = actions.sign_in_link(user).rstrip("/").rpartition("/")[2]
    assert actions.use_sign_in_link(secret) == user
    with pytest.raises(NotFoundError):
        actions.use_sign_in_link(secret)


def test_a_new_link_ends_the_old_one(owner: Actor) -> None:
    user = User.objects.get(pk=owner.user_id)
    old, new = (actions.sign_in_link(user).rstrip("/").rpartition("/")[2] for _ in range(2))
    with pytest.raises(NotFoundError):
        actions.use_sign_in_link(old)
    assert actions.use_sign_in_link(new) == user


def test_an_old_link_is_refused(owner: Actor) -> None:
    user = User.objects.get(pk=owner.user_id)
    secret = actions.sign_in_link(user).rstrip("/").rpartition("/")[2]
    SignInLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(NotFoundError):
        actions.use_sign_in_link(secret)


@pytest.mark.django_db
def test_the_first_start_gives_a_link_until_there_is_a_password() -> None:
    assert actions.first_start_link() is not None
    user = actions.first_user()
    assert not user.has_usable_password()
    actions.set_credentials(
        user, name="Hana", email="Hana@Shop.example", password="a long enough one"
    )
    assert user.email == "hana@shop.example"
    assert actions.first_start_link() is None


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password1234"])
def test_it_refuses_weak_passwords(password: str) -> None:
    user = actions.first_user()
    with pytest.raises(InvalidInputError) as refused:
        actions.set_credentials(user, name="", email="a@shop.example", password=password)
    assert refused.value.field == "password"
    assert not User.objects.get(pk=user.pk).has_usable_password()


# --- tokens --------------------------------------------------------------------------------


def test_a_token_acts_within_its_scopes(owner: Actor) -> None:
    made = actions.create_token(owner, name="Till", scopes=[Permission.POSTS_VIEW], days=1)
    actor, _row = queries.token_actor(made.secret) or pytest.fail("the token does not work")
    assert (actor.via, actor.workspace_id) == (Via.API, owner.workspace_id)
    assert actor.can(Permission.POSTS_VIEW)
    assert not actor.can(Permission.POSTS_EDIT)
    assert made.secret not in {made.token.digest, made.token.prefix}


def test_a_revoked_or_old_token_does_not_work(owner: Actor) -> None:
    revoked = actions.create_token(owner, name="A", scopes=[Permission.POSTS_VIEW])
    actions.revoke_token(owner, revoked.token.pk)
    old = actions.create_token(owner, name="B", scopes=[Permission.POSTS_VIEW], days=1)
    ApiToken.objects.filter(pk=old.token.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    assert queries.token_actor(revoked.secret) is None
    assert queries.token_actor(old.secret) is None
    assert queries.token_actor("enishi_guess") is None


@pytest.mark.parametrize("scopes", [[], ["posts.everything"]])
def test_it_refuses_unknown_scopes(scopes: list[str], owner: Actor) -> None:
    with pytest.raises(EnishiError) as refused:
        actions.create_token(owner, name="Till", scopes=scopes)
    assert refused.value.field == "scopes"


def test_it_tells_apart_workspaces_of_one_name(owner: Actor) -> None:
    user = User.objects.get(pk=owner.user_id)
    made = [
        actions.create_workspace(user, name="Blue Door", language="en", time_zone="UTC")
        for _ in range(3)
    ]
    assert [workspace.slug for workspace in made] == ["blue-door", "blue-door-2", "blue-door-3"]


def test_deleting_a_workspace_takes_its_empty_organisation_along(
    owner: Actor, workspace: Workspace
) -> None:
    organisation = workspace.organisation
    actions.delete_workspace(owner)
    assert not Workspace.objects.filter(pk=workspace.pk).exists()
    assert not type(organisation).objects.filter(pk=organisation.pk).exists()


@pytest.mark.django_db
def test_a_user_without_an_address_yet_is_called_the_owner() -> None:
    assert str(actions.first_user()) == "Owner"
