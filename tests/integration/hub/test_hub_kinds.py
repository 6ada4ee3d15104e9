"""Kinds of activities that are less common: each is taken, and each of ours is sent, rightly."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync

from enishi.activities.models import Activity
from enishi.channels.contract import Reference
from enishi.channels.sync import sync_channel
from enishi.hub import things
from enishi.hub.federation import fetching, handling, notes, ties
from enishi.hub.models import (
    Follow,
    HubObject,
    Inbound,
    Parcel,
    QuoteStamp,
    Reaction,
    RemoteActor,
    RemoteObject,
    Shipment,
)
from enishi.hub.protocol import jsonld
from enishi.inbox.models import Message
from tests.integration.hub.delivering import outgoing
from tests.integration.hub.peers import CONTEXT, Peer, key

pytestmark = pytest.mark.django_db


def take_in(ours):
    handling.handle_new()
    async_to_sync(sync_channel)(ours.channel.id)


@pytest.fixture
def post(ours) -> HubObject:
    return things.publish(ours, outgoing("Fresh beans!"), ())[0]


@pytest.fixture
def web(monkeypatch):
    """What stands on other servers, by address; what is missing is gone."""
    found = {}

    async def document(uri, *, http=None):
        if uri not in found:
            raise fetching.GoneError("gone", uri)
        return jsonld.normalised({"@context": CONTEXT, **found[uri]})

    monkeypatch.setattr(fetching, "document", document)
    return found


# ── reactions, votes, quotes ──


@pytest.mark.parametrize(
    ("kind", "content"), [("EmojiReact", "🎉"), ("EmojiReact", ":blobcat:"), ("Like", "🍮")]
)
def test_an_emoji_counts_as_a_like_until_it_is_taken_back(client, ours, alice, post, kind, content):
    emoji = alice.activity(kind, post.uri, content=content)
    alice.send(client, emoji)
    alice.send(client, alice.activity("Like", post.uri))
    take_in(ours)
    post.refresh_from_db()
    assert post.likes == 2
    assert set(Reaction.objects.values_list("content", flat=True)) == {"", content}
    assert Activity.objects.filter(type="Like", direction="inbound").count() == 2
    alice.send(client, alice.activity("Undo", emoji))
    take_in(ours)
    post.refresh_from_db()
    assert (post.likes, Reaction.objects.get().content) == (1, "")


def test_a_poll_takes_several_choices_only_where_it_says_so(client, ours, alice):
    bob = Peer("bob")
    bob.known()
    options = {"poll": "Ethiopia\nBrazil\nPeru", "poll_multiple": "1"}
    poll = things.publish(ours, outgoing("Which?", options=options), ())[0]
    assert poll.data["multiple"]
    for peer, choice in ((alice, "Ethiopia"), (alice, "Peru"), (bob, "Peru"), (bob, "Mars")):
        vote = peer.note("", name=choice, inReplyTo=poll.uri, to=[ours.uri])
        vote.pop("content")
        peer.send(client, peer.activity("Create", vote))
    take_in(ours)
    poll.refresh_from_db()
    assert [one["votes"] for one in poll.data["options"]] == [1, 0, 2]
    assert poll.data["voters"] == 2
    assert not Message.objects.exists()


@pytest.mark.parametrize("name", ["quote", "quoteUrl", "quoteUri", "_misskey_quote"])
def test_a_quote_of_ours_reaches_the_inbox(client, ours, alice, post, name):
    note = alice.note("<p>Look at this</p>", **{name: post.uri})
    alice.send(client, alice.activity("Create", note))
    take_in(ours)
    post.refresh_from_db()
    assert post.quotes == 1
    assert Message.objects.get().kind == "quote"


def test_who_asks_to_quote_gets_a_stamp(client, ours, alice, post):
    quoting = f"{alice.host}/notes/quoting"
    alice.send(client, alice.activity("QuoteRequest", post.uri, instrument=quoting))
    take_in(ours)
    stamp = QuoteStamp.objects.get()
    answer = Shipment.objects.get(type="Accept").document
    page = client.get(answer["result"].removeprefix("http://testserver"))
    assert page.json()["interactingObject"] == stamp.quoting == quoting
    assert page.json()["interactionTarget"] == post.uri


def test_our_quote_asks_and_shows_the_stamp_it_gets(client, ours, alice):
    said = alice.note("<p>Hi</p>", tag=[{"type": "Mention", "href": ours.uri}])
    alice.send(client, alice.activity("Create", said))
    take_in(ours)
    ours_too = things.publish(ours, outgoing("So true", quotes=Reference(said["id"])), ())[0]
    request = Shipment.objects.get(type="QuoteRequest").document
    assert (request["object"], request["instrument"]) == (said["id"], ours_too.uri)
    stamp = f"{alice.host}/stamps/1"
    inner = {name: value for name, value in request.items() if name != "@context"}
    alice.send(client, alice.activity("Accept", inner, result=stamp))
    take_in(ours)
    document = client.get(
        f"/hub/objects/{ours_too.id}", headers={"accept": "application/activity+json"}
    ).json()
    assert document["quoteAuthorization"] == stamp


def test_an_event_begins_by_the_clock_of_the_workspace(ours):
    ours.hub.workspace.time_zone = "Asia/Tokyo"
    options = {"title": "Tasting", "starts": "2027-04-01T19:00", "ends": "2027-04-01T20:00+02:00"}
    event = things.publish(ours, outgoing("Come!", options=options), ())[0]
    assert event.type == "Event"
    assert event.data == {"start": "2027-04-01T10:00:00Z", "end": "2027-04-01T18:00:00Z"}
    things.edit(event, outgoing("Come later!", options={"starts": "2027-04-01 19:30"}), ())
    event.refresh_from_db()
    assert event.data["start"] == "2027-04-01T10:30:00Z"


# ── moves and complaints ──


def test_whom_we_follow_is_followed_to_the_new_account(client, ours, alice, web):
    old = RemoteActor.objects.get(uri=alice.uri)
    ties.follow(ours, old)
    new = Peer("alice", host="https://new.example", private=key(2))
    web[new.uri] = new.document(alsoKnownAs=[alice.uri])
    alice.send(client, alice.activity("Move", alice.uri, target=new.uri))
    take_in(ours)
    assert Follow.objects.get(direction="out").remote.uri == new.uri
    kinds = {(one.shipment.type, one.host) for one in Parcel.objects.select_related("shipment")}
    assert {("Follow", "new.example"), ("Undo", "peer.example")} <= kinds


def test_nobody_moves_somebody_else(client, ours, alice, web):
    ties.follow(ours, RemoteActor.objects.get(uri=alice.uri))
    thief = Peer("thief", host="https://thief.example", private=key(2))
    web[thief.uri] = thief.document()
    alice.send(client, alice.activity("Move", alice.uri, target=thief.uri))
    take_in(ours)
    assert Inbound.objects.get().state == "refused"
    assert Follow.objects.get(direction="out").remote.uri == alice.uri


# ── what one server passes on from another ──


@pytest.fixture
def carol(web) -> Peer:
    """Somebody on a third server, whom we do not know."""
    peer = Peer("carol", host="https://third.example", private=key(2))
    web[peer.uri] = peer.document()
    return peer


def forward(client, alice, carol, kind, thing):
    """Alice's server passes on what carol signed for others."""
    activity = carol.activity(kind, thing, signature={"type": "RsaSignature2017"})
    return alice.send(client, activity)


