"""Writing the records of Bluesky: posts and what is embedded in them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.adapters.bluesky import keys
from enishi.adapters.bluesky.text import length
from enishi.channels.contract import Attachment, Outgoing, Problem
from enishi.channels.linkcard import Card
from enishi.channels.manifest import Manifest, MediaLimits, TextLimits

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Strong:
    """A record in the version that is meant."""

    uri: str
    cid: str

    def json(self) -> Json:
        return {"uri": self.uri, "cid": self.cid}


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """The post that is answered and the first post of its thread."""

    root: Strong
    parent: Strong

    def then(self, answer: Strong) -> ReplyTo:
        """The place below an answer in the same thread."""
        return ReplyTo(self.root, answer)

    def json(self) -> Json:
        return {"root": self.root.json(), "parent": self.parent.json()}


def written_time(moment: datetime, part: int = 0) -> str:
    """A time as records hold it; parts of a thread are a moment apart."""
    moved = moment.astimezone(UTC) + timedelta(milliseconds=part)
    return moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def post(
    text: str,
    *,
    created: str,
    facets: Sequence[Json] = (),
    language: str = "",
    reply: ReplyTo | None = None,
    embed: Json | None = None,
) -> Json:
    """The record of a post."""
    record: Json = {"$type": keys.POST, "text": text, "createdAt": created}
    optional = {
        "facets": list(facets),
        "langs": [language] if language else [],
        "reply": reply.json() if reply else None,
        "embed": embed,
    }
    return record | {name: value for name, value in optional.items() if value}


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as the server holds it, with its size in pixels and its description."""

    blob: Json
    width: int
    height: int
    alt: str


def images(pictures: Sequence[Picture]) -> Json:
    """Pictures: the stored file, its size and its alt text."""
    return {
        "$type": "app.bsky.embed.images",
        "images": [
            {
                "image": picture.blob,
                "alt": picture.alt,
                "aspectRatio": {"width": picture.width, "height": picture.height},
            }
            for picture in pictures
        ],
    }


def external(card: Card, thumb: Json | None) -> Json:
    """A link card."""
    content: Json = {"uri": card.url, "title": card.title, "description": card.description}
    if thumb:
        content["thumb"] = thumb
    return {"$type": "app.bsky.embed.external", "external": content}


def with_quote(media: Json | None, quoted: Strong | None) -> Json | None:
    """What is embedded: media, a quoted post, both, or nothing."""
    if quoted is None:
        return media
    record = {"$type": "app.bsky.embed.record", "record": quoted.json()}
    if media is None:
        return record
    return {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": media}


def problems(outgoing: Outgoing, manifest: Manifest) -> list[Problem]:
    """What Bluesky would refuse in a delivery."""
    text, media = manifest.text, manifest.media
    if text is None or media is None:
        raise ValueError("the manifest declares no limits")
    found = [problem for part in _parts(outgoing) for problem in _text_problems(part, text)]
    if len(outgoing.thread) >= text.thread_parts:
        found.append(Problem("thread", _("The thread has too many parts.")))
    return found + _media_problems(outgoing, media)


def _parts(outgoing: Outgoing) -> list[tuple[str, str, bool]]:
    """Field, text and whether the text may be empty, of each part."""
    bare = not (outgoing.attachments or outgoing.link or outgoing.quotes)
    first = ("text", outgoing.text, not bare)
    comment = [("first_comment", outgoing.first_comment, False)] if outgoing.first_comment else []
    return [first, *(("thread", text, False) for text in outgoing.thread), *comment]


def _text_problems(part: tuple[str, str, bool], limits: TextLimits) -> list[Problem]:
    field, text, may_be_empty = part
    if not text.strip():
        return [] if may_be_empty else [Problem(field, _("There is nothing to post."))]
    count = length(text)
    if count > limits.max:
        message = _("The text has {count} characters; Bluesky takes {max}.")
        return [Problem(field, format_lazy(message, count=count, max=limits.max))]
    if len(text.encode()) > limits.max_bytes:
        message = _("The text has too many bytes for Bluesky, because of emoji or rare signs.")
        return [Problem(field, message)]
    return []


def _media_problems(outgoing: Outgoing, limits: MediaLimits) -> list[Problem]:
    found: list[Problem] = []
    if len(outgoing.attachments) > limits.count:
        message = format_lazy(_("Bluesky takes {max} images at most."), max=limits.count)
        found.append(Problem("attachments", message))
    if outgoing.attachments and outgoing.link:
        message = _("Bluesky shows images or a link card, not both. Put the link in the text.")
        found.append(Problem("link", message))
    for attachment in outgoing.attachments:
        found += _attachment_problems(attachment, limits)
    return found


def _attachment_problems(attachment: Attachment, limits: MediaLimits) -> list[Problem]:
    if attachment.media_type not in limits.types:
        message = format_lazy(
            _("Bluesky does not take files of the kind {kind}."), kind=attachment.media_type
        )
        return [Problem("attachments", message)]
    if length(attachment.alt) > limits.alt_max:
        message = _("The description of an image is longer than {max} characters.")
        return [Problem("alt", format_lazy(message, max=limits.alt_max))]
    return []
