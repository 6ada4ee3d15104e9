"""What we publish: documents, deliveries, back-off, people, keys, pages."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from enishi.accounts import actions as accounts
from enishi.channels.contract import Reference
from enishi.channels.models import Channel
from enishi.hub import moderation, network, polls, provisioning, things
from enishi.hub.federation import courier, handling, keyring, servers, shipping, ties
from enishi.hub.federation.courier import ParcelResult, ParcelSource
from enishi.hub.models import (
    Follow,
    HubActor,
    HubObject,
    Inbound,
    Parcel,
    RemoteActor,
    Rule,
    Server,
    Shipment,
)
from enishi.jobs.sources import ClaimRequest
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotAllowedError
from tests.integration.hub.delivering import outgoing
from tests.integration.hub.peers import Peer

pytestmark = pytest.mark.django_db
AS2 = {"accept": "application/activity+json"}


def follow(actor, number: int, host: str = "") -> None:
    peer = Peer(name=f"f{number}", host=host or f"https://s{number % 5}.example")
    Follow.objects.create(
        actor=actor,
        remote=peer.known(),
        direction="in",
        state="accepted",
        activity_id=f"{peer.uri}/follow",
    )


def claim(worker=None, now=None):
    return ParcelSource().claim(ClaimRequest(worker or uuid4(), now or clock.now(), 100)).works


def test_every_new_workspace_can_publish_at_once(owner):
    user = accounts.User.objects.get(id=owner.user_id)
    workspace = accounts.create_workspace(
        user, name="Tsukimi", language="ja", time_zone="Asia/Tokyo"
    )
    channel = Channel.objects.get(workspace=workspace)
    assert (channel.adapter, channel.state) == ("hub", "active")
    assert channel.handle == "tsukimi@testserver"
    accounts.create_workspace(user, name="Tsukimi!", language="ja", time_zone="Asia/Tokyo")
    assert HubActor.objects.filter(handle__startswith="tsukimi").count() == 2


def test_a_post_goes_once_to_each_server(ours):
    for number in range(20):
        follow(ours, number)
    things.publish(ours, outgoing("Hello"), ())
    assert Parcel.objects.count() == 5
    assert Shipment.objects.count() == 1


def test_publishing_again_changes_nothing(ours):
    follow(ours, 1)
    order = outgoing("Hello", thread=["More"], first_comment="Link")
    first = network.HubNetwork().publish(ours.uri, order, ())
    again = network.HubNetwork().publish(ours.uri, order, ())
    assert first == again
    assert (len(first.parts), HubObject.objects.count(), Parcel.objects.count()) == (1, 3, 3)
    assert network.HubNetwork().find(ours.uri, order.key) == first
    texts = {thing.uri: thing for thing in HubObject.objects.all()}
    assert texts[first.parts[0]].in_reply_to == first.remote_id
    assert texts[first.comment].source == "Link"


def test_those_who_are_answered_get_the_answer(client, ours, alice):
    note = alice.note("<p>Hi</p>", tag=[{"type": "Mention", "href": ours.uri}])
    alice.send(client, alice.activity("Create", note))
    handling.handle_new()
    things.publish(ours, outgoing("Welcome", in_reply_to=Reference(note["id"])), ())
    shipment = Shipment.objects.get(type="Create")
    assert shipment.document["object"]["inReplyTo"] == note["id"]
    assert alice.uri in shipment.document["cc"]
    assert [parcel.inbox for parcel in shipment.parcels.all()] == [f"{alice.host}/inbox"]


def test_private_answers_stay_private(client, ours, alice):
    note = alice.note("<p>Hi</p>", to=[ours.uri], tag=[{"type": "Mention", "href": ours.uri}])
    alice.send(client, alice.activity("Create", note))
    handling.handle_new()
    thing = things.publish(ours, outgoing("Secret", in_reply_to=Reference(note["id"])), ())[0]
    assert thing.visibility == "direct"
    assert client.get(thing.uri, headers=AS2).status_code == 404
    path = thing.uri.removeprefix("http://testserver")
    assert client.get(path, headers={**AS2, **alice.headers("GET", path)}).status_code == 200


def test_documents_and_pages_share_their_addresses(client, ours):
    thing = things.publish(ours, outgoing("<b>Hello</b> #Beans", options={"title": "News"}), ())[0]
    assert client.get(ours.uri).headers["location"] == ours.url
    assert client.get(ours.url, headers=AS2).json()["id"] == ours.uri
    assert "Hello" in client.get(thing.url).content.decode()
    document = client.get(thing.uri, headers=AS2).json()
    assert (document["type"], document["name"]) == ("Article", "News")
    assert "<b>" not in document["content"]
    found = client.get("/.well-known/webfinger", {"resource": f"acct:{ours.handle}@testserver"})
    assert found.json()["links"][0]["href"] == ours.uri
    assert client.get("/nodeinfo/2.1").json()["software"]["name"] == "enishi"
    page = client.get(f"{ours.uri}/outbox?page=1", headers=AS2).json()
    assert [one["object"]["id"] for one in page["orderedItems"]] == [thing.uri]
    followers = client.get(f"{ours.uri}/followers", headers=AS2).json()
    assert "first" not in followers


def test_what_was_deleted_leaves_a_tombstone(client, ours):
    follow(ours, 1)
    thing = things.publish(ours, outgoing("Oops", thread=["More"]), ())[0]
    network.HubNetwork().delete(ours.uri, thing.uri)
    network.HubNetwork().delete(ours.uri, thing.uri)
    answer = client.get(thing.uri, headers=AS2)
    assert (answer.status_code, answer.json()["type"]) == (410, "Tombstone")
    assert client.get(thing.url).status_code == 410
    assert Shipment.objects.filter(type="Delete").count() == 2
    assert not HubObject.objects.exclude(source="").exists()


def test_only_signed_requests_read_where_that_is_wished(client, ours, alice):
    thing = things.publish(ours, outgoing("For friends of the web"), ())[0]
    ours.hub.signed_reads = True
    ours.hub.save()
    path = thing.uri.removeprefix("http://testserver")
    assert client.get(path, headers=AS2).status_code == 401
    assert client.get(path, headers={**AS2, **alice.headers("GET", path)}).status_code == 200
    assert client.get(ours.uri, headers=AS2).status_code == 200


def test_a_poll_ends_with_its_result(ours, monkeypatch):
    follow(ours, 1)
    poll = things.publish(ours, outgoing("Which?", options={"poll": "A\nB"}), ())[0]
    assert poll.type == "Question"
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert polls.close_ended() == 1
    assert polls.close_ended() == 0
    assert Shipment.objects.get(type="Update").document["object"]["closed"]


# ── the courier ──


def test_a_parcel_waits_longer_each_time_and_is_given_up(ours):
    follow(ours, 1)
    things.publish(ours, outgoing("Hello"), ())
    source, worker, waits = ParcelSource(), uuid4(), []
    now = clock.now()
    for _attempt in range(40):
        works = claim(worker, now)
        if not works:
            break
        source.settle([ParcelResult(works[0], problem="down", unreached=True, ended_at=now)])
        parcel = Parcel.objects.get()
        waits.append(parcel.due_at - now)
        now = parcel.due_at
    assert Parcel.objects.get().state == "dropped"
    assert waits[0] < timedelta(minutes=1)
    assert max(waits) <= courier.LONGEST_WAIT * 1.25
    assert now - clock.now() < courier.GIVEN_UP_AFTER + courier.LONGEST_WAIT * 2


def test_a_dead_server_gets_nothing_until_it_is_heard_of(ours):
    follow(ours, 1, "https://dead.example")
    now = clock.now()
    servers.fails("dead.example", now - servers.DEAD_AFTER - timedelta(days=1))
    servers.fails("dead.example", now)
    things.publish(ours, outgoing("Hello"), ())
    assert not Parcel.objects.exists()
    servers.heard_of({"dead.example"})
    things.publish(ours, outgoing("Hello again"), ())
    assert Parcel.objects.count() == 1


def test_the_dialect_that_worked_is_remembered(ours):
    follow(ours, 1)
    things.publish(ours, outgoing("Hello"), ())
    work = claim()[0]
    ParcelSource().settle([ParcelResult(work, done=True, scheme=courier.Scheme.CAVAGE)])
    assert Server.objects.get().scheme == "cavage"
    things.publish(ours, outgoing("Hello"), ())
    assert claim()[0].scheme is courier.Scheme.CAVAGE


def test_what_a_dead_worker_held_is_sent_again(ours):
    follow(ours, 1)
    things.publish(ours, outgoing("Hello"), ())
    worker = uuid4()
    assert claim(worker)
    now = clock.now() + timedelta(minutes=5)
    stranded = courier.Stranded(uuid4(), [worker], now)
    assert ParcelSource().recover(stranded, now) == 1
    assert claim(now=now)


async def test_the_bytes_are_signed_for_each_server(ours):
    """The rest is shown against real servers in tests/contract."""
    assert json.loads(courier.encoded({"a": "茶"})) == {"a": "茶"}


def test_two_hubs_of_one_installation_need_no_network(ours, stranger):
    hub = provisioning.found(
        accounts.Workspace.objects.get(id=stranger.workspace_id), user_id=stranger.user_id
    )
    theirs = HubActor.objects.select_related("hub__workspace", "channel").get(hub=hub)
    network.HubNetwork().follow(theirs.uri, ours.uri)
    for _round in range(3):
        works = claim()
        ParcelSource().settle([courier._within(work) for work in works])
        handling.handle_new()
    assert Follow.objects.get(actor=theirs, direction="out").state == "accepted"
    things.publish(ours, outgoing("To the neighbours"), ())
    assert [work.is_local for work in claim()] == [True]


# ── keys, blocks, quarantine ──


def test_keys_are_replaced_and_announced_with_the_old_one(client, owner, ours):
    follow(ours, 1)
    before = keyring.signing_key(ours)
    moderation.rotate_keys(owner, ours.id)
    shipment = Shipment.objects.get(type="Update")
    assert shipment.key == before
    assert keyring.signing_key(ours) != before
    assert client.get(ours.uri, headers=AS2).status_code == 200


def test_block_lists_of_mastodon_are_imported_once(owner, ours):
    listed = (
        "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
        "bad.example,suspend,TRUE,TRUE,Spam,FALSE\n"
        "meh.example,silence,FALSE,FALSE,,FALSE\n"
        "pics.example,noop,TRUE,FALSE,,FALSE\n"
        "not a host,suspend,,,,\n"
    )
    assert moderation.import_blocks(owner, text=listed).added == 3
    assert moderation.import_blocks(owner, text=listed).added == 0
    verdicts = dict(Rule.objects.values_list("value", "verdict"))
    assert verdicts == {"bad.example": "block", "meh.example": "quiet", "pics.example": "no_media"}


def test_a_block_ends_what_was_and_is_the_last_that_they_hear(client, owner, ours, alice):
    follow(ours, 1, "https://peer.example")
    follow(ours, 1, "https://notpeer.example")
    things.publish(ours, outgoing("Hello"), ())
    remote = RemoteActor.objects.get(uri=alice.uri)
    ties.follow(ours, remote)
    HubActor.objects.filter(id=ours.id).update(locked=True)
    alice.send(client, alice.activity("Follow", ours.uri))
    handling.handle_new()
    assert Follow.objects.get(remote=remote, direction="in").state == "pending"

    moderation.block(owner, kind="domain", value="peer.example")
    assert [tie.remote.host for tie in Follow.objects.all()] == ["notpeer.example"]
    things.publish(ours, outgoing("Hello @alice@peer.example", key="two"), ())
    waiting = Parcel.objects.filter(state="due", host="peer.example").select_related("shipment")
    kinds = sorted(one.shipment.type for one in waiting)
    assert kinds == ["Reject", "Reject", "Undo"]
    assert Parcel.objects.filter(state="dropped", host="peer.example").count() == 2
    assert Parcel.objects.filter(state="due", host="notpeer.example").count() == 2

    moderation.unblock(owner, kind="domain", value="peer.example")
    assert not Rule.objects.exists()


def test_who_is_blocked_hears_nothing_though_others_on_that_server_do(owner, ours, alice):
    follow(ours, 1, "https://peer.example")
    moderation.block(owner, kind="actor", value=alice.uri)
    shipping.ship(ours, {"id": f"{ours.uri}/x", "type": "Like"}, inboxes=[f"{alice.uri}/inbox"])
    assert not Parcel.objects.exists()
    assert shipping.inboxes_of(ours, [alice.uri]) == []
    assert len(shipping.inboxes_of_followers(ours)) == 1


def test_a_moderator_lets_somebody_out_of_quarantine(client, owner, ours, alice):
    tags = [{"type": "Mention", "href": f"https://x.example/{n}"} for n in range(6)]
    note = alice.note("<p>Hello all</p>", tag=[*tags, {"type": "Mention", "href": ours.uri}])
    alice.send(client, alice.activity("Create", note))
    handling.handle_new()
    row = Inbound.objects.get()
    assert row.state == "quarantined"
    moderation.release(owner, row.id)
    handling.handle_new()
    row.refresh_from_db()
    assert row.state == "done"


def test_somebody_locked_asks_before(client, owner, ours, alice):
    HubActor.objects.filter(id=ours.id).update(locked=True)
    alice.send(client, alice.activity("Follow", ours.uri))
    handling.handle_new()
    tie = Follow.objects.get()
    assert tie.state == "pending"
    moderation.answer_follower(owner, tie.id, accept=True)
    assert Shipment.objects.get().type == "Accept"


def test_only_those_who_may_moderate(member, ours):
    with pytest.raises(NotAllowedError):
        moderation.block(member, kind="domain", value="peer.example")


def test_handles_are_checked(ours):
    for handle in ("", "a b", "enishi.server", "x" * 31, ours.handle):
        with pytest.raises(InvalidInputError):
            provisioning.open_account(ours.hub, handle=handle, name="X")
