"""A hub with one account, and somebody on another server."""

from __future__ import annotations

import pytest

from enishi.hub import provisioning
from enishi.hub.federation import intake
from enishi.hub.federation.memory import forget_all
from enishi.hub.models import HubActor
from enishi.hub.site.caching import memory
from tests.integration.hub.peers import Peer, key


@pytest.fixture(autouse=True)
def forget_pages():
    memory.clear()


@pytest.fixture(autouse=True)
def fast_keys(monkeypatch):
    """Making keys takes long; our actors share one with nobody's."""
    forget_all()
    monkeypatch.setattr("enishi.hub.protocol.keys.new_rsa", lambda: key(1))
    monkeypatch.setattr(intake, "meter", intake.Meter(intake.PER_SECOND, intake.BURST))


@pytest.fixture
def hub(workspace, owner):
    return provisioning.found(workspace, user_id=owner.user_id)


@pytest.fixture
def ours(hub) -> HubActor:
    """The account of the workspace's organisation."""
    return HubActor.objects.select_related("hub__workspace", "channel").get(hub=hub)


@pytest.fixture
def alice(db) -> Peer:
    peer = Peer()
    peer.known()
    return peer
