"""A town of its own for each test, and channels in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.adapters.sandbox.network import FILE_NAME, Network
from enishi.channels import registry
from enishi.channels.contract import Secrets
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.manifest import Reconcile
from enishi.channels.models import Channel
from enishi.channels.service import store_secrets
from enishi.kernel import clock
from enishi.publishing import actions
from enishi.publishing.actions import PostInput, VariantInput
from enishi.publishing.models import Delivery, Post
from tests.integration.publishing import paper

_numbers = itertools.count(1)
MakeChannel = Callable[..., Channel]
MakePost = Callable[..., Post]


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    """A data folder for each test: an empty town, no media."""
    settings.ENISHI_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    assert default_storage
    return tmp_path


@pytest.fixture
def town(home: Path) -> Network:
    """The simulated network, the judge of what arrived."""
    return Network(home / FILE_NAME)


@pytest.fixture
def make_channel(workspace: Workspace, town: Network) -> MakeChannel:
    """`make_channel()`: an active channel of the workspace, signed in to the town."""

    def make(state: ChannelState = ChannelState.ACTIVE, **fields: object) -> Channel:
        handle = f"kissa{next(_numbers)}"
        token = town.sign_in(handle, "secret")
        account = town.account(token)
        assert account is not None
        defaults: dict[str, object] = {
            "workspace": workspace,
            "adapter": "sandbox",
            "name": handle.title(),
            "handle": handle,
            "remote_id": account.id,
            "state": state,
            "connected_at": clock.now(),
        }
        channel = Channel.objects.create(**(defaults | fields))
        store_secrets(channel.id, Secrets({"token": token}))
        return channel

    return make


@pytest.fixture
def channel(make_channel: MakeChannel) -> Channel:
    """The channel on which most tests happen."""
    return make_channel()


@pytest.fixture
def make_post(owner: Actor, channel: Channel) -> MakePost:
    """`make_post("text")`: a draft for the channel."""

    def make(text: str = "Spring menu", *channels: Channel, **fields: object) -> Post:
        chosen = [VariantInput(item.id) for item in (channels or (channel,))]
        return actions.create_post(
            owner,
            content=PostInput(text=text, channels=chosen, **fields),  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def only_delivery() -> Callable[[Post], Delivery]:
    """`only_delivery(post)`: the one delivery of a post, as it stands now."""

    def get(post: Post) -> Delivery:
        return Delivery.objects.get(post=post, kind="publish")

    return get


@pytest.fixture
def arrived(town: Network, channel: Channel) -> Callable[[], list[str]]:
    """`arrived()`: the texts that stand in the town under the channel's account."""

    def texts() -> list[str]:
        rows = town.own_posts(channel.remote_id, above=0, below=None, limit=1000)
        return [row.text for row in reversed(rows)]

    return texts


@pytest.fixture
def on_paper(monkeypatch: pytest.MonkeyPatch, make_channel: MakeChannel) -> MakeChannel:
    """`on_paper(Reconcile.PERSON)`: a channel on a network that can be asked in that way."""
    vars(paper.PAPER).update(vars(paper.Paper()))

    def make(reconcile: Reconcile = Reconcile.PERSON, **fields: object) -> Channel:
        known = {found.manifest.id: found for found in registry.all()}
        known["paper"] = paper.kind(reconcile)
        monkeypatch.setattr(registry, "_found", lambda: known)
        return make_channel(adapter="paper", **fields)

    return make
