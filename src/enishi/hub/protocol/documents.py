"""Our actors, objects, activities and collections as the fediverse reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from enishi.vocab.times import write_datetime

Json = dict[str, Any]

CONTEXT: Sequence[Any] = (
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/v1",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/multikey/v1",
    {
        "toot": "http://joinmastodon.org/ns#",
        "misskey": "https://misskey-hub.net/ns#",
        "litepub": "http://litepub.social/ns#",
        "EmojiReact": "litepub:EmojiReact",
        "schema": "http://schema.org#",
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "quoteUrl": "as:quoteUrl",
        "quoteUri": "http://fedibird.com/ns#quoteUri",
        "_misskey_quote": "misskey:_misskey_quote",
        "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
        "quoteAuthorization": {
            "@id": "https://w3id.org/fep/044f#quoteAuthorization",
            "@type": "@id",
        },
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "votersCount": "toot:votersCount",
        "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
        "blurhash": "toot:blurhash",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
    },
)


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A public key of an actor."""

    key_id: str
    pem: str = ""
    multibase: str = ""


@dataclass(frozen=True, slots=True)
class ActorInfo:
    """What an actor document tells."""

    uri: str
    type: str
    handle: str
    name: str
    url: str
    shared_inbox: str
    keys: Sequence[KeyInfo]
    summary: str = ""
    icon: str = ""
    icon_type: str = ""
    locked: bool = False
    discoverable: bool = True
    moved_to: str = ""
    also_known_as: Sequence[str] = ()
    published: datetime | None = None
    has_collections: bool = True
    fields: Sequence[tuple[str, str]] = ()


def actor(info: ActorInfo) -> Json:
    """An actor, with its keys as `publicKey` (RSA) and as Multikeys."""
    document: Json = {
        "@context": CONTEXT,
        "id": info.uri,
        "type": info.type,
        "preferredUsername": info.handle,
        "name": info.name,
        "summary": info.summary,
        "url": info.url,
        "inbox": f"{info.uri}/inbox",
        "outbox": f"{info.uri}/outbox",
        "endpoints": {"sharedInbox": info.shared_inbox},
        "manuallyApprovesFollowers": info.locked,
        "discoverable": info.discoverable,
        "indexable": info.discoverable,
    }
    if info.has_collections:
        for name in ("followers", "following"):
            document[name] = f"{info.uri}/{name}"
        document["featured"] = f"{info.uri}/featured"
    if info.published:
        document["published"] = write_datetime(info.published)
    if info.icon:
        document["icon"] = {"type": "Image", "mediaType": info.icon_type, "url": info.icon}
    if info.moved_to:
        document["movedTo"] = info.moved_to
    if info.also_known_as:
        document["alsoKnownAs"] = list(info.also_known_as)
    if info.fields:
        document["attachment"] = [
            {"type": "PropertyValue", "name": name, "value": value} for name, value in info.fields
        ]
    return document | _keys(info)


def _keys(info: ActorInfo) -> Json:
    rsa = [key for key in info.keys if key.pem]
    multi = [key for key in info.keys if key.multibase]
    found: Json = {}
    if rsa:
        found["publicKey"] = {
            "id": rsa[0].key_id,
            "type": "Key",
            "owner": info.uri,
            "publicKeyPem": rsa[0].pem,
        }
    if multi:
        found["assertionMethod"] = [
            {
                "id": key.key_id,
                "type": "Multikey",
                "controller": info.uri,
                "publicKeyMultibase": key.multibase,
            }
            for key in multi
        ]
    return found