def test_a_forwarded_answer_is_read_at_its_origin(client, ours, alice, post, carol, web):
    note = carol.note("<p>As it stands there</p>", inReplyTo=post.uri)
    web[note["id"]] = note
    changed = {**note, "content": "<p>As somebody else would have it</p>"}
    assert forward(client, alice, carol, "Create", changed).status_code == 202
    take_in(ours)
    stored = RemoteObject.objects.get()
    assert (stored.text, stored.actor.uri) == ("As it stands there", carol.uri)
    assert Message.objects.get().author_key == carol.uri

    web[note["id"]] = {**note, "content": "<p>Better said</p>"}
    forward(client, alice, carol, "Update", note["id"])
    forward(client, alice, carol, "Delete", note["id"])
    take_in(ours)
    stored.refresh_from_db()
    assert (stored.text, stored.deleted_at) == ("Better said", None)

    del web[note["id"]]
    forward(client, alice, carol, "Delete", note["id"])
    take_in(ours)
    stored.refresh_from_db()
    assert stored.deleted_at
    assert Message.objects.get().withdrawn_at


def test_a_forwarded_answer_counts_once_with_its_own_delivery(
    client, ours, alice, post, carol, web
):
    note = carol.note("<p>Hello</p>", inReplyTo=post.uri)
    web[note["id"]] = note
    activity = carol.activity("Create", note, id=f"{note['id']}/activity")
    alice.send(client, {**activity, "signature": {"type": "RsaSignature2017"}})
    take_in(ours)
    carol.known()
    carol.send(client, activity)
    take_in(ours)
    assert Message.objects.count() == Activity.objects.filter(direction="inbound").count() == 1


def test_nothing_is_read_that_is_about_nothing_of_ours(client, ours, alice, post, carol, web):
    note = carol.note("<p>Hello</p>", inReplyTo="https://elsewhere.example/1")
    web[note["id"]] = note
    forward(client, alice, carol, "Create", note)
    forward(client, alice, carol, "Create", {**note, "id": "https://bank.example/1"})
    take_in(ours)
    assert not RemoteObject.objects.exists()
    assert set(Inbound.objects.values_list("state", flat=True)) == {"refused"}


def test_without_a_signature_inside_nobody_speaks_for_another_server(client, ours, alice, carol):
    note = carol.note("<p>Hello</p>")
    assert alice.send(client, carol.activity("Create", note)).status_code == 401
    blocked = {**carol.activity("Like", note), "signature": {"type": "RsaSignature2017"}}
    assert alice.send(client, blocked).status_code == 401
    assert notes.our_object(note["id"]) is None
