"""A network is told when an account is disconnected, as far as it can be."""

from __future__ import annotations

import pytest

from enishi.channels import actions, service
from enishi.channels.contract import Secrets
from enishi.channels.http import Http
from enishi.channels.http.testing import HttpxTransport
from enishi.channels.models import Channel, Credential
from enishi.channels.revoking import REVOKE
from enishi.jobs.models import Task
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from tests.lab.mastodon_fake import FakeServer


@pytest.fixture
def server(monkeypatch) -> FakeServer:
    """A server to which all requests go."""
    server = FakeServer()
    server.world.apps["client-1"] = {"client_id": "client-1", "client_secret": "secret-1"}

    def http() -> Http:
        return Http(transport=HttpxTransport(server.transport()))

    monkeypatch.setattr(service, "new_http", http)
    return server


@pytest.fixture
def channel(workspace, server) -> Channel:
    made = Channel.objects.create(
        workspace=workspace,
        adapter="mastodon",
        name="Kissa",
        remote_id=server.me.id,
        service_url=server.base,
        state="active",
        connected_at=clock.now(),
    )
    app = {"client_id": "client-1", "client_secret": "secret-1"}
    service.store_secrets(made.id, Secrets({"access_token": server.token, **app}))
    return made


def test_it_gives_the_access_back(owner, channel, server):
    actions.disconnect_channel(owner, channel.id)
    assert not Credential.objects.filter(channel=channel).exists()
    waiting = Task.objects.get(name=REVOKE)
    assert server.token not in str(waiting.payload)
    run_until_idle()
    assert server.token not in server.world.tokens


def test_it_does_not_insist_when_the_network_refuses(owner, channel, server):
    server.api.fail("POST", "/oauth/revoke", 403)
    actions.disconnect_channel(owner, channel.id)
    run_until_idle()
    assert "credentials" not in Task.objects.get(name=REVOKE, state="done").payload
    assert not Credential.objects.filter(channel=channel).exists()


def test_it_asks_no_network_that_cannot_be_told(owner, connect):
    actions.disconnect_channel(owner, connect().id)
    assert not Task.objects.filter(name=REVOKE).exists()
