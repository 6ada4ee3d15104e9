"""What a person said to us, taken from an activity of the log."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from enishi.vocab import Node

_SHORT = 200


class Kind(StrEnum):
    """Why something that was said is in the inbox."""

    REPLY = "reply"
    MENTION = "mention"
    QUOTE = "quote"
    MESSAGE = "message"
    """Said to us alone."""
    COMMENT = "comment"
    """Written below a page of ours by somebody without an account."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a network; `key` is the network's own lasting id."""

    key: str
    name: str = ""
    handle: str = ""
    url: str = ""
    avatar_url: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply, mention or quote."""

    activity_id: UUID
    remote_id: str
    kind: Kind
    person: Person
    text: str
    published: datetime
    in_reply_to: str = ""
    root: str = ""
    url: str = ""
    language: str = ""
    reference: Mapping[str, Any] = field(default_factory=dict)
    """What the adapter needs to answer it."""
    images: tuple[Mapping[str, str], ...] = ()


def hear(activity_id: UUID, activity: Node) -> Heard | None:
    """What was said, or None for acts without words (a like, a follow, a reshare)."""
    thing, kind = activity.node("object"), _kind(activity)
    if not activity.is_a("Create") or thing is None or not thing.id or kind is None:
        return None
    published = thing.when("published") or activity.when("published")
    if published is None:
        return None
    return Heard(
        activity_id=activity_id,
        remote_id=thing.id,
        kind=kind,
        person=person_of(activity),
        text=thing.text("content") or thing.text("name"),
        published=published,
        in_reply_to=thing.ref("inReplyTo"),
        root=thing.ref("context"),
        url=thing.ref("url"),
        language=activity.text("enishi:language"),
        reference=thing.raw("enishi:reference") or {},
        images=_images(thing),
    )


def _kind(activity: Node) -> Kind | None:
    """What the adapter says; without its word, what the object itself tells."""
    reason = activity.text("enishi:reason")
    if reason:
        return Kind(reason) if reason in set(Kind) else None
    thing = activity.node("object")
    if thing is None:
        return None
    if thing.ref("inReplyTo"):
        return Kind.REPLY
    return Kind.QUOTE if thing.ref("quoteUrl") else Kind.MENTION


def person_of(activity: Node) -> Person:
    """Who acts. An actor given as a bare identifier is all that is known of them."""
    actor = activity.node("actor")
    if actor is None:
        return Person(key=activity.ref("actor"))
    handle = actor.text("preferredUsername")
    return Person(
        key=actor.id,
        name=actor.text("name") or handle,
        handle=handle,
        url=actor.ref("url"),
        avatar_url=_address(actor, "icon"),
    )


def _address(node: Node, name: str) -> str:
    inner = node.node(name)
    return (inner.ref("url") if inner is not None else "") or node.ref(name)


def _images(thing: Node) -> tuple[Mapping[str, str], ...]:
    return tuple(
        {"url": one.ref("url"), "alt": one.text("name")}
        for one in thing.all("attachment")
        if isinstance(one, Node) and one.is_a("Image") and one.ref("url")
    )


def withdrawn(activity: Node) -> str:
    """The id of what a person took back, or nothing."""
    return activity.ref("object") if activity.is_a("Delete") else ""


def foldable(text: str) -> str:
    """A text as it is matched: width, kana width and case do not count."""
    return unicodedata.normalize("NFKC", text).casefold()


def shortened(text: str) -> str:
    """The first words of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"