@dataclass(frozen=True, slots=True)
class Picture:
    """A media file of an object, at a public address."""

    url: str
    media_type: str
    alt: str = ""
    width: int = 0
    height: int = 0
    focus: Sequence[float] = ()
    """Right and up from the centre, from -1 to 1."""
    poster: str = ""
    poster_type: str = ""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What an object document tells."""

    uri: str
    type: str
    author: str
    url: str
    html: str
    to: Sequence[str]
    cc: Sequence[str]
    published: datetime
    updated: datetime | None = None
    language: str = ""
    source: str = ""
    summary: str = ""
    sensitive: bool = False
    name: str = ""
    in_reply_to: str = ""
    context: str = ""
    quote: str = ""
    quote_authorization: str = ""
    tags: Sequence[Mapping[str, Any]] = ()
    pictures: Sequence[Picture] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    replies: str = ""


def thing(info: ObjectInfo) -> Json:
    """A Note, Article, Image, Video, Question or Event."""
    document: Json = {
        "id": info.uri,
        "type": info.type,
        "attributedTo": info.author,
        "url": info.url,
        "content": info.html,
        "to": list(info.to),
        "cc": list(info.cc),
        "published": write_datetime(info.published),
        "sensitive": info.sensitive,
        "tag": [dict(tag) for tag in info.tags],
        "attachment": [_attachment(picture) for picture in info.pictures],
        "interactionPolicy": {
            "canQuote": {"automaticApproval": ["https://www.w3.org/ns/activitystreams#Public"]}
        },
    }
    if info.language:
        document["contentMap"] = {info.language: info.html}
    if info.source:
        document["source"] = {"content": info.source, "mediaType": "text/markdown"}
    optional = {
        "updated": write_datetime(info.updated) if info.updated else "",
        "summary": info.summary,
        "name": info.name,
        "inReplyTo": info.in_reply_to,
        "context": info.context,
        "conversation": info.context,
        "replies": info.replies,
    }
    document |= {name: value for name, value in optional.items() if value}
    if info.quote:
        document |= _quote(info.quote, info.quote_authorization)
    return document | _extra(info)


def _quote(quoted: str, authorization: str) -> Json:
    names = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
    document: Json = dict.fromkeys(names, quoted)
    if authorization:
        document["quoteAuthorization"] = authorization
    return document


def _attachment(picture: Picture) -> Json:
    kind = {"image": "Image", "video": "Video", "audio": "Audio"}
    document: Json = {
        "type": kind.get(picture.media_type.partition("/")[0], "Document"),
        "mediaType": picture.media_type,
        "url": picture.url,
        "name": picture.alt,
    }
    if picture.width and picture.height:
        document |= {"width": picture.width, "height": picture.height}
    if picture.focus:
        document["focalPoint"] = list(picture.focus)
    if picture.poster:
        document["icon"] = {
            "type": "Image",
            "mediaType": picture.poster_type,
            "url": picture.poster,
        }
    return document


def _extra(info: ObjectInfo) -> Json:
    data = info.data
    if info.type == "Question":
        return _poll(data)
    if info.type == "Event":
        place = data.get("place")
        found = {"startTime": data.get("start"), "endTime": data.get("end")}
        if place:
            found["location"] = {"type": "Place", "name": str(place)}
        return {name: value for name, value in found.items() if value}
    return {}


def _poll(data: Mapping[str, Any]) -> Json:
    options = [
        {
            "type": "Note",
            "name": str(option["name"]),
            "replies": {"type": "Collection", "totalItems": int(option.get("votes", 0))},
        }
        for option in data.get("options", [])
    ]
    found: Json = {
        "anyOf" if data.get("multiple") else "oneOf": options,
        "votersCount": int(data.get("voters", 0)),
    }
    if data.get("end"):
        found["endTime"] = data["end"]
    if data.get("closed"):
        found["closed"] = data["closed"]
    return found


def activity(
    kind: str,
    *,
    uri: str,
    actor: str,
    of: object,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    published: datetime | None = None,
    **more: Any,
) -> Json:
    """An activity of ours around an object (a document or an id)."""
    document: Json = {
        "@context": CONTEXT,
        "id": uri,
        "type": kind,
        "actor": actor,
        "object": of,
    }
    if to or cc:
        document |= {"to": list(to), "cc": list(cc)}
    if published:
        document["published"] = write_datetime(published)
    return document | more


def tombstone(uri: str, kind: str, at: datetime) -> Json:
    """What stays of something that was deleted."""
    return {
        "id": uri,
        "type": "Tombstone",
        "formerType": kind,
        "deleted": write_datetime(at),
    }


def collection(uri: str, *, total: int | None, first: str = "") -> Json:
    """A collection: how much there is, and where the first page is if one may see it."""
    document: Json = {"@context": CONTEXT[0], "id": uri, "type": "OrderedCollection"}
    if total is not None:
        document["totalItems"] = total
    if first:
        document["first"] = first
    return document


def collection_page(
    uri: str, *, part_of: str, items: Sequence[object], following: str = ""
) -> Json:
    """A page of a collection."""
    document: Json = {
        "@context": CONTEXT,
        "id": uri,
        "type": "OrderedCollectionPage",
        "partOf": part_of,
        "orderedItems": list(items),
    }
    if following:
        document["next"] = following
    return document


def webfinger(*, handle: str, host: str, uri: str, url: str) -> Json:
    """Where an account's actor is (RFC 7033)."""
    return {
        "subject": f"acct:{handle}@{host}",
        "aliases": list(dict.fromkeys([url, uri])),
        "links": [
            {"rel": "self", "type": "application/activity+json", "href": uri},
            {
                "rel": "http://webfinger.net/rel/profile-page",
                "type": "text/html",
                "href": url,
            },
        ],
    }


def nodeinfo(*, version: str, users: int, posts: int, name: str) -> Json:
    """What this server is (NodeInfo 2.1)."""
    return {
        "version": "2.1",
        "software": {"name": "enishi", "version": version},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {"total": users}, "localPosts": posts},
        "metadata": {"nodeName": name},
    }
