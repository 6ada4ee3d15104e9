"""Reading other servers: signed, from where things say they are, and never from inside."""

from __future__ import annotations

import httpx
import pytest
from asgiref.sync import async_to_sync

from enishi.channels.http.testing import FakeHttp
from enishi.hub import reacting
from enishi.hub.federation import actors, fetching, handling
from enishi.hub.models import Server, Shipment
from enishi.hub.protocol.errors import RefusedError
from tests.integration.hub.peers import CONTEXT, Peer

pytestmark = pytest.mark.django_db
NOTE = "https://peer.example/notes/1"


def answer(document, *, kind="application/activity+json", status=200, **headers):
    return httpx.Response(status, json=document, headers={"content-type": kind, **headers})


def note(identifier=NOTE):
    return {"@context": CONTEXT, "id": identifier, "type": "Note"}


def read(http, uri=NOTE):
    return async_to_sync(fetching.document)(uri, http=http)


def test_it_reads_and_signs_as_the_server(ours):
    http = FakeHttp()
    http.on("GET", "/notes/1", answer(note()))
    assert read(http).id == NOTE
    sent = http.requests[0].headers
    assert "signature-input" in sent
    assert "hub/actors/" in sent["signature-input"]


def test_it_knocks_again_in_the_older_dialect_and_remembers(ours):
    http = FakeHttp()
    http.on("GET", "/notes/1", httpx.Response(401), answer(note()))
    assert read(http).id == NOTE
    assert "signature-input" not in http.requests[1].headers
    assert Server.objects.get(host="peer.example").scheme == "cavage"
    read(http)
    assert "signature-input" not in http.requests[2].headers


REFUSED = {
    "another host's id": answer(note("https://evil.example/1")),
    "a page": answer(note(), kind="text/html"),
    "an upload": answer(note(), kind="application/json"),
    "no ActivityStreams": answer({"id": NOTE}, kind="application/activity+json") and answer([1]),
    "a redirect elsewhere": httpx.Response(302, headers={"location": "https://evil.example/"}),
    "a redirect inside": httpx.Response(302, headers={"location": "http://127.0.0.1/"}),
    "too much": httpx.Response(
        200, content=b" " * 2_000_000, headers={"content-type": "application/activity+json"}
    ),
    "nothing": httpx.Response(404),
}


@pytest.mark.parametrize("response", REFUSED.values(), ids=REFUSED.keys())
def test_it_refuses(ours, response):
    http = FakeHttp(max_bytes=1_000_000)
    http.on("GET", "/notes/1", response)
    with pytest.raises(RefusedError):
        read(http)


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "ftp://peer.example/",
        "https:///x",
        "javascript:1",
        "http://testserver/x",
    ],
)
def test_it_asks_the_web_only_and_not_itself(ours, uri):
    http = FakeHttp()
    with pytest.raises(RefusedError):
        read(http, uri)
    assert not http.requests


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/x", "http://10.0.0.1/x", "http://[::1]/x", "http://169.254.169.254/"],
)
def test_it_stays_out_of_private_networks(ours, settings, address):
    settings.ENISHI_ALLOWED_NETWORKS = ()
    with pytest.raises(RefusedError):
        async_to_sync(fetching.document)(address)


def test_an_actor_must_receive_on_its_own_host(ours):
    peer = Peer(name="mallory")
    http = FakeHttp()
    document = peer.document(inbox="https://victim.example/inbox")
    http.on("GET", "/users/mallory", answer(document))
    with pytest.raises(RefusedError):
        actors.refresh(peer.uri, http=http)


def test_an_actor_is_kept_as_plain_text(ours):
    peer = Peer(name="mallory")
    http = FakeHttp()
    document = peer.document(
        name="<script>alert(1)</script>Mal<b>lory</b>",
        summary="<p onclick=x>Hi<script>alert(1)</script></p>",
        url="javascript:alert(1)",
        icon={"type": "Image", "url": "javascript:alert(1)"},
    )
    http.on("GET", "/users/mallory", answer(document))
    kept = actors.refresh(peer.uri, http=http)
    assert (kept.name, kept.summary, kept.url, kept.icon_url) == (
        "Mallory",
        "<p>Hi</p>",
        peer.uri,
        "",
    )
    assert list(kept.keys) == [peer.key_id]


def test_keys_of_others_are_not_taken(ours):
    peer, http = Peer(name="mallory"), FakeHttp()
    document = peer.document()
    document["publicKey"]["owner"] = "https://peer.example/users/alice"
    http.on("GET", "/users/mallory", answer(document))
    assert not actors.refresh(peer.uri, http=http).keys


def test_we_like_and_reshare_once_and_take_it_back(client, ours, alice):
    said = alice.note("<p>Hi</p>", tag=[{"type": "Mention", "href": ours.uri}])
    alice.send(client, alice.activity("Create", said))
    handling.handle_new()
    for kind in (reacting.LIKE, reacting.SHARE):
        first = reacting.react(ours, said["id"], kind)
        assert reacting.react(ours, said["id"], kind) == first
        assert [parcel.inbox for parcel in first.parcels.all()] == [f"{alice.uri}/inbox"]
        reacting.take_back(ours, said["id"], kind)
        reacting.take_back(ours, said["id"], kind)
    assert Shipment.objects.filter(type="Undo").count() == 2
    again = reacting.react(ours, said["id"], reacting.LIKE)
    assert again.activity_id != first.activity_id
