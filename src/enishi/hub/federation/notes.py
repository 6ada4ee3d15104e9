"""What others say to us: whom it concerns, how it is kept, what it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from asgiref.sync import async_to_sync

from enishi.hub.federation import counts, fetching, hosts, rules, shipping
from enishi.hub.models import (
    HubActor,
    HubObject,
    Notice,
    QuoteStamp,
    RemoteActor,
    RemoteObject,
    Verdict,
)
from enishi.hub.protocol import addresses, documents, incoming
from enishi.hub.protocol.addressing import OPEN
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import host_of, same_host
from enishi.kernel import clock
from enishi.vocab import Node


def original(activity: Node, remote: RemoteActor) -> Node | None:
    """The object of a Create or Update, fetched when the activity only names it."""
    if activity.node("object") is not None:
        return None
    uri = activity.ref("object")
    if not uri or not same_host(uri, remote.uri):
        raise RefusedError("mismatch", "the object is on another host")
    return async_to_sync(fetching.document)(uri)


def our_object(uri: str) -> HubObject | None:
    """Something of ours that still stands, by its id or its page."""
    if not uri:
        return None
    rows = HubObject.objects.filter(deleted_at=None).select_related(
        "actor__hub__workspace", "actor__channel"
    )
    found = rows.filter(uri=uri).first()
    if found is None and hosts.is_ours(host_of(uri)):
        last = uri.rstrip("/").rpartition("/")[2]
        found = next((row for row in _by_id(last) if row.url == uri), None)
    return found


def _by_id(text: str) -> Sequence[HubObject]:
    if not re.fullmatch(r"[0-9a-f-]{36}", text):
        return []
    return list(HubObject.objects.filter(id=text, deleted_at=None).select_related("actor"))


def keep(thing: Node, remote: RemoteActor) -> RemoteObject:
    """Store what somebody said, or what they made of it. Raises RefusedError (`written`)."""
    found = written(
        thing,
        remote,
        before=RemoteObject.objects.filter(uri=thing.id).first(),
        root=_root_of(thing.ref("inReplyTo")[:500]),
        takes_media=Verdict.NO_MEDIA
        not in rules.verdicts(None, host=remote.host, actor=remote.uri),
    )
    found.save()
    return found


def written(
    thing: Node,
    remote: RemoteActor,
    *,
    before: RemoteObject | None,
    root: str,
    takes_media: bool,
) -> RemoteObject:
    """What somebody said as the row that it becomes; nothing is stored here.

    Raises RefusedError for what somebody else said first, and for what was taken down.
    """
    if before is not None and before.actor_id != remote.id:
        raise RefusedError("mismatch", "somebody else said that")
    if before is not None and before.deleted_at:
        raise RefusedError("gone", thing.id)
    said = incoming.said(thing, followers=remote.followers_uri, now=clock.now())
    row = before or RemoteObject(uri=said.uri)
    row.actor = remote
    for name in _COPIED:
        setattr(row, name, getattr(said, name))
    row.visibility = said.visibility.value
    row.context = root or said.uri
    row.pictures = said.pictures if takes_media else []
    return row


_COPIED = (
    "type",
    "name",
    "summary",
    "html",
    "text",
    "language",
    "sensitive",
    "url",
    "in_reply_to",
    "quote",
    "published",
    "updated",
)


def _root_of(uri: str) -> str:
    """The first post of the thread that `uri` belongs to, as far as we know it."""
    if not uri:
        return ""
    ours = our_object(uri)
    if ours is not None:
        return ours.context or ours.uri
    other = RemoteObject.objects.filter(uri=uri).values_list("context", flat=True).first()
    return other or uri


def shown(stored: RemoteObject, thing: Node) -> dict[str, Any]:
    """What was said, as the log and the inbox know it: plain text, web addresses."""
    found: dict[str, Any] = {
        "type": stored.type,
        "id": stored.uri,
        "content": stored.text,
        "url": stored.url or stored.uri,
        "published": stored.published.isoformat(),
        "context": stored.context or stored.uri,
        "attributedTo": stored.actor.uri,
        "enishi:visibility": stored.visibility,
        "enishi:reference": incoming.reference(
            stored.uri, f"{stored.actor.handle}@{stored.actor.host}"
        ),
        "tag": [{"type": "Mention", "href": uri} for uri in incoming.mentioned(thing)]
        + [{"type": "Hashtag", "name": f"#{name}"} for name in incoming.hashtags(thing)],
        "attachment": [
            {"type": "Image", "url": picture["url"], "name": picture["alt"]}
            for picture in stored.pictures
            if not picture["media_type"] or picture["media_type"].startswith("image/")
        ],
    }
    if stored.language:
        found["contentMap"] = {stored.language: stored.text}
    optional = {
        "inReplyTo": stored.in_reply_to,
        "quoteUrl": stored.quote,
        "name": stored.name,
        "summary": stored.summary,
    }
    return found | {name: value for name, value in optional.items() if value}


def was_told(stored: RemoteObject) -> list[HubActor]:
    """Those of ours whose channels heard of something: they hear of its end too."""
    rows = Notice.objects.filter(document__object__id=stored.uri, document__type="Create")
    ids = set(rows.values_list("actor_id", flat=True))
    return list(HubActor.objects.filter(id__in=ids))


def bury(stored: RemoteObject) -> None:
    """Take down what somebody said: nothing of it stays but that it was there."""
    RemoteObject.objects.filter(id=stored.id).update(
        deleted_at=clock.now(), html="", text="", name="", summary="", pictures=[]
    )
    counts.count_answers([stored.in_reply_to, stored.quote])


# ── quotes with consent (FEP-044f) ──


def answer_quote_request(remote: RemoteActor, activity: Node) -> None:
    """What is public may be quoted: we say so, with a stamp that anybody can check."""
    thing = our_object(activity.ref("object"))
    quoting = activity.ref("instrument")
    if thing is None or not quoting or not same_host(quoting, remote.uri):
        return
    actor, uri = thing.actor, shipping.new_uri(thing.actor)
    inner = {
        "type": "QuoteRequest",
        "id": activity.id,
        "actor": remote.uri,
        "object": thing.uri,
        "instrument": quoting,
    }
    blocked = rules.is_blocked(actor.hub, host=remote.host, actor=remote.uri)
    if blocked or thing.visibility not in {one.value for one in OPEN}:
        answer = documents.activity("Reject", uri=uri, actor=actor.uri, of=inner)
    else:
        stamp, _ = QuoteStamp.objects.get_or_create(thing=thing, quoting=quoting[:500])
        answer = documents.activity(
            "Accept",
            uri=uri,
            actor=actor.uri,
            of=inner,
            result=addresses.stamp_uri(actor.base, stamp.id),
        )
    shipping.ship(actor, answer, inboxes=[remote.inbox])


def quote_answered(remote: RemoteActor, activity: Node) -> None:
    """Somebody agrees that we quote them: the stamp goes into our post."""
    stamp = activity.ref("result")
    inner = activity.node("object")
    instrument = inner.ref("instrument") if inner is not None else ""
    if stamp and instrument and same_host(stamp, remote.uri):
        said = RemoteObject.objects.filter(actor=remote).values("uri")
        rows = HubObject.objects.filter(uri=instrument, quote__in=said, quote_authorization="")
        rows.update(quote_authorization=stamp[:500])
