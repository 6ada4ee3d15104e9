"""Every read of publishing, as frozen values. Nothing here writes or calls a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels.contract import Outgoing
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.publishing import assembling, checking, revisions, validation
from enishi.publishing.checking import ChannelCheck
from enishi.publishing.core import keys
from enishi.publishing.core.content import PostInput
from enishi.publishing.core.states import ASKS_FOR_A_PERSON, PostState
from enishi.publishing.errors import no_such_delivery, no_such_post
from enishi.publishing.home import zone_of
from enishi.publishing.models import Media, Post, Variant
from enishi.publishing.pauses import PauseView, pauses
from enishi.publishing.values import (
    AttemptView,
    CalendarDay,
    ChannelMark,
    DeliveryView,
    MediaView,
    PostCard,
    PostDetail,
    PostPage,
    VariantView,
)

__all__ = [
    "AttemptView",
    "CalendarDay",
    "ChannelMark",
    "DeliveryView",
    "MediaView",
    "PauseView",
    "PostCard",
    "PostDetail",
    "PostPage",
    "VariantView",
    "calendar",
    "check_content",
    "check_reply",
    "content_of",
    "delivery_detail",
    "drafts",
    "media_file",
    "media_view",
    "needs_attention",
    "pauses",
    "post_detail",
    "post_state",
    "posts",
    "today",
    "up_next",
]

_PAGE = 50


def calendar(
    actor: Actor,
    *,
    first: date,
    last: date,
    channel_ids: Collection[UUID] = (),
    states: Collection[PostState] = (),
) -> list[CalendarDay]:
    """The days from `first` to `last` of the workspace's zone, each with its posts."""
    actor.require(Permission.POSTS_VIEW)
    place = _place(actor)
    start, end = (_midnight(day, place) for day in (first, last + timedelta(days=1)))
    rows = _of(actor).filter(due_at__gte=start, due_at__lt=end).order_by("due_at", "id")
    by_day: dict[date, list[PostCard]] = defaultdict(list)
    for card in assembling.cards(_filtered(rows, channel_ids, states), place):
        if card.local is not None:
            by_day[card.local.date()].append(card)
    days = range((last - first).days + 1)
    return [
        CalendarDay(day, tuple(by_day[day])) for day in (first + timedelta(days=n) for n in days)
    ]


def posts(
    actor: Actor,
    *,
    states: Collection[PostState] = (),
    channel_ids: Collection[UUID] = (),
    text: str = "",
    cursor: str = "",
    limit: int = _PAGE,
) -> PostPage:
    """Posts, the one changed last first, page by page."""
    actor.require(Permission.POSTS_VIEW)
    rows = _filtered(_of(actor), channel_ids, states).order_by("-updated_at", "-id")
    if text:
        rows = rows.filter(text__icontains=text)
    if cursor:
        at, identifier = _read_cursor(cursor)
        rows = rows.filter(Q(updated_at__lt=at) | Q(updated_at=at, id__lt=identifier))
        rows = rows.filter(updated_at__lte=at)
    found = assembling.cards(rows[: limit + 1], _place(actor))
    last = found[limit - 1] if len(found) > limit else None
    return PostPage(
        tuple(found[:limit]), f"{last.updated_at.isoformat()}~{last.id}" if last else ""
    )


def drafts(actor: Actor, *, limit: int = _PAGE) -> list[PostCard]:
    """What is being written, the one changed last first."""
    return list(posts(actor, states=[PostState.DRAFT], limit=limit).items)


def up_next(actor: Actor, *, limit: int = 10) -> list[PostCard]:
    """What goes out next."""
    actor.require(Permission.POSTS_VIEW)
    rows = _of(actor).filter(due_at__isnull=False)
    states = [PostState.SCHEDULED, PostState.PUBLISHING]
    return assembling.cards(_first(rows, states, ("due_at", "id"), limit), _place(actor))


def needs_attention(actor: Actor, *, limit: int = 20) -> list[PostCard]:
    """Posts that wait for a person's decision, the most recent first."""
    actor.require(Permission.POSTS_VIEW)
    order = ("-due_at", "-id")
    asking = _asking(actor, order, limit)
    rows = Post.objects.filter(asking).order_by(*order)[:limit]
    return assembling.cards(rows, _place(actor))


def _asking(actor: Actor, order: Sequence[str], limit: int) -> Q:
    """Posts that did not go out as wanted, and those of which a change did not arrive."""
    late = Q(id__in=revisions.posts_in_trouble(actor.workspace_id))
    return _each(_of(actor), ASKS_FOR_A_PERSON, order, limit) | late


