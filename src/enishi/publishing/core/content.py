"""What a channel gets: a post's own words, or those of its variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

EXTERNAL = "external"
INTERNAL = "internal"
"""For whom a post is: everybody, or people of the company only (R028)."""


@dataclass(frozen=True, slots=True)
class VariantInput:
    """A channel of a post; empty `text` means the post's own."""

    channel_id: UUID
    text: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttachmentInput:
    """An uploaded media file in a post."""

    media_id: UUID
    alt: str = ""
    focus: tuple[float, float] | None = None
    """What stays visible when a picture is cropped: right and up from the centre, -1 to 1."""
    poster_id: UUID | None = None
    """The picture that stands for a film until it plays."""


@dataclass(frozen=True, slots=True)
class PostInput:
    """Everything that a person writes in the composer."""

    text: str = ""
    channels: Sequence[VariantInput] = ()
    attachments: Sequence[AttachmentInput] = ()
    thread: Sequence[str] = ()
    language: str = ""
    link: str = ""
    first_comment: str = ""
    audience: str = EXTERNAL


def cleaned(content: PostInput) -> PostInput:
    """Without the white space and empty thread parts that nobody meant."""
    return PostInput(
        text=_tidy(content.text),
        channels=tuple(
            VariantInput(variant.channel_id, _tidy(variant.text), dict(variant.options))
            for variant in content.channels
        ),
        attachments=tuple(
            replace(attachment, alt=attachment.alt.strip(), focus=_focus(attachment.focus))
            for attachment in content.attachments
        ),
        thread=tuple(part for part in map(_tidy, content.thread) if part),
        language=content.language.strip(),
        link=content.link.strip(),
        first_comment=_tidy(content.first_comment),
        audience=content.audience,
    )


def _focus(given: tuple[float, float] | None) -> tuple[float, float] | None:
    """Within the picture; the centre is what everybody takes anyway."""
    if given is None:
        return None
    right, up = (round(min(max(one, -1.0), 1.0), 2) for one in given)
    return (right, up) if right or up else None


def _tidy(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
