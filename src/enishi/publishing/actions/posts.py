"""Writing, editing and throwing away posts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import log
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.publishing import events, internal, planning, queueing, revisions, standing
from enishi.publishing.actions.revising import require_revisable, send_revision
from enishi.publishing.core.content import (
    EXTERNAL,
    INTERNAL,
    AttachmentInput,
    PostInput,
    VariantInput,
    cleaned,
)
from enishi.publishing.core.states import (
    CONTENT_IS_FIXED,
    DeliveryKind,
    DeliveryState,
)
from enishi.publishing.errors import (
    changed_meanwhile,
    no_such_channel,
    no_such_post,
    partly_out,
)
from enishi.publishing.models import Delivery, Media, Post, PostMedia, Variant
from enishi.publishing.validation import require_publishable

MAX_TEXT = 100_000
_WAITING = frozenset({DeliveryState.SCHEDULED, DeliveryState.HELD})


@transaction.atomic
def create_post(actor: Actor, *, content: PostInput) -> Post:
    """Keep a new draft."""
    actor.require(Permission.POSTS_EDIT)
    content = cleaned(content)
    _require_sane(content)
    post = Post.objects.create(
        workspace_id=actor.workspace_id, author_id=actor.user_id, **_own_fields(content)
    )
    _write_parts(actor, post, content)
    log.record([events.house(actor, "Create", post)])
    return post


@internal.told
@transaction.atomic
def update_post(actor: Actor, *, post_id: UUID, version: int, content: PostInput) -> Post:
    """Replace what a post says. `version` is the one that the editor was shown.

    A scheduled post stays scheduled, on the channels that it now has; what its networks
    would refuse is refused here, so that nothing scheduled is known to fail. Where a post
    stands on networks already, those that allow it are told of the new words.
    """
    actor.require(Permission.POSTS_EDIT)
    content = cleaned(content)
    _require_sane(content)
    post = claim_version(actor, post_id, version)
    published = _require_editable(post)
    if delivery_states(post) & _WAITING:
        actor.require(Permission.POSTS_PUBLISH)
    _require_same_readers(post, published, content)
    revised = require_revisable(actor, post, published, content) if published else []
    Post.objects.filter(id=post.id).update(**_own_fields(content), updated_at=clock.now())
    _write_parts(actor, post, content)
    post.refresh_from_db()
    standing.forget_uploads(post)
    _follow_channels(actor, post)
    send_revision(actor, post, revised)
    log.record([events.house(actor, "Update", post)])
    return post


@transaction.atomic
def delete_post(actor: Actor, *, post_id: UUID) -> None:
    """Throw away a post that never came out and is not about to."""
    actor.require(Permission.POSTS_EDIT)
    post = get_post(actor, post_id)
    states = delivery_states(post)
    if states & CONTENT_IS_FIXED:
        raise ConflictError(
            _("This post is, or may be, on a network."),
            remedy=_("Delete it on the network first."),
        )
    if standing.of_post(post):
        raise partly_out(_("Mark it as published with its address, then delete it on the network."))
    if DeliveryState.SCHEDULED in states:
        raise ConflictError(_("This post is scheduled."), remedy=_("Cancel it first."))
    queueing.left(post.id)
    log.record([events.house(actor, "Delete", post)])
    post.delete()


def get_post(actor: Actor, post_id: UUID) -> Post:
    """A post of the actor's workspace, locked until the transaction ends."""
    post = (
        Post.objects.select_for_update().filter(id=post_id, workspace_id=actor.workspace_id).first()
    )
    if post is None:
        raise no_such_post()
    return post


def claim_version(actor: Actor, post_id: UUID, version: int | None) -> Post:
    """Take the next version of a post; ConflictError when it is no longer at `version`."""
    post = get_post(actor, post_id)
    expected = post.version if version is None else version
    taken = Post.objects.filter(id=post.id, version=expected).update(version=F("version") + 1)
    if not taken:
        raise changed_meanwhile()
    post.version = expected + 1
    return post


def delivery_states(post: Post) -> set[DeliveryState]:
    """Where the deliveries of a post stand."""
    rows = Delivery.objects.filter(post=post, kind=DeliveryKind.PUBLISH.value)
    return {DeliveryState(state) for state in rows.values_list("state", flat=True)}