def today(actor: Actor, *, upcoming: int, attention: int) -> tuple[list[PostCard], list[PostCard]]:
    """`up_next` and `needs_attention` with what they share read once; without media."""
    actor.require(Permission.POSTS_VIEW)
    rows = _of(actor)
    planned = rows.filter(due_at__isnull=False)
    states = [PostState.SCHEDULED, PostState.PUBLISHING]
    either = _each(planned, states, ("due_at", "id"), upcoming)
    either |= _asking(actor, ("-due_at", "-id"), attention)
    read = sorted(Post.objects.filter(either).select_related("author"), key=_by_due)
    first = [post for post in read if post.state in states][:upcoming]
    second = [post for post in reversed(read) if post.state not in states][:attention]
    found = assembling.cards([*first, *second], _place(actor), with_media=False)
    return found[: len(first)], found[len(first) :]


def _first(
    rows: QuerySet[Post], states: Iterable[StrEnum], order: Sequence[str], limit: int
) -> QuerySet[Post]:
    """The first posts that are in one of several states.

    Each state's index gives its own first few. Asked for all states at once, SQLite walks
    the whole calendar.
    """
    return Post.objects.filter(_each(rows, states, order, limit)).order_by(*order)[:limit]


def _each(rows: QuerySet[Post], states: Iterable[StrEnum], order: Sequence[str], limit: int) -> Q:
    """The first few in each of several states."""
    found = Q()
    for state in states:
        found |= Q(id__in=rows.filter(state=state.value).order_by(*order).values("id")[:limit])
    return found


def _by_due(post: Post) -> tuple[bool, float, UUID]:
    return post.due_at is not None, post.due_at.timestamp() if post.due_at else 0.0, post.id


def post_detail(actor: Actor, *, post_id: UUID) -> PostDetail:
    """One post with its variants, media, deliveries and their timelines."""
    actor.require(Permission.POSTS_VIEW)
    post = _of(actor).filter(id=post_id).select_related("author").first()
    if post is None:
        raise no_such_post()
    return assembling.detail(post, _place(actor))


def post_state(actor: Actor, *, post_id: UUID) -> PostState:
    """Where a post as a whole stands."""
    actor.require(Permission.POSTS_VIEW)
    found = _of(actor).filter(id=post_id).values_list("state", flat=True).first()
    if found is None:
        raise no_such_post()
    return PostState(found)


def delivery_detail(actor: Actor, *, delivery_id: UUID) -> DeliveryView:
    """One delivery with its attempts and timeline."""
    actor.require(Permission.POSTS_VIEW)
    found = assembling.deliveries(Q(id=delivery_id, workspace_id=actor.workspace_id)).first()
    if found is None:
        raise no_such_delivery()
    return assembling.delivery_view(found)


def content_of(actor: Actor, *, post_id: UUID) -> PostInput:
    """What a post says now, in the form in which `update_post` takes it."""
    actor.require(Permission.POSTS_VIEW)
    post = _of(actor).filter(id=post_id).first()
    if post is None:
        raise no_such_post()
    return validation.content_of(post)


def check_content(actor: Actor, *, content: PostInput) -> list[ChannelCheck]:
    """Length, limit and problems on each chosen channel of what is being written."""
    actor.require(Permission.POSTS_EDIT)
    return validation.check_content(actor, content)


def check_reply(actor: Actor, *, channel: Channel, text: str) -> ChannelCheck:
    """Length, limit and problems of an answer on a channel of the actor's workspace."""
    actor.require(Permission.INBOX_REPLY)
    now = clock.now()
    return checking.check(channel, Outgoing(key=keys.tid(now, 0), text=text, created_at=now))


def media_view(actor: Actor, *, media_id: UUID) -> MediaView:
    """An uploaded image."""
    return assembling.media_view(_media(actor, media_id))


def media_file(actor: Actor, *, media_id: UUID) -> Media:
    """The row of an uploaded image: `publishing.media.open_file(row.file)` reads it."""
    return _media(actor, media_id)


def _media(actor: Actor, media_id: UUID) -> Media:
    actor.require(Permission.POSTS_VIEW)
    found = Media.objects.filter(id=media_id, workspace_id=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("There is no such media file."), field="media")
    return found


def _of(actor: Actor) -> QuerySet[Post]:
    return Post.objects.filter(workspace_id=actor.workspace_id)


def _place(actor: Actor) -> ZoneInfo:
    return zone_of(actor)


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), place).astimezone(UTC)


def _filtered(
    rows: QuerySet[Post], channel_ids: Collection[UUID], states: Collection[PostState]
) -> QuerySet[Post]:
    if states:
        rows = rows.filter(state__in=[PostState(state).value for state in states])
    if channel_ids:
        chosen = Variant.objects.filter(channel_id__in=channel_ids, enabled=True)
        rows = rows.filter(id__in=chosen.values("post_id"))
    return rows


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    at, _separator, identifier = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(identifier)
    except ValueError as error:
        raise InvalidInputError(_("This is not a cursor of this list."), field="cursor") from error
