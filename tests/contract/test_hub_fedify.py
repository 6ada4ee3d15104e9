"""The hub against independent servers: two by Fedify, on this machine."""

from __future__ import annotations

import asyncio
import io
import time
from uuid import uuid4

import httpx
import pytest
from asgiref.sync import async_to_sync
from PIL import Image

from enishi.activities.models import Activity
from enishi.channels.contract import Attachment, Outgoing, Reference
from enishi.channels.sync import sync_channel
from enishi.hub import provisioning
from enishi.hub.federation import handling
from enishi.hub.federation.courier import ParcelSource
from enishi.hub.models import Follow, HubActor, HubObject, Parcel, RemoteObject, Server
from enishi.hub.network import HubNetwork
from enishi.inbox.models import Message
from enishi.jobs.sources import ClaimRequest
from enishi.kernel import clock
from tests.lab.fedify import fedify_peer
from tests.lab.processes import LabUnavailableError, must_run

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def peers():
    """Alice tries RFC 9421 first, Bob the older draft."""
    try:
        with (
            fedify_peer("alice") as alice,
            fedify_peer("bob", first_knock="draft-cavage-http-signatures-12") as bob,
        ):
            yield alice, bob
    except LabUnavailableError as error:
        if must_run():
            raise
        pytest.skip(str(error))


@pytest.fixture
def ours(live_server, settings, workspace, owner, tmp_path) -> HubActor:
    """Our account on a real web server."""
    settings.ENISHI_URL = live_server.url.replace("localhost", "127.0.0.1")
    settings.ENISHI_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    workspace.slug = f"kissa{uuid4().hex[:8]}"
    workspace.save()
    hub = provisioning.found(workspace, user_id=owner.user_id)
    return HubActor.objects.select_related("hub__workspace", "channel").get(hub=hub)


def deliver() -> None:
    """What the worker does: everything that is due goes out."""
    source, worker = ParcelSource(), uuid4()

    async def carry(works):
        results = [await source.deliver(work) for work in works]
        await source.close()
        return results

    for _round in range(5):
        claimed = source.claim(ClaimRequest(worker, clock.now(), 100))
        if not claimed.works:
            return
        source.settle(asyncio.run(carry(claimed.works)))


def work(ours) -> None:
    handling.handle_new()
    async_to_sync(sync_channel)(ours.channel.id)
    deliver()