def _require_editable(post: Post) -> list[Delivery]:
    """Refuses what is in doubt; gives the deliveries that are published and can be revised."""
    sent = list(Delivery.objects.filter(post=post).select_related("channel"))
    published = revisions.published(post, sent)
    if delivery_states(post) & CONTENT_IS_FIXED and not published:
        raise ConflictError(
            _("This post is, or may be, on a network already: it cannot be changed."),
            remedy=_("Delete it on the network, or write a new post."),
        )
    if standing.of_post(post):
        raise partly_out(_("Let the rest of it go out, or write a new post."))
    return published


def _require_same_readers(post: Post, published: list[Delivery], content: PostInput) -> None:
    """What stands before everybody cannot be called internal afterwards."""
    seen = internal.outside([one.channel for one in published])
    if seen and content.audience == INTERNAL != post.audience:
        raise internal.InternalOnlyError(post, [str(channel) for channel in seen])


def _require_sane(content: PostInput) -> None:
    if len(content.text) > MAX_TEXT:
        raise InvalidInputError(
            _("The text is too long for any network."), field="text", remedy=_("Shorten it.")
        )
    if content.link and not content.link.startswith(("https://", "http://")):
        raise InvalidInputError(
            _("The link must begin with https:// or http://."), field="link", remedy=""
        )
    if content.audience not in {EXTERNAL, INTERNAL}:
        raise InvalidInputError(_("Choose external or internal."), field="audience")
    _require_distinct([variant.channel_id for variant in content.channels], "channels")
    _require_distinct([item.media_id for item in content.attachments], "attachments")


def _require_distinct(identifiers: Collection[UUID], field: str) -> None:
    if len(set(identifiers)) != len(identifiers):
        raise InvalidInputError(_("The same thing is listed twice."), field=field)


def _own_fields(content: PostInput) -> dict[str, object]:
    return {
        "text": content.text,
        "thread": list(content.thread),
        "language": content.language,
        "link": content.link,
        "first_comment": content.first_comment,
        "audience": content.audience,
    }


def _write_parts(actor: Actor, post: Post, content: PostInput) -> None:
    require_channels(actor, [variant.channel_id for variant in content.channels])
    _require_media(actor, content.attachments)
    _write_variants(post, content.channels)
    _write_attachments(post, content.attachments)


def require_channels(actor: Actor, wanted: Iterable[UUID]) -> dict[UUID, Channel]:
    """The channels of the actor's workspace with these ids."""
    found = Channel.objects.filter(workspace_id=actor.workspace_id).in_bulk(list(wanted))
    if set(wanted) - set(found):
        raise no_such_channel()
    return found


def _require_media(actor: Actor, attachments: Sequence[AttachmentInput]) -> None:
    posters = {item.poster_id for item in attachments if item.poster_id}
    wanted = {item.media_id for item in attachments} | posters
    rows = Media.objects.filter(workspace_id=actor.workspace_id, id__in=wanted)
    kinds = dict(rows.values_list("id", "media_type"))
    if len(kinds) != len(wanted):
        raise NotFoundError(_("There is no such media file."), field="attachments")
    if not all(kinds[one].startswith("image/") for one in posters):
        raise InvalidInputError(_("What stands for a film is a picture."), field="attachments")


def _write_variants(post: Post, variants: Iterable[VariantInput]) -> None:
    wanted = [
        Variant(post=post, channel_id=item.channel_id, text=item.text, options=dict(item.options))
        for item in variants
    ]
    Variant.objects.filter(post=post).delete()
    Variant.objects.bulk_create(wanted)


def _write_attachments(post: Post, attachments: Iterable[AttachmentInput]) -> None:
    PostMedia.objects.filter(post=post).delete()
    PostMedia.objects.bulk_create(
        PostMedia(
            post=post,
            media_id=item.media_id,
            position=position,
            alt=item.alt,
            focus_right=item.focus[0] if item.focus else None,
            focus_up=item.focus[1] if item.focus else None,
            poster_id=item.poster_id,
        )
        for position, item in enumerate(attachments)
    )


def _follow_channels(actor: Actor, post: Post) -> None:
    """Keep the deliveries of a scheduled post in step with its channels."""
    planned = Delivery.objects.filter(
        post=post, kind=DeliveryKind.PUBLISH.value, state__in=planning.values(_WAITING)
    ).first()
    if planned is not None:
        channels = require_publishable(actor, post)
        planning.replan(post, channels, planning.Plan.of(planned), author_id=actor.user_id)
