"""Every read of slots and queues, as frozen values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.kernel.errors import NotFoundError
from enishi.publishing import assembling, queueing, slotting
from enishi.publishing.core.states import PostState
from enishi.publishing.home import zone_of
from enishi.publishing.models import Post
from enishi.publishing.slot_models import Queue, QueueEntry, Series, SeriesTime
from enishi.publishing.slot_words import in_words, week_in_words
from enishi.publishing.values import ChannelMark, PostCard

_SHOWN_AHEAD = timedelta(days=45)
_MOST_TIMES = 60


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A slot that comes again."""

    id: UUID
    name: str
    topic: str
    text: str
    checklist: Sequence[str]
    channels: Sequence[ChannelMark]
    rule: str
    when: str
    """The rule and the times in words."""
    times: Sequence[str]
    time_zone: str
    starts_on: date
    ends_on: date | None
    skips_holidays: bool
    days_ahead: int
    warn_hours: int
    owner_id: UUID | None
    owner_name: str
    paused: bool
    version: int
    empty: int
    """How many of its drafts to come nobody has filled in."""
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimeView:
    """One time of a slot."""

    wall: str
    due_at: datetime
    moved: bool
    """The clocks skip its time that day: it happens a little later."""
    state: str
    """`later` (no draft yet), `skipped`, `gone`, `empty`, or the state of its post."""
    post: PostCard | None = None


@dataclass(frozen=True, slots=True)
class SeriesDetail:
    """A slot with its times to come."""

    series: SeriesView
    times: Sequence[TimeView]


@dataclass(frozen=True, slots=True)
class QueuedPost:
    """A post that waits in a queue; `too_late` if its “valid until” ends before its turn."""

    card: PostCard
    due_at: datetime
    too_late: bool


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue with its times."""

    id: UUID
    name: str
    times: Sequence[tuple[int, str]]
    when: str
    time_zone: str
    closes_gaps: bool
    skips_holidays: bool
    waiting: int
    next_free: datetime | None


@dataclass(frozen=True, slots=True)
class QueueDetail:
    """A queue with what waits in it, in order."""

    queue: QueueView
    posts: Sequence[QueuedPost]


@dataclass(frozen=True, slots=True)
class Ghost:
    """A time of a slot that has no draft yet, for the calendar."""

    series_id: UUID
    name: str
    local: datetime


def series_list(actor: Actor) -> list[SeriesView]:
    """The slots of a workspace, by name."""
    actor.require(Permission.POSTS_VIEW)
    return [_series_view(row) for row in _series(actor).order_by("name", "id")]


def series_detail(actor: Actor, *, series_id: UUID) -> SeriesDetail:
    """A slot with its times of the coming weeks."""
    actor.require(Permission.POSTS_VIEW)
    row = _series(actor).filter(id=series_id).first()
    if row is None:
        raise NotFoundError(_("There is no such slot."), field="series")
    return SeriesDetail(_series_view(row), _times(actor, row))


def _series(actor: Actor) -> QuerySet[Series]:
    untouched = Q(
        occurrences__due_at__gt=clock.now(),
        occurrences__post__state=PostState.DRAFT.value,
        occurrences__post__version=F("occurrences__post_version"),
    )
    rows = Series.objects.filter(workspace_id=actor.workspace_id)
    return (
        rows.select_related("workspace", "owner")
        .prefetch_related("channels")
        .annotate(empty=Count("occurrences", filter=untouched))
    )


def _series_view(row: Series) -> SeriesView:
    now = clock.now()
    coming = [] if row.paused else slotting.between(row, now, now + _SHOWN_AHEAD)
    return SeriesView(
        id=row.id,
        name=row.name,
        topic=row.topic,
        text=row.text,
        checklist=tuple(row.checklist),
        channels=tuple(assembling.mark(channel) for channel in row.channels.all()),
        rule=row.rule,
        when=in_words(row.rule, row.times),
        times=tuple(row.times),
        time_zone=row.time_zone,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        skips_holidays=row.skips_holidays,
        days_ahead=row.days_ahead,
        warn_hours=row.warn_hours,
        owner_id=row.owner_id,
        owner_name=str(row.owner) if row.owner else "",
        paused=row.paused,
        version=row.version,
        empty=getattr(row, "empty", 0),
        next_at=coming[0].due_at if coming else None,
    )


def _times(actor: Actor, series: Series) -> list[TimeView]:
    """The times that have rows and those that will have them, in order."""
    now = clock.now()
    rows = {row.wall: row for row in series.occurrences.filter(due_at__gt=now).order_by("due_at")}
    posts = Post.objects.filter(series_time__in=list(rows.values()))
    cards = {card.id: card for card in assembling.cards(posts, zone_of(actor))}
    coming = slotting.between(series, now, now + _SHOWN_AHEAD)
    moved = {item.wall for item in coming if item.moved}
    found = [
        TimeView(row.wall, row.due_at, row.wall in moved, _state(row, cards), cards.get(_post(row)))
        for row in rows.values()
    ]
    later = [item for item in coming if item.wall not in rows and not series.paused]
    found += [TimeView(item.wall, item.due_at, item.moved, "later") for item in later]
    return sorted(found, key=lambda item: item.due_at)[:_MOST_TIMES]


def _post(row: SeriesTime) -> UUID:
    return row.post_id or row.id


def _state(row: SeriesTime, cards: dict[UUID, PostCard]) -> str:
    card = cards.get(_post(row))
    if card is None:
        return "skipped" if row.skipped else "gone"
    untouched = card.state is PostState.DRAFT and card.version == row.post_version
    return "empty" if untouched else card.state.value


def empty_soon(actor: Actor, *, limit: int = 5) -> list[PostCard]:
    """Slots that are due soon and still empty."""
    actor.require(Permission.POSTS_VIEW)
    now = clock.now()
    rows = unfilled(actor.workspace_id).select_related("series")
    soon = [row for row in rows if row.due_at - now <= timedelta(hours=row.series.warn_hours)]
    posts = Post.objects.filter(series_time__in=soon).order_by("due_at")[:limit]
    return assembling.cards(posts, zone_of(actor), with_media=False)


def unfilled(workspace_id: UUID) -> QuerySet[SeriesTime]:
    """The times of the next seven days whose posts nobody has touched."""
    now = clock.now()
    return SeriesTime.objects.filter(
        series__workspace_id=workspace_id,
        due_at__gt=now,
        due_at__lte=now + timedelta(days=7),
        post__state=PostState.DRAFT.value,
        post__version=F("post_version"),
    )


def queue_of(actor: Actor, *, post_id: UUID) -> UUID | None:
    """The queue in which a post waits."""
    actor.require(Permission.POSTS_VIEW)
    rows = QueueEntry.objects.filter(
        queue__workspace_id=actor.workspace_id, post_id=post_id, post__due_at=F("due_at")
    )
    return (
        rows.filter(post__state=PostState.SCHEDULED.value)
        .values_list("queue_id", flat=True)
        .first()
    )


def ghosts(
    actor: Actor, after: datetime, until: datetime, *, channel_id: UUID | None = None
) -> dict[date, list[Ghost]]:
    """Times of slots without a draft yet, by day of the workspace's zone."""
    actor.require(Permission.POSTS_VIEW)
    place, now = zone_of(actor), clock.now()
    rows = Series.objects.filter(workspace_id=actor.workspace_id, paused=False)
    if channel_id is not None:
        rows = rows.filter(channels=channel_id)
    found: dict[date, list[Ghost]] = defaultdict(list)
    for series in rows.select_related("workspace"):
        coming = slotting.between(series, max(after, now), until)
        known = _known(series, [item.wall for item in coming])
        for item in coming:
            if item.wall not in known:
                local = item.due_at.astimezone(place)
                found[local.date()].append(Ghost(series.id, series.name, local))
    return found