def until(condition, seconds: float = 10):
    """Wait for the other server to be done with what it got."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def publish(ours, text: str, media=(), **more) -> HubObject:
    order = Outgoing(
        key=uuid4().hex[:12],
        text=text,
        created_at=clock.now(),
        language="en",
        attachments=[one for one, _ in media],
        **more,
    )
    receipt = HubNetwork().publish(ours.uri, order, media)
    deliver()
    return HubObject.objects.get(uri=receipt.remote_id)


def followed_by(peer, ours) -> None:
    peer.order("follow", object=ours.uri, to=ours.uri)
    work(ours)
    until(lambda: peer.received("Accept"))


def test_they_follow_us_and_get_what_we_publish(peers, ours):
    for peer in peers:
        followed_by(peer, ours)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    attachment = Attachment("image/png", "A teal square", 40, 30, 100, picture.getvalue)
    alice, bob = peers
    thing = publish(ours, f"Fresh #beans for {alice.handle}", [(attachment, picture.getvalue())])
    assert not Parcel.objects.exclude(state="done").exists()
    for peer in peers:
        got = until(
            lambda peer=peer: [
                one for one in peer.received("Create") if one["object"]["id"] == thing.uri
            ]
        )[0]["object"]
        assert "Fresh" in got["content"]
        image = got["attachment"] if isinstance(got["attachment"], dict) else got["attachment"][0]
        assert image["name"] == "A teal square"
        assert httpx.get(image["url"]).headers["content-type"] == "image/png"
    assert alice.actor in str(alice.received("Create")[-1]["object"]["tag"])
    assert bob.order("lookup", object=ours.url)["id"] == ours.uri


def test_edits_and_deletions_of_ours_reach_them(peers, ours):
    alice, _bob = peers
    followed_by(alice, ours)
    thing = publish(ours, "Opening at 9")
    order = Outgoing(key="x", text="Opening at 10", created_at=clock.now())
    HubNetwork().edit(ours.uri, thing.uri, order, ())
    HubNetwork().delete(ours.uri, thing.uri)
    deliver()
    updates = until(
        lambda: [one for one in alice.received("Update") if thing.uri in str(one["object"])]
    )
    assert "Opening at 10" in updates[0]["object"]["content"]
    until(lambda: [one for one in alice.received("Delete") if thing.uri in str(one["object"])])
    assert httpx.get(thing.uri, headers={"accept": "application/activity+json"}).status_code == 410


def test_what_they_say_and_do_reaches_our_inbox_and_log(peers, ours):
    thing = publish(ours, "Which beans do you like?")
    alice, bob = peers
    reply = alice.order("post", content="<p>Ethiopia!</p>", reply_to=thing.uri, to=ours.uri)
    bob.order("post", content="<p>Hello you</p>", mention=[ours.uri], to=ours.uri)
    bob.order("post", content="<p>Look</p>", quote=thing.uri, to=ours.uri)
    for peer in peers:
        peer.order("like", object=thing.uri, to=ours.uri)
    alice.order("boost", object=thing.uri, to=ours.uri)
    work(ours)
    said = dict(Message.objects.filter(is_ours=False).values_list("text", "kind"))
    assert said == {"Ethiopia!": "reply", "Hello you": "mention", "Look": "quote"}
    thing.refresh_from_db()
    assert (thing.likes, thing.shares, thing.replies, thing.quotes) == (2, 1, 1, 1)
    assert Activity.objects.filter(type="Like", direction="inbound").count() == 2

    number = reply["object"].rpartition("/")[2]
    alice.order("edit", id=number, content="<p>Brazil!</p>", reply_to=thing.uri, to=ours.uri)
    work(ours)
    assert RemoteObject.objects.get(uri=reply["object"]).text == "Brazil!"
    alice.order("delete", object=reply["object"], to=ours.uri)
    work(ours)
    assert Message.objects.get(remote_id=reply["object"]).withdrawn_at


def test_we_answer_follow_and_take_it_back(peers, ours):
    alice, _bob = peers
    hello = alice.order("post", content="<p>Hi</p>", mention=[ours.uri], to=ours.uri)
    work(ours)
    answer = publish(ours, "Welcome!", in_reply_to=Reference(hello["object"]))
    got = until(
        lambda: [one for one in alice.received("Create") if one["object"]["id"] == answer.uri]
    )
    assert got[0]["object"]["inReplyTo"] == hello["object"]
    HubNetwork().follow(ours.uri, alice.handle)
    deliver()
    until(lambda: [one for one in alice.received("Follow") if one["actor"] == ours.uri])
    work(ours)
    assert Follow.objects.get(actor=ours, direction="out").state == "accepted"
    HubNetwork().unfollow(ours.uri, alice.actor)
    deliver()
    until(lambda: alice.received("Undo"))
    assert not Follow.objects.filter(actor=ours, direction="out").exists()
    assert Server.objects.get(host=alice.origin.removeprefix("http://")).scheme == "rfc9421"


def test_an_unfollower_is_gone(peers, ours):
    _alice, bob = peers
    follow = bob.order("follow", object=ours.uri, to=ours.uri)
    work(ours)
    assert Follow.objects.get(actor=ours, direction="in")
    bob.order("unfollow", object=ours.uri, activity=follow["id"], to=ours.uri)
    work(ours)
    assert not Follow.objects.exists()


def test_what_is_not_signed_is_refused(peers, ours):
    alice, _bob = peers
    body = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{alice.origin}/activities/forged",
        "type": "Follow",
        "actor": alice.actor,
        "object": ours.uri,
    }
    answer = httpx.post(
        f"{ours.base}/hub/inbox", json=body, headers={"content-type": "application/activity+json"}
    )
    assert answer.status_code == 401
