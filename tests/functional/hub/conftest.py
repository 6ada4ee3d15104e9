"""A hub, a browser of nobody in particular, and people on other servers."""

from __future__ import annotations

import pytest
from django.test import Client

from enishi.hub import provisioning
from enishi.hub.models import HubActor
from enishi.hub.site.caching import memory
from tests.integration.hub.peers import Peer, key


@pytest.fixture(autouse=True)
def fast_keys(monkeypatch):
    """Making keys takes long; our actors share one with nobody's."""
    monkeypatch.setattr("enishi.hub.protocol.keys.new_rsa", lambda: key(1))


@pytest.fixture(autouse=True)
def forget_pages():
    memory.clear()


@pytest.fixture
def hub(workspace, owner):
    return provisioning.found(workspace, user_id=owner.user_id)


@pytest.fixture
def ours(hub) -> HubActor:
    """The account of the workspace's organisation."""
    return HubActor.objects.select_related("hub__workspace", "channel").get(hub=hub)


@pytest.fixture
def visitor() -> Client:
    """Somebody without an account; the pages of the hub ask for no cookie."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def alice(db) -> Peer:
    peer = Peer()
    peer.known()
    return peer
