"""Whether a stored post can go out, asked of every channel at once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError
from enishi.publishing import checking, internal
from enishi.publishing.checking import ChannelCheck, ChannelProblem
from enishi.publishing.core.content import AttachmentInput, PostInput, VariantInput
from enishi.publishing.home import workspace_of
from enishi.publishing.models import Media, Post


def content_of(post: Post) -> PostInput:
    """What a stored post says, as the composer would send it."""
    return PostInput(
        text=post.text,
        channels=tuple(
            VariantInput(item.channel_id, item.text, item.options)
            for item in post.variants.all()
            if item.enabled
        ),
        attachments=tuple(
            AttachmentInput(item.media_id, item.alt, item.focus, item.poster_id)
            for item in post.attachments.all()
        ),
        thread=tuple(post.thread),
        language=post.language,
        link=post.link,
        first_comment=post.first_comment,
        audience=post.audience,
    )


def check_content(actor: Actor, content: PostInput) -> list[ChannelCheck]:
    """Length and problems on each channel of what is being written."""
    wanted = [variant.channel_id for variant in content.channels]
    found = Channel.objects.filter(workspace_id=actor.workspace_id).in_bulk(wanted)
    stored = _stored(actor, content.attachments)
    language = workspace_of(actor).language
    return [
        checking.kept_inside(
            found[variant.channel_id],
            content,
            checking.check(
                found[variant.channel_id],
                checking.draft_outgoing(
                    content, variant, stored, at=clock.now(), language=language
                ),
            ),
        )
        for variant in content.channels
        if variant.channel_id in found
    ]


def _stored(actor: Actor, attachments: Iterable[AttachmentInput]) -> dict[UUID, Media]:
    wanted = [item.media_id for item in attachments]
    if not wanted:
        return {}
    return Media.objects.filter(workspace_id=actor.workspace_id).in_bulk(wanted)


def require_publishable(actor: Actor, post: Post) -> list[Channel]:
    """The channels of a post, or InvalidInputError naming everything in the way."""
    content = content_of(post)
    if not content.channels:
        raise InvalidInputError(
            _("The post has no channel."),
            field="channels",
            remedy=_("Choose at least one channel."),
        )
    wanted = [variant.channel_id for variant in content.channels]
    channels = Channel.objects.filter(workspace_id=actor.workspace_id).in_bulk(wanted)
    internal.require_inside(post, list(channels.values()))
    found = [
        problem for channel in channels.values() for problem in checking.standing_problems(channel)
    ]
    checks = check_content(actor, content)
    found += [problem for check in checks for problem in check.problems]
    if found:
        raise refusal(found, checks)
    return [channels[identifier] for identifier in wanted]


def refusal(problems: list[ChannelProblem], checks: Iterable[ChannelCheck]) -> InvalidInputError:
    """One error that names every channel and what is wrong on it."""
    sentences = dict.fromkeys(f"{problem.channel_name}: {problem.message}" for problem in problems)
    over = max((-(check.remaining or 0) for check in checks), default=0)
    remedy = _("Shorten the text by %(count)s characters or more.") % {"count": over}
    return InvalidInputError(
        " ".join(sentences), field=problems[0].field, remedy=remedy if over > 0 else ""
    )
