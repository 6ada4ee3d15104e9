"""What other servers send: verified, recorded, shown in the inbox; all else is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from enishi.activities.models import Activity
from enishi.channels.sync import sync_channel
from enishi.hub import things
from enishi.hub.federation import handling, intake, saying
from enishi.hub.models import (
    Follow,
    HubObject,
    Inbound,
    InboundState,
    Parcel,
    Reaction,
    RemoteActor,
    RemoteObject,
    Report,
    Rule,
    Vote,
)
from enishi.hub.protocol.signatures import Scheme
from enishi.inbox.models import Message
from enishi.kernel import clock
from tests.integration.hub.delivering import outgoing
from tests.integration.hub.peers import CONTEXT, Peer, key

pytestmark = pytest.mark.django_db


def take_in(ours):
    """What the worker does with what came in."""
    handling.handle_new()
    async_to_sync(sync_channel)(ours.channel.id)


@pytest.fixture
def post(ours) -> HubObject:
    return things.publish(ours, outgoing("Fresh beans!"), ())[0]


@pytest.mark.parametrize("scheme", list(Scheme))
def test_it_takes_a_follow_and_answers_it(client, ours, alice, scheme):
    answer = alice.send(client, alice.activity("Follow", ours.uri), scheme=scheme)
    assert answer.status_code == 202, answer.content
    take_in(ours)
    assert Follow.objects.get(actor=ours).state == "accepted"
    parcel = Parcel.objects.get()
    assert parcel.inbox == f"{alice.uri}/inbox"
    assert parcel.shipment.document["type"] == "Accept"
    row = Activity.objects.get(type="Follow", direction="inbound")
    assert (row.actor_key, row.object_key) == (alice.uri, ours.uri)


def test_it_shows_replies_and_mentions_in_the_inbox(client, ours, alice, post):
    reply = alice.note(
        "<p>Nice <script>alert(1)</script><b onclick=x>beans</b></p>", inReplyTo=post.uri
    )
    mention = alice.note("<p>Hi</p>", tag=[{"type": "Mention", "href": ours.uri, "name": "@k"}])
    for note in (reply, mention):
        assert alice.send(client, alice.activity("Create", note)).status_code == 202
    take_in(ours)
    kinds = {message.text: message.kind for message in Message.objects.filter(is_ours=False)}
    assert kinds == {"Nice beans": "reply", "Hi": "mention"}
    stored = RemoteObject.objects.get(uri=reply["id"])
    assert "script" not in stored.html
    assert "onclick" not in stored.html
    assert HubObject.objects.get(id=post.id).replies == 1


def test_it_counts_likes_and_reshares_until_they_are_undone(client, ours, alice, post):
    like = alice.activity("Like", post.uri)
    alice.send(client, like)
    alice.send(client, alice.activity("Announce", post.uri))
    take_in(ours)
    post.refresh_from_db()
    assert (post.likes, post.shares) == (1, 1)
    alice.send(client, alice.activity("Undo", like))
    take_in(ours)
    post.refresh_from_db()
    assert (post.likes, post.shares) == (0, 1)
    assert set(Activity.objects.filter(direction="inbound").values_list("type", flat=True)) == {
        "Like",
        "Announce",
        "Undo",
    }


def test_it_takes_edits_and_deletions_of_what_it_heard(client, ours, alice, post):
    note = alice.note("<p>First</p>", inReplyTo=post.uri)
    alice.send(client, alice.activity("Create", note))
    take_in(ours)
    alice.send(client, alice.activity("Update", {**note, "content": "<p>Second</p>"}))
    take_in(ours)
    assert RemoteObject.objects.get(uri=note["id"]).text == "Second"
    gone = {"type": "Tombstone", "id": note["id"]}
    alice.send(client, alice.activity("Delete", gone))
    take_in(ours)
    stored = RemoteObject.objects.get(uri=note["id"])
    assert stored.deleted_at
    assert not stored.html
    assert Message.objects.get(remote_id=note["id"]).withdrawn_at


def test_it_keeps_complaints_for_a_person(client, ours, alice, post):
    alice.send(client, alice.activity("Flag", [ours.uri, post.uri], content="Spam"))
    take_in(ours)
    assert Report.objects.get().content == "Spam"


def test_it_counts_votes_once(client, ours, alice):
    poll = things.publish(ours, outgoing("Which?", options={"poll": "Ethiopia\nBrazil"}), ())[0]
    for choice in ("Ethiopia", "Brazil"):
        vote = alice.note("", name=choice, inReplyTo=poll.uri, to=[ours.uri])
        vote.pop("content")
        alice.send(client, alice.activity("Create", vote))
    take_in(ours)
    poll.refresh_from_db()
    assert [one["votes"] for one in poll.data["options"]] == [1, 0]
    assert not Message.objects.exists()


def test_it_takes_each_activity_once_and_refuses_a_replay(client, ours, alice):
    follow = alice.activity("Follow", ours.uri)
    body = json.dumps(follow).encode()
    headers = alice.headers("POST", "/hub/inbox", body)

    def send():
        return client.post(
            "/hub/inbox", data=body, content_type="application/activity+json", headers=headers
        ).status_code

    assert send() == 202
    assert send() == 401
    assert alice.send(client, follow, scheme=Scheme.RFC9421).status_code == 202
    assert Inbound.objects.count() == 1


# ── what is refused ──


def test_it_refuses_what_is_not_signed(client, ours, alice):
    answer = client.post(
        "/hub/inbox",
        data=json.dumps(alice.activity("Follow", ours.uri)),
        content_type="application/activity+json",
    )
    assert answer.status_code == 401
    assert not Inbound.objects.exists()


@pytest.mark.parametrize("scheme", list(Scheme))
def test_it_refuses_another_body_than_the_signed_one(client, ours, alice, scheme):
    path = "/hub/inbox"
    headers = alice.headers("POST", path, b"{}", scheme=scheme)
    body = json.dumps(alice.activity("Follow", ours.uri)).encode()
    answer = client.post(path, data=body, content_type="application/activity+json", headers=headers)
    assert answer.status_code == 401


def test_it_refuses_another_key_than_the_actors(client, ours, alice):
    forger = Peer(private=key(2))
    assert forger.send(client, forger.activity("Follow", ours.uri)).status_code == 401


def test_it_refuses_old_signatures(client, ours, alice, monkeypatch):
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(hours=13))
    body = json.dumps(alice.activity("Follow", ours.uri)).encode()
    headers = alice.headers("POST", "/hub/inbox", body)
    monkeypatch.setattr(clock, "now", real)
    answer = client.post(
        "/hub/inbox", data=body, content_type="application/activity+json", headers=headers
    )
    assert answer.status_code == 401


def _deep(alice, ours):
    inner: object = ours.uri
    for _ in range(200):
        inner = {"type": "Note", "object": inner}
    return alice.activity("Create", inner)


MALICIOUS = {
    "another host's actor": lambda a, o: {
        **a.activity("Follow", o.uri),
        "actor": "https://other.example/users/bob",
    },
    "another host's id": lambda a, o: {
        **a.activity("Follow", o.uri),
        "id": "https://other.example/follow/1",
    },
    "deep nesting": _deep,
    "no ActivityStreams context": lambda a, o: {
        **a.activity("Follow", o.uri),
        "@context": "https://evil.example/context",
    },
    "a context that bends terms": lambda a, o: {
        **a.activity("Follow", o.uri),
        "@context": [CONTEXT, {"actor": "https://evil.example/ns#actor"}],
    },
    "a graph": lambda a, o: {**a.activity("Follow", o.uri), "@graph": []},
    "two spellings of the actor": lambda a, o: {
        **a.activity("Follow", o.uri),
        "as:actor": "https://other.example/users/bob",
    },
    "no object at all": lambda a, o: ["not", "an", "object"],
}


@pytest.mark.parametrize("make", MALICIOUS.values(), ids=MALICIOUS.keys())
def test_it_refuses(client, ours, alice, caplog, make):
    answer = alice.send(client, make(alice, ours))
    assert answer.status_code in {400, 401, 403}
    assert not Inbound.objects.exists()
    assert any(record.message == "hub.refused" for record in caplog.records)


def test_it_refuses_what_is_too_large(client, ours, alice):
    note = alice.note("x" * 1_100_000)
    assert alice.send(client, alice.activity("Create", note)).status_code == 413


def test_it_refuses_to_speak_for_others(client, ours, alice, post):
    note = alice.note("I am Bob", inReplyTo=post.uri, attributedTo="https://bob.example/users/bob")
    alice.send(client, alice.activity("Create", note))
    take_in(ours)
    assert Inbound.objects.get().state == InboundState.REFUSED
    assert not RemoteObject.objects.exists()


def test_it_does_not_fetch_from_private_addresses(client, ours, alice, settings):
    settings.ENISHI_ALLOWED_NETWORKS = ()
    mallory = Peer(name="mallory", host="http://127.0.0.1:9")
    answer = mallory.send(client, mallory.activity("Follow", ours.uri))
    assert answer.status_code == 401
    assert not RemoteActor.objects.filter(uri=mallory.uri).exists()


def test_it_refuses_blocked_servers(client, ours, alice):
    Rule.objects.create(kind="domain", value="peer.example", verdict="block")
    assert alice.send(client, alice.activity("Follow", ours.uri)).status_code == 403


def test_a_workspace_can_block_for_itself(client, ours, alice):
    Rule.objects.create(hub=ours.hub, kind="actor", value=alice.uri, verdict="block")
    assert alice.send(client, alice.activity("Follow", ours.uri)).status_code == 202
    take_in(ours)
    assert Inbound.objects.get().state == InboundState.REFUSED
    assert not Follow.objects.exists()


def test_strangers_who_name_many_people_wait_in_quarantine(client, ours, alice):
    tags = [{"type": "Mention", "href": f"https://x.example/{n}"} for n in range(6)]
    note = alice.note("<p>Buy!</p>", tag=[*tags, {"type": "Mention", "href": ours.uri}])
    alice.send(client, alice.activity("Create", note))
    take_in(ours)
    assert Inbound.objects.get().state == InboundState.QUARANTINED
    assert not Message.objects.exists()


def test_it_takes_so_much_of_a_server_at_a_time(client, ours, alice, monkeypatch):
    monkeypatch.setattr("enishi.hub.federation.intake.meter", intake.Meter(1, 2))
    answers = [alice.send(client, alice.activity("Follow", ours.uri)).status_code for _ in range(5)]
    assert 429 in answers


@pytest.mark.parametrize(("kind", "table"), [("Like", saying.DECIDE), ("Block", handling.HANDLERS)])
def test_one_that_breaks_us_does_not_hold_the_others(client, ours, alice, monkeypatch, kind, table):
    def broken(*_arrival):
        raise ZeroDivisionError

    monkeypatch.setitem(table, kind, broken)
    alice.send(client, alice.activity(kind, ours.uri))
    alice.send(client, alice.activity("Follow", ours.uri))
    take_in(ours)
    assert list(Inbound.objects.order_by("id").values_list("state", flat=True)) == [
        "refused",
        "done",
    ]


def test_one_that_cannot_be_written_does_not_hold_those_of_its_batch(client, ours, alice, post):
    bob = Peer("bob")
    bob.known()
    like = alice.activity("Like", post.uri)
    Reaction.objects.create(
        thing=post,
        remote=bob.known(),
        kind="like",
        activity_id=like["id"],
        at=clock.now(),
    )
    alice.send(client, like)
    alice.send(client, alice.activity("Create", alice.note("<p>Nice</p>", inReplyTo=post.uri)))
    bob.send(client, bob.activity("Announce", post.uri))
    take_in(ours)
    states = Inbound.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["refused", "done", "done"]
    post.refresh_from_db()
    assert (post.replies, post.shares) == (1, 1)


def test_what_came_before_in_the_same_batch_counts(client, ours, alice, post):
    bob = Peer("bob")
    bob.known()
    poll = things.publish(ours, outgoing("Which?", options={"poll": "Ethiopia\nBrazil"}), ())[0]
    for _twice in range(2):
        alice.send(client, alice.activity("Like", post.uri))
    for choice in ("Ethiopia", "Brazil"):
        vote = alice.note("", name=choice, inReplyTo=poll.uri, to=[ours.uri])
        alice.send(client, alice.activity("Create", vote))
    first = alice.note("<p>One</p>", inReplyTo=post.uri)
    tag = [{"type": "Mention", "href": ours.uri, "name": "@k"}]
    second = bob.note("<p>Two</p>", inReplyTo=first["id"], tag=tag)
    alice.send(client, alice.activity("Create", first))
    alice.send(client, alice.activity("Create", {**first, "content": "<p>Once more</p>"}))
    bob.send(client, bob.activity("Create", second))
    take_in(ours)
    assert Reaction.objects.count() == Vote.objects.count() == 1
    assert RemoteObject.objects.get(uri=first["id"]).text == "Once more"
    assert RemoteObject.objects.get(uri=second["id"]).context == post.uri
    assert Message.objects.get(remote_id=second["id"]).kind == "reply"
    poll.refresh_from_db()
    assert [one["votes"] for one in poll.data["options"]] == [1, 0]


def test_it_asks_the_database_for_a_batch_not_for_each(
    client, ours, alice, post, django_assert_max_num_queries
):
    for number in range(30):
        alice.send(client, alice.activity("EmojiReact", post.uri, content=f"x{number}"))
        answer = alice.note(f"<p>Answer {number}</p>", inReplyTo=post.uri)
        alice.send(client, alice.activity("Create", answer))
    with django_assert_max_num_queries(45):
        handling.handle_new()
    post.refresh_from_db()
    assert (post.likes, post.replies) == (30, 30)


@pytest.mark.parametrize("uri", ["http://[", "https://peer.example:99999/x", "x" * 600, "https://"])
def test_addresses_that_are_none_are_refused(client, ours, alice, uri):
    answer = alice.send(client, {**alice.activity("Follow", ours.uri), "actor": uri, "id": uri})
    assert answer.status_code in {400, 401}
    assert alice.send(client, alice.activity("Follow", uri)).status_code in {202, 400}
    handling.handle_new()
    assert not Follow.objects.exists()
