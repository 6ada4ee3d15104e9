"""A small cast for tests: an owner, a member who creates, and a stranger from next door."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from enishi.accounts import queries
from enishi.accounts.models import Membership, Organisation, User, Workspace
from enishi.accounts.permissions import Actor, Role, Via
from enishi.site import discovery

_numbers = itertools.count(1)

MakeActor = Callable[..., Actor]


def make_user(name: str, **fields: object) -> User:
    """A user with a password that only tests know."""
    user = User(email=f"{name.lower()}-{next(_numbers)}@example.test", name=name, **fields)
    user.set_password("correct horse battery")
    user.save()
    return user


def make_workspace(name: str, **fields: object) -> Workspace:
    """A workspace of a new organisation, in Tokyo and Japanese unless told otherwise."""
    organisation = Organisation.objects.create(name=f"{name} KK")
    defaults: dict[str, object] = {
        "slug": f"{name.lower()}-{next(_numbers)}",
        "language": "ja",
        "time_zone": "Asia/Tokyo",
        "country": "JP",
    }
    return Workspace.objects.create(organisation=organisation, name=name, **(defaults | fields))


def join(workspace: Workspace, role: Role, *, name: str, via: Via = Via.SYSTEM) -> Actor:
    """The actor that a new user with `role` is in `workspace`."""
    user = make_user(name)
    membership = Membership.objects.create(user=user, workspace=workspace, role=role)
    return queries.actor(membership, via)


@pytest.fixture
def workspace(db: None) -> Workspace:
    """The workspace in which most tests happen."""
    return make_workspace("Kissa")


@pytest.fixture
def owner(workspace: Workspace) -> Actor:
    """May do everything in `workspace`."""
    return join(workspace, Role.OWNER, name="Olga")


@pytest.fixture
def member(workspace: Workspace) -> Actor:
    """A creator in `workspace`: writes posts, does not publish them."""
    return join(workspace, Role.CREATOR, name="Minoru")


@pytest.fixture
def stranger(db: None) -> Actor:
    """The owner of another workspace, who must not see or touch anything of this one."""
    return join(make_workspace("Elsewhere"), Role.OWNER, name="Sota")


@pytest.fixture
def make_actor(workspace: Workspace) -> MakeActor:
    """`make_actor(Role.RESPONDER)`: another member of `workspace`."""

    def make(role: Role, name: str = "", *, via: Via = Via.SYSTEM) -> Actor:
        return join(workspace, role, name=name or role.value.title(), via=via)

    return make


@pytest.fixture
def client_of() -> Callable[[Actor], Client]:
    """`client_of(owner)`: a browser without scripts in which that person is signed in."""

    def sign_in(actor: Actor) -> Client:
        assert actor.user_id is not None
        client = Client()
        user = User.objects.get(pk=actor.user_id)
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def page(client_of: Callable[[Actor], Client], owner: Actor) -> Client:
    """The owner's browser."""
    return client_of(owner)


@pytest.fixture
def base(workspace: Workspace) -> str:
    """The address under which `workspace` lives, `/w/<slug>`."""
    return f"/w/{workspace.slug}"


@pytest.fixture
def slices() -> list[str]:
    """The dotted names of all slices."""
    return discovery.slices()


@pytest.fixture
def root() -> Path:
    """The folder of the repository."""
    return Path(__file__).parents[2]


@pytest.fixture
def program_environment(tmp_path: Path) -> dict[str, str]:
    """The environment for a program of ours that a test starts, with a data folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ENISHI_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {
        "ENISHI_HOME": str(tmp_path / "home"),
        "ENISHI_ALLOWED_NETWORKS": "127.0.0.0/8,::1/128",
        "PYTHONUNBUFFERED": "1",
    }
