"""Changes to a post as programs give them: what is left out stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from enishi.publishing.core.content import AttachmentInput, PostInput, VariantInput


@dataclass(frozen=True, slots=True)
class Changes:
    """New values for parts of a post."""

    text: str | None = None
    channels: Sequence[VariantInput] | None = None
    attachments: Sequence[AttachmentInput] | None = None
    thread: Sequence[str] | None = None
    language: str | None = None
    link: str | None = None
    first_comment: str | None = None
    audience: str | None = None


def apply(changes: Changes, content: PostInput) -> PostInput:
    """What a post says after the changes."""
    return PostInput(
        text=content.text if changes.text is None else changes.text,
        channels=content.channels if changes.channels is None else changes.channels,
        attachments=content.attachments if changes.attachments is None else changes.attachments,
        thread=content.thread if changes.thread is None else changes.thread,
        language=content.language if changes.language is None else changes.language,
        link=content.link if changes.link is None else changes.link,
        first_comment=(
            content.first_comment if changes.first_comment is None else changes.first_comment
        ),
        audience=content.audience if changes.audience is None else changes.audience,
    )


def on_channels(channel_ids: Sequence[UUID], known: Sequence[VariantInput]) -> list[VariantInput]:
    """Variants for these channels, keeping what is already written for them."""
    written = {variant.channel_id: variant for variant in known}
    return [written.get(channel_id, VariantInput(channel_id)) for channel_id in channel_ids]


def with_media(content: PostInput, added: Sequence[AttachmentInput]) -> PostInput:
    """The post with further media at its end."""
    return replace(content, attachments=(*content.attachments, *added))
