"""Where everything of ours is. Ids are made once and stored; only new ones follow a change."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

ACTORS = "hub/actors"
OBJECTS = "hub/objects"
ACTIVITIES = "hub/activities"
INBOX = "hub/inbox"
MEDIA = "hub/media"
STAMPS = "hub/stamps"

HANDLE = re.compile(r"[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_]+)?")


def actor_uri(base: str, actor_id: UUID) -> str:
    return f"{base}/{ACTORS}/{actor_id}"


def object_uri(base: str, object_id: UUID) -> str:
    return f"{base}/{OBJECTS}/{object_id}"


def activity_uri(base: str, activity_id: UUID) -> str:
    return f"{base}/{ACTIVITIES}/{activity_id}"


def stamp_uri(base: str, stamp_id: UUID) -> str:
    return f"{base}/{STAMPS}/{stamp_id}"


def media_url(base: str, path: str) -> str:
    return f"{base}/{MEDIA}/{path}"


def shared_inbox(base: str) -> str:
    return f"{base}/{INBOX}"


def tag_url(base: str, handle: str, name: str) -> str:
    """The page of an account's posts with a hashtag."""
    return f"{base}/@{handle}/tags/{quote(name.lower())}"


def derived(*parts: str) -> UUID:
    """The id that follows from a natural key."""
    return uuid5(NAMESPACE_URL, "\x1f".join(parts))


def handle_from(text: str) -> str:
    """A handle made from a slug or name; empty when nothing of it can be used."""
    found = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_")
    return found[:30].strip("_")
