"""What others say, read from their documents. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from enishi.hub.protocol import texts
from enishi.hub.protocol.addressing import Visibility, visibility_of
from enishi.vocab import Node

SAID = frozenset({"Note", "Article", "Page", "Image", "Video", "Audio", "Question", "Event"})
_QUOTES = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
_MOST_PICTURES = 16
_NOTE_LINKS = "application/activity+json"
_LONG = 500
_MOST_NAMED = 500
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that somebody said, sanitised."""

    uri: str
    type: str
    html: str
    text: str
    name: str
    summary: str
    language: str
    visibility: Visibility
    sensitive: bool
    url: str
    in_reply_to: str
    quote: str
    pictures: list[dict[str, str]]
    published: datetime
    updated: datetime | None


def said(thing: Node, *, followers: str, now: datetime) -> Said:
    """A document of another server as we keep it."""
    markup = thing.text("content") or thing.text("summary")
    html = texts.clean(markup)
    if thing.is_a("Article", "Page", "Video", "Event") and len(html) > texts.LONGEST // 4:
        html = texts.clean(thing.text("summary"))
    name = texts.plain(thing.text("name"), longest=_LONG)
    text = texts.words_of(html) or name
    published, updated = thing.when("published") or now, thing.when("updated")
    return Said(
        uri=thing.id,
        type=thing.type[:32],
        html=html,
        text=text,
        name=name,
        summary=texts.plain(thing.text("summary"), longest=1000),
        language=language_of(thing),
        visibility=visibility_of(thing, followers),
        sensitive=thing.raw("sensitive") is True or bool(thing.text("summary")),
        url=_web_url(thing),
        in_reply_to=thing.ref("inReplyTo")[:_LONG],
        quote=quoted(thing)[:_LONG],
        pictures=list(_pictures(thing)),
        published=_plausible(published, now),
        updated=_plausible(updated, now) if updated else None,
    )


def _plausible(at: datetime, now: datetime) -> datetime:
    """A time that lies neither ahead nor before there was a web: no zone makes it overflow."""
    return min(max(at, _FIRST), now)


def language_of(thing: Node) -> str:
    """The language of a text, when it is told."""
    translations = thing.raw("contentMap")
    found = str(next(iter(translations), "")) if isinstance(translations, dict) else ""
    return found[:16] if len(translations or {}) == 1 else ""


def quoted(thing: Node) -> str:
    """What is quoted, in any of the ways in which the fediverse says so (FEP-044f, FEP-e232)."""
    for name in _QUOTES:
        if found := thing.ref(name):
            return found
    for tag in thing.all("tag"):
        if isinstance(tag, Node) and tag.is_a("Link") and _is_object_link(tag):
            return tag.ref("href")
    return ""


def _is_object_link(tag: Node) -> bool:
    kind = tag.text("mediaType")
    return kind.startswith(("application/ld+json", _NOTE_LINKS))


def mentioned(thing: Node) -> list[str]:
    """Who is named in the tags of a document, by id."""
    return [
        tag.ref("href")
        for tag in thing.all("tag")
        if isinstance(tag, Node) and tag.is_a("Mention") and tag.ref("href")
    ][:_MOST_NAMED]


def hashtags(thing: Node) -> list[str]:
    """The hashtags of a document, without the sign."""
    found = (
        texts.plain(tag.text("name"), longest=100).lstrip("#＃")
        for tag in thing.all("tag")
        if isinstance(tag, Node) and tag.is_a("Hashtag")
    )
    return [name for name in found if name][:50]


def _web_url(thing: Node) -> str:
    for one in thing.all("url"):
        if isinstance(one, Node) and not one.text("mediaType").startswith("text/html"):
            continue
        address = one if isinstance(one, str) else one.ref("href")
        if is_web(address):
            return address[:1000]
    return thing.id if is_web(thing.id) else ""


def is_web(address: str) -> bool:
    """Whether a browser may be sent there."""
    safe = not any(letter in address for letter in "\"'<>\\ \n\r\t")
    return address.startswith(("https://", "http://")) and safe and len(address) <= 2000  # noqa: PLR2004


def _pictures(thing: Node) -> Iterator[dict[str, str]]:
    for one in thing.all("attachment")[:_MOST_PICTURES]:
        if not isinstance(one, Node) or not one.is_a("Image", "Document", "Video", "Audio"):
            continue
        address = one.ref("url") or one.ref("href")
        kind = one.text("mediaType")[:60]
        if is_web(address) and (not kind or kind.startswith(("image/", "video/", "audio/"))):
            alt = texts.plain(one.text("name") or one.text("summary"), longest=1500)
            yield {"url": address, "media_type": kind, "alt": alt}


def vote(thing: Node) -> tuple[str, str]:
    """The poll and the option that a note without words chooses; empty for any other note."""
    chosen = texts.plain(thing.text("name"), longest=200)
    words = thing.text("content").strip()
    if thing.is_a("Note") and chosen and not words and thing.ref("inReplyTo"):
        return thing.ref("inReplyTo"), chosen
    return "", ""


def suspicion(
    *, mentions: int, links: int, account_age: float | None, has_picture: bool, open_to_all: bool
) -> str:
    """Why the first words of somebody unknown look like spam; empty when they do not.

    `account_age` is in seconds, None when the account does not tell.
    """
    is_young = account_age is not None and account_age < 24 * 3600
    if mentions >= 5:  # noqa: PLR2004 - nobody greets five strangers at a time
        return "names many people"
    if links and is_young and not has_picture:
        return "a new account without a face sends links"
    if links >= 3 and is_young:  # noqa: PLR2004
        return "a new account sends many links"
    if links and not open_to_all and is_young:
        return "a new account sends links in private"
    return ""


def reference(uri: str, handle: str) -> dict[str, Any]:
    """What a later answer needs."""
    return {"handle": handle, "uri": uri}
