"""Rows put together into the values that the queries return."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from enishi.channels import registry
from enishi.channels.contract import Capability
from enishi.channels.models import Channel
from enishi.jobs.queries import names_of
from enishi.kernel import clock
from enishi.publishing import candidates, revisions, slot_marks
from enishi.publishing.core import said
from enishi.publishing.core.states import (
    CONTENT_IS_FIXED,
    DeliveryKind,
    DeliveryState,
    PostState,
)
from enishi.publishing.core.timeline import Facts, Try, moments, next_step
from enishi.publishing.models import Attempt, Delivery, Media, Post, PostMedia, Variant
from enishi.publishing.reconciling import can_look, is_undoable, strategy_of
from enishi.publishing.standing import half_sent
from enishi.publishing.values import (
    AttemptView,
    ChannelMark,
    DeliveryView,
    MediaView,
    PostCard,
    PostDetail,
    VariantView,
)

_EXCERPT = 280
_PartOfPost = TypeVar("_PartOfPost", Variant, Delivery)


def deliveries(condition: Q) -> QuerySet[Delivery]:
    """Deliveries with all that their views need, in three queries."""
    rows = Delivery.objects.filter(condition).select_related("channel")
    return rows.prefetch_related("tries").order_by("created_at", "id")


def cards(
    rows: QuerySet[Post] | Sequence[Post], place: ZoneInfo, *, with_media: bool = True
) -> list[PostCard]:
    """Cards for posts in five queries, however many they are; four without media."""
    found = list(rows.select_related("author") if isinstance(rows, QuerySet) else rows)
    ids = [post.id for post in found]
    variants = _by_post(
        Variant.objects.filter(post_id__in=ids, enabled=True)
        .select_related("channel")
        .order_by("channel__name", "id")
    )
    sent = _by_post(
        Delivery.objects.filter(
            Q(kind=DeliveryKind.PUBLISH.value) | revisions.in_trouble(), post_id__in=ids
        )
        .select_related("channel")
        .defer("receipt", "progress", "problem", "text")
    )
    media = _media_of(ids if with_media else [])
    slots = slot_marks.marks(found)
    shown = [card(post, variants[post.id], sent[post.id], media[post.id], place) for post in found]
    return [replace(each, slot=slots.get(each.id)) for each in shown]


def _by_post(rows: Iterable[_PartOfPost]) -> dict[UUID, list[_PartOfPost]]:
    found: dict[UUID, list[_PartOfPost]] = defaultdict(list)
    for row in rows:
        if row.post_id is not None:
            found[row.post_id].append(row)
    return found


def _media_of(post_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    if not post_ids:
        return found
    links = PostMedia.objects.filter(post_id__in=post_ids)
    for post_id, media_id in links.values_list("post_id", "media_id"):
        found[post_id].append(media_id)
    return found


def card(
    post: Post,
    variants: Sequence[Variant],
    sent: Sequence[Delivery],
    media: Sequence[UUID],
    place: ZoneInfo,
) -> PostCard:
    """A post as a calendar or list shows it; `sent` may hold changes that went wrong."""
    changes = any(delivery.kind == DeliveryKind.EDIT for delivery in sent)
    sent = [delivery for delivery in sent if delivery.kind != DeliveryKind.EDIT]
    states = {DeliveryState(delivery.state) for delivery in sent}
    return PostCard(
        id=post.id,
        text=post.text[:_EXCERPT],
        state=PostState(post.state),
        version=post.version,
        due_at=post.due_at,
        local=post.due_at.astimezone(place) if post.due_at else None,
        author_name=str(post.author) if post.author else "",
        adopted=post.adopted,
        movable=not states & CONTENT_IS_FIXED,
        media_ids=tuple(media),
        channels=tuple(_marks(variants, sent)),
        updated_at=post.updated_at,
        unchanged=changes,
    )


def _marks(variants: Sequence[Variant], sent: Sequence[Delivery]) -> list[ChannelMark]:
    """A mark for each channel: those chosen, and those where it already is."""
    by_channel = {delivery.channel_id: delivery for delivery in sent}
    chosen = {variant.channel_id: variant.channel for variant in variants}
    elsewhere = {
        delivery.channel_id: delivery.channel
        for delivery in sent
        if delivery.state != DeliveryState.CANCELLED
    }
    channels = chosen | elsewhere
    return [mark(channel, by_channel.get(channel.id)) for channel in channels.values()]


def mark(channel: Channel, delivery: Delivery | None = None) -> ChannelMark:
    """A channel, and where a delivery to it stands."""
    return ChannelMark(
        channel_id=channel.id,
        name=channel.name,
        handle=channel.handle,
        adapter=channel.adapter,
        avatar_url=channel.avatar_url,
        delivery_id=delivery.id if delivery else None,
        state=DeliveryState(delivery.state) if delivery else None,
        remote_url=delivery.remote_url if delivery else "",
        url=channel.url,
    )


def detail(post: Post, place: ZoneInfo) -> PostDetail:
    """Everything about one post, in seven queries; one more where it was attempted."""
    variants = list(
        post.variants.filter(enabled=True).select_related("channel").order_by("channel__name", "id")
    )
    found = list(deliveries(Q(post_id=post.id)))
    workers = _workers(found)
    sent = [delivery for delivery in found if delivery.kind == DeliveryKind.PUBLISH]
    standing = revisions.published(post, sent)
    stiff = [row.channel.name for row in standing if not revisions.can_edit(row.channel)]
    media = list(PostMedia.objects.filter(post=post).select_related("media"))
    shown = card(post, variants, sent, [item.media_id for item in media], place)
    shown = replace(shown, slot=slot_marks.marks([post]).get(post.id))
    return PostDetail(
        card=shown,
        text=post.text,
        thread=tuple(post.thread),
        first_comment=post.first_comment,
        language=post.language,
        audience=post.audience,
        link=post.link,
        wall_time=post.wall_time,
        time_zone=post.time_zone,
        valid_until=post.valid_until,
        created_at=post.created_at,
        editable=shown.movable and not half_sent(sent),
        revisable=len(stiff) < len(standing) and not half_sent(_unsettled(sent)),
        stiff=tuple(stiff),
        media=tuple(media_view(item.media, item.alt, item.focus, item.poster_id) for item in media),
        variants=tuple(_variant_view(post, item) for item in variants),
        deliveries=tuple(delivery_view(item, workers) for item in found),
    )


def _unsettled(sent: Iterable[Delivery]) -> list[Delivery]:
    return [row for row in sent if DeliveryState(row.state) not in CONTENT_IS_FIXED]


def media_view(
    stored: Media,
    alt: str = "",
    focus: tuple[float, float] | None = None,
    poster_id: UUID | None = None,
) -> MediaView:
    """A media file as it is shown."""
    return MediaView(
        id=stored.id,
        name=stored.name,
        media_type=stored.media_type,
        width=stored.width,
        height=stored.height,
        size=stored.size,
        alt=alt,
        focus=focus,
        poster_id=poster_id,
    )


def _variant_view(post: Post, variant: Variant) -> VariantView:
    return VariantView(
        channel=mark(variant.channel),
        own_text=variant.text,
        text=variant.text or post.text,
        options=dict(variant.options),
    )


def delivery_view(delivery: Delivery, workers: Mapping[UUID, str] | None = None) -> DeliveryView:
    """A delivery with its history told in plain words; `workers` by id, if already known."""
    if workers is None:
        workers = _workers([delivery])
    facts, problem = _facts(delivery, workers), said.unpack(delivery.problem)
    return DeliveryView(
        id=delivery.id,
        kind=DeliveryKind(delivery.kind),
        state=facts.state,
        channel=mark(delivery.channel, delivery),
        text=delivery.text,
        key=delivery.key,
        planned_at=delivery.planned_at,
        due_at=delivery.due_at,
        wall_time=delivery.wall_time,
        time_zone=delivery.time_zone,
        valid_until=delivery.valid_until,
        published_at=delivery.published_at,
        remote_id=delivery.remote_id,
        remote_url=delivery.remote_url,
        problem=problem.words,
        quote=problem.quote,
        attempts=tuple(_attempt_view(item) for item in facts.tries),
        timeline=tuple(moments(facts)),
        next=next_step(facts, clock.now()),
        can=_possible(delivery),
        reconcile=strategy_of(delivery.channel).value,
        candidates=tuple(candidates.views(delivery)),
        post_id=delivery.post_id,
    )


def _tries(delivery: Delivery) -> list[Attempt]:
    return sorted(delivery.tries.all(), key=lambda attempt: attempt.number)


def _attempt_view(item: Try) -> AttemptView:
    return AttemptView(
        number=item.number,
        started_at=item.started_at,
        ended_at=item.ended_at,
        outcome=item.outcome,
        detail=item.words,
        quote=item.quote,
        worker=item.worker,
    )


def _workers(rows: Iterable[Delivery]) -> Mapping[UUID, str]:
    """The names of the workers that attempted these, in one query or none."""
    ids = {item.worker_id for row in rows for item in row.tries.all() if item.worker_id}
    return names_of(ids) if ids else {}


def _facts(delivery: Delivery, workers: Mapping[UUID, str]) -> Facts:
    return Facts(
        kind=DeliveryKind(delivery.kind),
        state=DeliveryState(delivery.state),
        reason=delivery.reason,
        problem=said.unpack(delivery.problem).words,
        channel_name=str(delivery.channel),
        created_at=delivery.created_at,
        planned_at=delivery.planned_at,
        due_at=delivery.due_at,
        published_at=delivery.published_at,
        remote_url=delivery.remote_url,
        valid_until=delivery.valid_until,
        tries=_told(_tries(delivery), workers),
    )


def _told(attempts: Sequence[Attempt], workers: Mapping[UUID, str]) -> tuple[Try, ...]:
    """Attempts with what was said about them, and the names of the workers that made them."""
    spoken = [(item, said.unpack(item.detail)) for item in attempts]
    return tuple(
        Try(
            number=item.number,
            started_at=item.started_at,
            ended_at=item.ended_at,
            outcome=item.outcome,
            words=words.words,
            quote=words.quote,
            worker=workers.get(item.worker_id, "") if item.worker_id else "",
        )
        for item, words in spoken
    )


_STEPS = {
    DeliveryState.SCHEDULED: frozenset({"cancel"}),
    DeliveryState.UNKNOWN: frozenset({"check", "retry", "mark", "give_up"}),
    DeliveryState.FAILED: frozenset({"retry", "mark", "give_up"}),
    DeliveryState.HELD: frozenset({"retry", "cancel"}),
    DeliveryState.MISSED: frozenset({"retry", "cancel"}),
}


def _possible(delivery: Delivery) -> frozenset[str]:
    state = DeliveryState(delivery.state)
    undo = frozenset({"undo"}) if is_undoable(delivery) else frozenset()
    if state is not DeliveryState.PUBLISHED:
        steps = _STEPS.get(state, frozenset()) | undo
        steps -= {"give_up"} if undo else frozenset()
        steps -= {"mark"} if delivery.kind == DeliveryKind.EDIT else frozenset()
        return steps if can_look(delivery) else steps - {"check"}
    deletes = registry.get(delivery.channel.adapter).manifest.supports(Capability.DELETE)
    takes_down = deletes and delivery.kind not in (DeliveryKind.DELETE, DeliveryKind.EDIT)
    return undo | ({"delete"} if takes_down else frozenset())
