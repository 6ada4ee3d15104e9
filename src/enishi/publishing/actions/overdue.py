"""What should have gone out by now: posts that were missed, went stale or waited in a pause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.kernel.errors import EnishiError, InvalidInputError
from enishi.publishing import overdue, planning, queueing
from enishi.publishing.actions.deliveries import retry_delivery
from enishi.publishing.actions.pausing import resume_publishing
from enishi.publishing.actions.posts import delivery_states, get_post
from enishi.publishing.actions.queues import add_to_queue
from enishi.publishing.actions.scheduling import cancel_post, move_post, publish_now
from enishi.publishing.actions.slots import skip_occurrence
from enishi.publishing.core import slots
from enishi.publishing.core.schedule import of_instant, slot
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryKind, DeliveryState
from enishi.publishing.home import workspace_of
from enishi.publishing.models import Delivery, Post
from enishi.publishing.slot_models import SeriesTime

MOST_MINUTES = 24 * 60
MOST_SPREAD = 28 * MOST_MINUTES
_ASKING = Q(state=DeliveryState.MISSED.value) | Q(
    state=DeliveryState.HELD.value, reason=Reason.STALE.value
)


class Overdue(StrEnum):
    """What becomes of posts whose time passed during a pause."""

    SEND = "send"
    SPREAD = "spread"
    ASK = "ask"


@transaction.atomic
def publish_overdue(actor: Actor, *, post_id: UUID) -> Post:
    """Send a post now that was missed, or whose “valid until” has passed."""
    actor.require(Permission.POSTS_PUBLISH)
    post = get_post(actor, post_id)
    waiting = Delivery.objects.filter(_ASKING, post=post, kind=DeliveryKind.PUBLISH.value)
    found = list(waiting.values_list("id", flat=True))
    if not found:
        return publish_now(actor, post_id=post_id)
    queueing.left(post.id)
    for delivery_id in found:
        retry_delivery(actor, delivery_id=delivery_id)
    post.refresh_from_db()
    return post


@transaction.atomic
def drop_overdue(actor: Actor, *, post_id: UUID) -> None:
    """Let go of a post that was missed or is stale; an unfinished slot is skipped."""
    post = get_post(actor, post_id)
    row = SeriesTime.objects.filter(post=post).first()
    if row is not None and not delivery_states(post):
        skip_occurrence(actor, series_id=row.series_id, wall=row.wall)
        return
    cancel_post(actor, post_id=post_id)


@transaction.atomic
def postpone_overdue(actor: Actor, *, post_id: UUID, at: str | datetime) -> Post:
    """Give a post that was missed or is stale another time."""
    if not Post.objects.filter(id=post_id, workspace_id=actor.workspace_id).exists():
        return get_post(actor, post_id)
    Post.objects.filter(id=post_id, valid_until__lt=clock.now()).update(valid_until=None)
    return move_post(actor, post_id=post_id, at=at)


def each_overdue(
    actor: Actor, post_ids: Iterable[UUID], action: Callable[..., object]
) -> tuple[int, list[EnishiError]]:
    """Do the same with several posts, each by itself; how many went well, and what did not."""
    actor.require(Permission.POSTS_EDIT)
    done, refused = 0, []
    for post_id in post_ids:
        try:
            action(actor, post_id=post_id)
            done += 1
        except EnishiError as error:
            refused.append(error)
    return done, refused


@transaction.atomic
def queue_overdue(actor: Actor, *, post_id: UUID, queue_id: UUID) -> Post:
    """Give a post that was missed or is stale the next free time of a queue."""
    post = get_post(actor, post_id)
    Post.objects.filter(id=post.id, valid_until__lt=clock.now()).update(valid_until=None)
    return add_to_queue(actor, post_id=post_id, queue_id=queue_id)


def spread_overdue(
    actor: Actor, *, post_ids: Iterable[UUID], start: str | datetime, minutes: int
) -> tuple[int, list[EnishiError]]:
    """Give several new times: the first at `start`, each so many minutes after the one before.

    `start` without an offset is wall-clock time of the workspace, and whole days are counted
    by that clock. Returns how many went well, and what did not.
    """
    if not 1 <= minutes <= MOST_SPREAD:
        raise InvalidInputError(_("Choose one minute to four weeks."), field="minutes")
    first = slot(start, workspace_of(actor).time_zone, now=clock.now())
    done, refused = 0, []
    for post_id in post_ids:
        try:
            postpone_overdue(actor, post_id=post_id, at=slots.nth(first, done, minutes))
            done += 1
        except EnishiError as error:
            refused.append(error)
    return done, refused


@transaction.atomic
def resume_with(
    actor: Actor,
    *,
    channel_id: UUID | None = None,
    waiting: Overdue = Overdue.SEND,
    minutes: int = 15,
) -> int:
    """Lift a pause, and say what becomes of the posts whose time passed while it was on.

    `send`: at once. `spread`: from now on, so many minutes apart. `ask`: they become missed,
    and a person decides about each. Returns how many posts that were.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise InvalidInputError(_("Choose 1 to 1,440 minutes."), field="minutes")
    actor.require(Permission.POSTS_PUBLISH)
    posts = overdue.released_by(actor.workspace_id, channel_id)
    if waiting is Overdue.SPREAD:
        _spread(actor, posts, minutes)
    resume_publishing(actor, channel_id=channel_id)
    if waiting is Overdue.ASK:
        _ask(posts)
    return len(posts)


def _spread(actor: Actor, posts: Sequence[Post], minutes: int) -> None:
    zone = workspace_of(actor).time_zone
    start = clock.now().replace(second=0, microsecond=0)
    for post, at in zip(posts, slots.spread(len(posts), start, minutes), strict=True):
        moved = of_instant(at, zone)
        place = {"wall_time": moved.wall_time, "time_zone": zone, "due_at": moved.due_at}
        waiting = (DeliveryState.SCHEDULED, DeliveryState.HELD)
        Delivery.objects.filter(
            post=post,
            kind=DeliveryKind.PUBLISH.value,
            state__in=planning.values(waiting),
            attempts=0,
        ).update(planned_at=moved.due_at, **place)
        Post.objects.filter(id=post.id).update(**place)
        queueing.left(post.id)


def _ask(posts: Sequence[Post]) -> None:
    ids = [post.id for post in posts]
    rows = Delivery.objects.filter(
        post_id__in=ids, state=DeliveryState.SCHEDULED.value, attempts=0, due_at__lte=clock.now()
    )
    planning.move(
        list(rows.values_list("id", flat=True)), DeliveryState.MISSED, reason=Reason.LATE.value
    )
    planning.refresh_states(ids)
