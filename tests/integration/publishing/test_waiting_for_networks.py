"""What a network says is heeded to the end: what is left, and that the sign-in ran out."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.channels.actions import reconnect_channel
from enishi.channels.contract import Secrets
from enishi.channels.core.lifecycle import ChannelState, Item
from enishi.channels.http import Http
from enishi.channels.http.testing import HttpxTransport
from enishi.channels.models import ActivationItem
from enishi.channels.service import store_secrets
from enishi.jobs.testing import run_until_idle, time_moved
from enishi.kernel import clock
from enishi.publishing import actions, clients
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.delivery import DeliverySource
from enishi.publishing.models import Delivery
from tests.lab.mastodon_fake import FakeServer


@pytest.fixture
def server(monkeypatch) -> FakeServer:
    """A Mastodon server to which all deliveries go."""
    server = FakeServer(now=clock.now)
    monkeypatch.setattr(
        clients, "new_http", lambda: Http(transport=HttpxTransport(server.transport()))
    )
    return server


@pytest.fixture
def on_mastodon(make_channel, server):
    channel = make_channel(adapter="mastodon", remote_id=server.me.id, service_url=server.base)
    store_secrets(channel.id, Secrets({"access_token": server.token}))
    return channel


def deliver() -> None:
    run_until_idle(sources=[DeliverySource()])


def test_it_waits_when_the_server_says_that_nothing_is_left(
    owner, make_post, on_mastodon, server, monkeypatch
):
    limited = server.api._limited

    def used_up(reply):
        found = limited(reply)
        found.headers["X-RateLimit-Remaining"] = "0"
        return found

    monkeypatch.setattr(server.api, "_limited", used_up)
    actions.publish_now(owner, post_id=make_post("One", on_mastodon).id)
    deliver()
    assert len(server.mine()) == 1
    monkeypatch.setattr(server.api, "_limited", limited)
    actions.publish_now(owner, post_id=make_post("Two", on_mastodon).id)
    deliver()
    with time_moved(timedelta(seconds=60)):
        deliver()
    assert len(server.mine()) == 1
    with time_moved(timedelta(seconds=95)):
        deliver()
    assert len(server.mine()) == 2


def test_it_waits_for_as_long_as_a_refusal_says(owner, make_post, on_mastodon, server):
    server.api.fail("POST", "/api/v1/statuses", 429)
    post = make_post("One", on_mastodon)
    actions.publish_now(owner, post_id=post.id)
    deliver()
    found = Delivery.objects.get(post=post)
    assert (found.state, found.reason) == (DeliveryState.SCHEDULED, "rate_limited")
    assert found.due_at - clock.now() > timedelta(seconds=60)
    with time_moved(timedelta(seconds=200)):
        deliver()
    assert len(server.mine()) == 1


def test_what_waited_for_reconnection_goes_out_once(owner, make_post, channel, town, arrived):
    for item in Item:
        ActivationItem.objects.create(channel=channel, item=item, state="waived", at=clock.now())
    town.arm(Fault(FaultKind.EXPIRE, operation="publish"))
    posts = [make_post(f"No. {number}") for number in range(20)]
    for post in posts:
        actions.publish_now(owner, post_id=post.id)
    rows = Delivery.objects.filter(channel=channel)
    while rows.filter(state=DeliveryState.SCHEDULED).exists():
        run_until_idle(sources=[DeliverySource()])
    channel.refresh_from_db()
    assert channel.state == ChannelState.RECONNECT
    assert Counter(rows.values_list("state", flat=True)) == {DeliveryState.HELD: 20}
    assert arrived() == []
    signed_in = {"handle": channel.handle, "password": "secret"}
    reconnect_channel(owner, channel.id, fields=signed_in)
    run_until_idle(sources=[DeliverySource()])
    reconnect_channel(owner, channel.id, fields=signed_in)
    run_until_idle(sources=[DeliverySource()])
    assert sorted(arrived()) == sorted(f"No. {number}" for number in range(20))
    assert Counter(rows.values_list("state", flat=True)) == {DeliveryState.PUBLISHED: 20}
