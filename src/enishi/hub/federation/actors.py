"""Actors of other servers: fetched, checked, kept, and fetched again when their keys change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync, sync_to_async

from enishi.channels.http import Http
from enishi.hub.federation import fetching
from enishi.hub.models import RemoteActor
from enishi.hub.protocol import incoming, texts
from enishi.hub.protocol.errors import RefusedError, SignatureError
from enishi.hub.protocol.keys import read_public
from enishi.hub.protocol.messages import host_of, same_host
from enishi.kernel import clock
from enishi.vocab import Node

ACTOR_TYPES = frozenset({"Person", "Service", "Organization", "Group", "Application"})
STALE = timedelta(days=2)
COOLDOWN = timedelta(minutes=10)
"""How long to wait before an actor's keys are asked for again."""
_MOST_KEYS = 10
_LONG = 500
_NO_HANDLE = re.compile(r"[^\w.~-]+")
"""No @, no slash, no space and nothing invisible: a handle must not look like an address."""


def known(uri: str) -> RemoteActor | None:
    """The actor as we have it."""
    return RemoteActor.objects.filter(uri=uri).first()


def resolve(uri: str, *, http: Http | None = None) -> RemoteActor:
    """The actor, fetched when we do not know it or only from long ago. Raises RefusedError."""
    found = known(uri)
    if found is not None and clock.now() - found.fetched_at < STALE:
        return found
    try:
        return refresh(uri, http=http)
    except RefusedError:
        if found is None:
            raise
        return found


def refresh(uri: str, *, http: Http | None = None) -> RemoteActor:
    """Fetch the actor now. Raises RefusedError; one that is gone is marked so."""
    try:
        document = async_to_sync(fetching.document)(uri, http=http)
    except fetching.GoneError:
        RemoteActor.objects.filter(uri=uri, gone_at=None).update(gone_at=clock.now())
        raise
    return keep(document)


async def aresolve(uri: str, *, http: Http | None = None) -> RemoteActor:
    """`resolve` within an event loop."""
    found = await sync_to_async(known)(uri)
    if found is not None and clock.now() - found.fetched_at < STALE:
        return found
    return await sync_to_async(keep)(await fetching.document(uri, http=http))


def refresh_keys(actor: RemoteActor, *, http: Http | None = None) -> RemoteActor | None:
    """Fetch an actor's keys once more, unless that was done a moment ago."""
    now = clock.now()
    claimed = RemoteActor.objects.filter(id=actor.id, keys_fetched_at__lt=now - COOLDOWN).update(
        keys_fetched_at=now
    )
    return refresh(actor.uri, http=http) if claimed else None


def keep(document: Node) -> RemoteActor:
    """Store an actor document. Raises RefusedError for what is none."""
    if not document.is_a(*ACTOR_TYPES):
        raise RefusedError("actor", f"{document.id[:200]} is a {document.type[:40]}")
    inbox = document.ref("inbox")
    if not inbox or not same_host(inbox, document.id):
        raise RefusedError("actor", "the inbox is on another host")
    values = {**_described(document), **_addresses(document, inbox)}
    actor, _ = RemoteActor.objects.update_or_create(uri=document.id, defaults=values)
    return actor


def _described(document: Node) -> dict[str, object]:
    now = clock.now()
    handle = _NO_HANDLE.sub("", document.text("preferredUsername")[:200])
    return {
        "type": document.type[:32],
        "handle": handle or host_of(document.id),
        "name": texts.plain(document.text("name"), longest=300) or handle,
        "host": host_of(document.id),
        "summary": texts.clean(document.text("summary"))[:10_000],
        "keys": dict(_keys(document)),
        "locked": document.raw("manuallyApprovesFollowers") is True,
        "also_known_as": [one for one in document.all("alsoKnownAs") if isinstance(one, str)][:20],
        "joined_at": _not_ahead(document.when("published"), now),
        "fetched_at": now,
        "keys_fetched_at": now,
        "gone_at": None,
    }


def _addresses(document: Node, inbox: str) -> dict[str, object]:
    endpoints = document.node("endpoints")
    shared = endpoints.ref("sharedInbox") if endpoints else ""
    followers = document.ref("followers")
    return {
        "url": web_address(document.ref("url"))[:1000] or document.id,
        "icon_url": web_address(_picture(document))[:1000],
        "inbox": inbox[:_LONG],
        "shared_inbox": shared[:_LONG] if same_host(shared, document.id) else "",
        "followers_uri": followers[:_LONG] if same_host(followers, document.id) else "",
    }


def _picture(document: Node) -> str:
    icon = document.node("icon")
    return icon.ref("url") if icon is not None else document.ref("icon")


def web_address(text: str) -> str:
    """An address that a browser may be sent to, or nothing."""
    return text if incoming.is_web(text) else ""


def _not_ahead(at: datetime | None, now: datetime) -> datetime | None:
    return at if at and at <= now else None


def _keys(document: Node) -> Iterator[tuple[str, str]]:
    """The keys that an actor says are its own, and that lie on its host."""
    listed = [*document.all("publicKey"), *document.all("assertionMethod")]
    for key in listed[:_MOST_KEYS]:
        if not isinstance(key, Node) or not key.id or not same_host(key.id, document.id):
            continue
        owner = key.ref("owner") or key.ref("controller") or document.id
        text = key.text("publicKeyPem") or key.text("publicKeyMultibase")
        if owner == document.id and text and _is_key(text):
            yield key.id, text


def _is_key(text: str) -> bool:
    try:
        read_public(text)
    except SignatureError:
        return False
    return True


def shown(actor: RemoteActor) -> Mapping[str, object]:
    """The actor as the log and the inbox know people."""
    picture = {"type": "Image", "url": actor.icon_url} if actor.icon_url else None
    found: dict[str, object] = {
        "type": actor.type if actor.type in ACTOR_TYPES else "Person",
        "id": actor.uri,
        "name": actor.name,
        "preferredUsername": f"{actor.handle}@{actor.host}",
        "url": actor.url or actor.uri,
    }
    return found | ({"icon": picture} if picture else {})
