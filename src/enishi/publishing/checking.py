"""What a channel would refuse, found before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from enishi.channels import registry
from enishi.channels.contract import (
    Attachment,
    Capability,
    Limited,
    Outgoing,
    Publishes,
)
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.models import Channel
from enishi.channels.service import resting
from enishi.publishing import media
from enishi.publishing.core import keys
from enishi.publishing.core.content import INTERNAL, AttachmentInput, PostInput, VariantInput
from enishi.publishing.models import Media, PostMedia

_LANGUAGE_DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class ChannelProblem:
    """Something that stands in the way of publishing on one channel."""

    channel_id: UUID
    channel_name: str
    field: str
    message: object


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """A text as one channel counts and judges it."""

    channel_id: UUID
    channel_name: str
    length: int
    limit: int
    """0: the network sets none."""
    problems: Sequence[ChannelProblem]

    @property
    def remaining(self) -> int | None:
        """How much still fits; None without a limit."""
        return self.limit - self.length if self.limit else None


def checker(channel: Channel) -> Publishes | None:
    """An adapter that can count and judge, without credentials; None when it only reads."""
    if not registry.get(channel.adapter).manifest.supports(Capability.PUBLISH):
        return None
    adapter = resting(channel)
    return adapter if isinstance(adapter, Publishes) else None


def limit_of(channel: Channel) -> int:
    """The longest text that the network takes; 0 when it sets no limit.

    Servers of one network may differ: where the adapter knows its server, that counts.
    """
    adapter: object = checker(channel)
    if isinstance(adapter, Limited):
        return adapter.limit()
    text = registry.get(channel.adapter).manifest.text
    return text.max if text else 0


def attached(link: PostMedia) -> Attachment:
    """A media file of a post as adapters get it."""
    return attachment(link.media, link.alt, link.focus, link.poster)


def attachment(
    stored: Media,
    alt: str,
    focus: tuple[float, float] | None = None,
    poster: Media | None = None,
) -> Attachment:
    """A stored media file as adapters get it."""
    return Attachment(
        media_type=stored.media_type,
        alt=alt,
        width=stored.width,
        height=stored.height,
        size=stored.size,
        content=media.reader(stored.file),
        focus=focus,
        poster=attachment(poster, "") if poster else None,
    )


def draft_outgoing(
    content: PostInput,
    variant: VariantInput,
    stored: dict[UUID, Media],
    *,
    at: datetime,
    language: str = "",
) -> Outgoing:
    """What a channel would get if the post went out at a time."""
    return Outgoing(
        key=keys.tid(at, 0),
        text=variant.text or content.text,
        created_at=at,
        attachments=_attachments(content.attachments, stored),
        language=content.language or language or _LANGUAGE_DEFAULT,
        link=content.link,
        first_comment=content.first_comment.strip(),
        thread=tuple(part for part in content.thread if part.strip()),
        options=dict(variant.options),
    )


def _attachments(
    wanted: Iterable[AttachmentInput], stored: dict[UUID, Media]
) -> tuple[Attachment, ...]:
    return tuple(
        attachment(stored[item.media_id], item.alt, item.focus)
        for item in wanted
        if item.media_id in stored
    )


def standing_problems(channel: Channel) -> list[ChannelProblem]:
    """What about the channel itself keeps posts from being scheduled on it."""
    found = _STANDING.get(ChannelState(channel.state))
    if not registry.get(channel.adapter).manifest.supports(Capability.PUBLISH):
        found = _("This channel can only be read.")
    return [_problem(channel, "channels", found)] if found else []


_STANDING = {
    ChannelState.DRAFT: _(
        "This channel is not activated yet: set or waive the five points of its list first."
    ),
    ChannelState.ARCHIVED: _("This channel is disconnected."),
}


_NO_COMMENT = _("This network takes no first comment.")


def check(channel: Channel, outgoing: Outgoing) -> ChannelCheck:
    """Length and problems of what a channel would get."""
    adapter = checker(channel)
    if adapter is None:
        return ChannelCheck(
            channel.id, str(channel), len(outgoing.text), 0, standing_problems(channel)
        )
    found = [_problem(channel, item.field, item.message) for item in adapter.problems(outgoing)]
    publishing = registry.get(channel.adapter).manifest.publishing
    if outgoing.first_comment and not (publishing and publishing.first_comment):
        found.append(_problem(channel, "first_comment", _NO_COMMENT))
    if not outgoing.text and not outgoing.attachments:
        found.append(_problem(channel, "text", _("There is nothing to publish yet.")))
    return ChannelCheck(
        channel_id=channel.id,
        channel_name=str(channel),
        length=adapter.length(outgoing.text),
        limit=limit_of(channel),
        problems=tuple(_once(found)),
    )


def kept_inside(channel: Channel, content: PostInput, found: ChannelCheck) -> ChannelCheck:
    """The check with the hard stop for internal posts, which comes before all else."""
    if content.audience != INTERNAL or channel.audience == INTERNAL:
        return found
    stop = _problem(channel, "channels", _("People outside the company read this channel."))
    return replace(found, problems=(stop, *found.problems))


def _once(problems: Iterable[ChannelProblem]) -> list[ChannelProblem]:
    """One problem for each field: an empty text need not be reported twice."""
    seen: dict[str, ChannelProblem] = {}
    for problem in problems:
        seen.setdefault(problem.field, problem)
    return list(seen.values())


def _problem(channel: Channel, field: str, message: object) -> ChannelProblem:
    return ChannelProblem(channel.id, str(channel), field, message)
