"""What people did on Bluesky, as ActivityStreams. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from enishi.adapters.bluesky import keys
from enishi.vocab import Node, build

Json = Mapping[str, Any]

_IMAGES = "https://cdn.bsky.app/img/feed_fullsize/plain"
_REASONS = {
    "reply": "reply",
    "mention": "mention",
    "quote": "quote",
    "like": "like",
    "repost": "reshare",
    "follow": "follow",
}
_ACTS = {"like": "Like", "reshare": "Announce", "follow": "Follow"}
_RANKS = ("reply", "quote", "mention", "like", "reshare", "follow")


def reason_of(notification: Json) -> str:
    """Our word for the reason of a notification; empty for kinds that are not for us."""
    return _REASONS.get(str(notification.get("reason", "")), "")


def rank(notification: Json) -> int:
    """Which reason says most when one post gives several."""
    return _RANKS.index(reason_of(notification))


def moment(text: object) -> datetime | None:
    """A time that somebody's program wrote, if it is one."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def person(view: Json) -> Node:
    """An account."""
    handle = str(view.get("handle", ""))
    avatar = view.get("avatar")
    return build(
        "Person",
        id=str(view["did"]),
        name=view.get("displayName") or handle or None,
        preferred_username=handle or None,
        url=keys.web_url(str(view["did"]), handle),
        icon=build("Image", url=str(avatar)) if avatar else None,
    )


def activity(notification: Json, our_did: str) -> Node | None:
    """The act behind a notification, or None for kinds that are not for us."""
    reason = reason_of(notification)
    if not reason:
        return None
    uri, author = str(notification["uri"]), notification["author"]
    target: object
    if reason in _ACTS:
        target = our_did if reason == "follow" else str(notification["reasonSubject"])
    else:
        target = note(uri, str(notification["cid"]), notification["record"], author)
    return build(
        _ACTS.get(reason, "Create"),
        id=uri,
        published=moment(notification["indexedAt"]),
        actor=person(author),
        object=target,
        **{"enishi:reason": reason},
    )


def own_activity(entry: Json, author: Json) -> Node:
    """One of our own posts as the repository lists it."""
    record = entry["value"]
    return build(
        "Create",
        id=str(entry["uri"]),
        published=moment(record.get("createdAt")),
        actor=person(author),
        object=note(str(entry["uri"]), str(entry["cid"]), record, author),
    )


def note(uri: str, cid: str, record: Json, author: Json) -> Node:
    """A post. `enishi:reference` is what a later answer to it needs."""
    text = str(record.get("text", ""))
    languages = record.get("langs") or []
    reply = record.get("reply") or {}
    this = {"uri": uri, "cid": cid}
    root = reply.get("root") or this
    return build(
        "Note",
        id=uri,
        content=text,
        content_map={str(languages[0]): text} if len(languages) == 1 else None,
        url=keys.web_url(uri, str(author.get("handle", ""))),
        published=moment(record.get("createdAt")),
        in_reply_to=(reply.get("parent") or {}).get("uri"),
        context=root["uri"],
        quote_url=_quoted(record.get("embed") or {}),
        tag=_tags(text, record.get("facets") or []) or None,
        attachment=_pictures(record.get("embed") or {}, str(author["did"])) or None,
        **{"enishi:reference": {"cid": cid, "root": {"uri": root["uri"], "cid": root["cid"]}}},
    )


def _quoted(embed: Json) -> str | None:
    record = embed.get("record") or {}
    if embed.get("$type") == "app.bsky.embed.recordWithMedia":
        record = record.get("record") or {}
    return record.get("uri")


def _pictures(embed: Json, did: str) -> list[Node]:
    media = embed.get("media") or embed
    return [
        build("Image", url=f"{_IMAGES}/{did}/{_cid(picture['image'])}@jpeg", name=picture["alt"])
        for picture in media.get("images") or []
    ]


def _cid(blob: Json) -> str:
    return str((blob.get("ref") or {}).get("$link") or blob.get("cid", ""))


def _tags(text: str, facets: Sequence[Json]) -> list[Node]:
    encoded = text.encode()
    return [
        tag
        for facet in facets
        for feature in facet.get("features") or []
        if (tag := _tag(feature, _covered(encoded, facet.get("index") or {}))) is not None
    ]


def _covered(encoded: bytes, index: Json) -> str:
    start, end = int(index.get("byteStart", 0)), int(index.get("byteEnd", 0))
    return encoded[start:end].decode(errors="ignore")


def _tag(feature: Json, words: str) -> Node | None:
    match feature:
        case {"$type": "app.bsky.richtext.facet#mention", "did": str(did)}:
            return build("Mention", href=did, name=words)
        case {"$type": "app.bsky.richtext.facet#tag", "tag": str(tag)}:
            return build("Hashtag", name=f"#{tag}")
        case {"$type": "app.bsky.richtext.facet#link", "uri": str(uri)}:
            return build("Link", href=uri, name=words)
    return None
