"""Servers that speak for others, twist what was said, or wear us out."""

from __future__ import annotations

import json
import time

import pytest

from enishi.hub import things
from enishi.hub.federation import actors, handling, intake
from enishi.hub.models import (
    HubObject,
    Inbound,
    InboundState,
    RemoteActor,
    RemoteObject,
    Rule,
    Vote,
)
from enishi.vocab import parse
from tests.integration.hub.delivering import outgoing
from tests.integration.hub.peers import Peer, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(ours) -> HubObject:
    return things.publish(ours, outgoing("Fresh beans!"), ())[0]


@pytest.fixture
def mallory(db) -> Peer:
    """Somebody on the same server as Alice."""
    peer = Peer(name="mallory", private=key(3))
    peer.known()
    return peer


def create(client, peer, note):
    assert peer.send(client, peer.activity("Create", note)).status_code == 202
    handling.handle_new()


def test_nobody_takes_over_what_somebody_else_said(client, ours, alice, mallory, post):
    note = alice.note("<p>True</p>", inReplyTo=post.uri)
    create(client, alice, note)
    create(client, mallory, {**note, "attributedTo": mallory.uri, "content": "<p>False</p>"})
    stored = RemoteObject.objects.get(uri=note["id"])
    assert (stored.text, stored.actor.uri) == ("True", alice.uri)
    assert Inbound.objects.filter(state=InboundState.REFUSED).count() == 1


def test_nobody_edits_or_deletes_what_somebody_else_said(client, ours, alice, mallory, post):
    note = alice.note("<p>True</p>", inReplyTo=post.uri)
    create(client, alice, note)
    mallory.send(client, mallory.activity("Update", {**note, "content": "<p>False</p>"}))
    mallory.send(client, mallory.activity("Delete", note["id"]))
    mallory.send(client, mallory.activity("Delete", alice.uri))
    mallory.send(client, mallory.activity("Undo", {"type": "Like", "actor": alice.uri}))
    handling.handle_new()
    stored = RemoteObject.objects.get(uri=note["id"])
    assert (stored.text, stored.deleted_at) == ("True", None)


def test_what_was_deleted_does_not_come_back(client, ours, alice, post):
    note = alice.note("<p>Sorry</p>", inReplyTo=post.uri)
    create(client, alice, note)
    alice.send(client, alice.activity("Delete", note["id"]))
    handling.handle_new()
    create(client, alice, note)
    assert not RemoteObject.objects.get(uri=note["id"]).html


def test_nobody_stamps_a_quote_of_somebody_else(client, ours, alice, mallory):
    said = alice.note("<p>Hi</p>", tag=[{"type": "Mention", "href": ours.uri}])
    create(client, alice, said)
    thing = things.publish(ours, outgoing("Look"), ())[0]
    HubObject.objects.filter(id=thing.id).update(quote=said["id"])
    request = {"type": "QuoteRequest", "id": f"{ours.uri}/q", "instrument": thing.uri}
    for peer in (mallory, alice):
        accept = peer.activity("Accept", request, result=f"{peer.uri}/stamps/1")
        peer.send(client, accept)
        handling.handle_new()
        thing.refresh_from_db()
        assert bool(thing.quote_authorization) == (peer is alice)


def test_those_who_are_blocked_do_not_vote(client, ours, alice):
    poll = things.publish(ours, outgoing("Which?", options={"poll": "A\nB"}), ())[0]
    Rule.objects.create(hub=ours.hub, kind="actor", value=alice.uri, verdict="block")
    vote = alice.note("", name="A", inReplyTo=poll.uri, to=[ours.uri])
    create(client, alice, vote)
    assert not Vote.objects.exists()


@pytest.mark.parametrize("host", ["peer.example.", "PEER.example", "ｐｅｅｒ.example"])
def test_another_spelling_is_no_way_around_a_block(client, ours, host):
    Rule.objects.create(kind="domain", value="peer.example", verdict="block")
    peer = Peer(host=f"https://{host}")
    assert peer.send(client, peer.activity("Follow", ours.uri)).status_code == 403


@pytest.mark.parametrize(
    "of", ["http://[bad/", "", "x" * 600, ["http://[bad/"], {"id": "http://[x"}, 5, None, {}, []]
)
@pytest.mark.parametrize("kind", ["Like", "Create", "Update", "Delete", "Undo", "Flag", "Follow"])
def test_nothing_odd_holds_what_comes_after_it(client, ours, alice, post, kind, of):
    odd = alice.activity(kind, of)
    assert alice.send(client, odd).status_code in {202, 400}
    alice.send(client, alice.activity("Like", post.uri))
    handling.handle_new()
    assert not Inbound.objects.filter(state=InboundState.NEW).exists()
    assert not Inbound.objects.filter(problem="broken").exists()
    post.refresh_from_db()
    assert post.likes == 1


@pytest.mark.parametrize("actor", ["http://[bad/", "https://a b/", 5, {"id": "x"}, ["a", "b"]])
def test_ids_that_are_no_addresses_are_refused(client, ours, alice, actor):
    answer = alice.send(client, {**alice.activity("Follow", ours.uri), "actor": actor})
    assert answer.status_code == 400


def test_what_is_not_proved_uses_up_nobodys_share(client, ours, alice, monkeypatch):
    monkeypatch.setattr(intake, "meter", intake.Meter(1, 2))
    forger = Peer(private=key(2))
    for _ in range(6):
        assert forger.send(client, forger.activity("Follow", ours.uri)).status_code == 401
    assert alice.send(client, alice.activity("Follow", ours.uri)).status_code == 202


def test_a_body_that_takes_long_to_read_is_refused_before_it_does(client, ours, alice):
    begun = time.process_time()
    body = b'{"a": "' + b'\\"' * 500_000
    answer = client.post(
        "/hub/inbox",
        data=body,
        content_type="application/activity+json",
        headers=alice.headers("POST", "/hub/inbox", body),
    )
    assert answer.status_code == 400
    assert time.process_time() - begun < 3


def test_a_compressed_body_is_not_unpacked(client, ours, alice):
    body = json.dumps(alice.activity("Follow", ours.uri)).encode()
    answer = alice.send(client, None, body=body, change={"Content-Encoding": "gzip"})
    assert answer.status_code == 202


def test_what_is_named_as_an_address_loses_its_at(ours):
    peer = Peer(name="mallory", host="https://evil.example")
    document = peer.document(preferredUsername="ceo@bank.example/\u202e \u200bx")
    document["inbox"] = f"{peer.uri}/inbox"
    assert str(actors.keep(parse(document))) == "@ceobank.examplex@evil.example"


def test_the_inbox_is_reached_without_sessions_and_languages(client, ours, alice):
    answer = alice.send(client, alice.activity("Follow", ours.uri))
    assert answer.status_code == 202
    assert "Content-Language" not in answer.headers
    assert alice.send(client, {}, path=f"/hub/actors/{'0' * 36}/inbox").status_code == 404


def test_a_sender_who_was_erased_a_moment_ago_may_come_again(client, ours, alice):
    assert alice.send(client, alice.activity("Follow", ours.uri)).status_code == 202
    Inbound.objects.all().delete()
    RemoteActor.objects.all().delete()
    alice.known()
    assert alice.send(client, alice.activity("Follow", ours.uri)).status_code == 202