def _known(series: Series, walls: Collection[str]) -> set[str]:
    rows = series.occurrences.filter(wall__in=walls)
    return set(rows.values_list("wall", flat=True)) if walls else set()


def queues(actor: Actor) -> list[QueueView]:
    """The queues of a workspace, by name."""
    actor.require(Permission.POSTS_VIEW)
    return [_queue_view(row) for row in _queues(actor).order_by("name")]


def queue_detail(actor: Actor, *, queue_id: UUID) -> QueueDetail:
    """A queue with what waits in it."""
    actor.require(Permission.POSTS_VIEW)
    row = _queues(actor).filter(id=queue_id).first()
    if row is None:
        raise NotFoundError(_("There is no such queue."), field="queue")
    entries = list(queueing.waiting(row, clock.now()))
    posts = [entry.post for entry in entries]
    cards = assembling.cards(posts, zone_of(actor))
    return QueueDetail(
        _queue_view(row),
        [
            QueuedPost(card, entry.due_at, _too_late(entry))
            for entry, card in zip(entries, cards, strict=True)
        ],
    )


def _queues(actor: Actor) -> QuerySet[Queue]:
    return Queue.objects.filter(workspace_id=actor.workspace_id).select_related("workspace")


def _too_late(entry: QueueEntry) -> bool:
    until = entry.post.valid_until
    return until is not None and until <= entry.due_at


def _queue_view(row: Queue) -> QueueView:
    now = clock.now()
    taken = set(queueing.waiting(row, now).values_list("due_at", flat=True))
    free = next(queueing.free(row, now, taken), None)
    return QueueView(
        id=row.id,
        name=row.name,
        times=tuple((int(day), str(at)) for day, at in row.times),
        when=week_in_words(row.times),
        time_zone=row.time_zone,
        closes_gaps=row.closes_gaps,
        skips_holidays=row.skips_holidays,
        waiting=len(taken),
        next_free=free.due_at if free else None,
    )
