"""What of a published post can be changed, and where it then reads differently. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from enishi.publishing.core.content import PostInput


@dataclass(frozen=True, slots=True)
class Wording:
    """What a network can be told anew about a post that stands there."""

    text: str
    language: str
    link: str
    alts: Sequence[tuple[str, tuple[float, float] | None]]
    options: Mapping[str, Any]


def wording(content: PostInput, channel_id: UUID) -> Wording | None:
    """How a post reads on a channel; None where the post does not go there."""
    variant = next((one for one in content.channels if one.channel_id == channel_id), None)
    if variant is None:
        return None
    return Wording(
        text=variant.text or content.text,
        language=content.language,
        link=content.link,
        alts=tuple((item.alt, item.focus) for item in content.attachments),
        options=dict(variant.options),
    )


def same_shape(old: PostInput, new: PostInput) -> bool:
    """Whether only words changed: the same channels, files, further parts and first comment."""
    return _shape(old) == _shape(new)


def _shape(content: PostInput) -> tuple[object, ...]:
    return (
        {variant.channel_id for variant in content.channels},
        [(item.media_id, item.poster_id) for item in content.attachments],
        list(content.thread),
        content.first_comment,
    )


def affected(old: PostInput, new: PostInput, channels: Iterable[UUID]) -> set[UUID]:
    """The channels, of those given, on which the post reads differently afterwards."""
    return {one for one in channels if wording(old, one) != wording(new, one)}
