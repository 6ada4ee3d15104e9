"""The times of queued posts. Called inside the transactions of actions and by the worker.

A queue's order is that of its posts' times: every change of order hands the same times out
anew. Only posts that are still scheduled, at the time the queue gave them, wait in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from enishi.kernel import clock
from enishi.kernel.errors import ConflictError
from enishi.publishing.core.schedule import Slot, of_instant
from enishi.publishing.core.slots import (
    Occurrence,
    WeeklyTime,
    free_times,
    parse_times,
)
from enishi.publishing.core.states import DeliveryKind, DeliveryState, PostState
from enishi.publishing.home import days_off
from enishi.publishing.models import Delivery, Post
from enishi.publishing.slot_models import Queue, QueueEntry

_SPAN = timedelta(days=366)
_WAITS = Q(post__state=PostState.SCHEDULED.value, post__due_at=F("due_at"))


def times_of(queue: Queue) -> list[WeeklyTime]:
    """The times of the week."""
    return [WeeklyTime(int(day), parse_times([at])[0]) for day, at in queue.times]


def waiting(queue: Queue, now: datetime) -> QuerySet[QueueEntry]:
    """What waits in a queue, in order."""
    rows = QueueEntry.objects.filter(_WAITS, queue=queue, due_at__gt=now)
    return rows.select_related("post").order_by("due_at")


def free(queue: Queue, now: datetime, taken: Iterable[datetime] = ()) -> Iterator[Occurrence]:
    """The times to come that nothing waits for."""
    days = [now.date() + timedelta(days=offset) for offset in range(-1, _SPAN.days)]
    return free_times(
        times_of(queue),
        queue.time_zone,
        after=now,
        taken=set(taken),
        without=days_off(queue.workspace, days, skips_holidays=queue.skips_holidays),
    )


def next_free(queue: Queue, now: datetime) -> Slot:
    """Where the next post goes."""
    taken = waiting(queue, now).values_list("due_at", flat=True)
    found = next(free(queue, now, taken), None)
    if found is None:
        raise ConflictError(
            _("This queue has no free time."), remedy=_("Give it more times of the week.")
        )
    return of_instant(found.due_at, queue.time_zone)


def locked(queue_id: UUID) -> Queue | None:
    """A queue that nobody else changes until the transaction ends."""
    rows = Queue.objects.select_for_update(of=("self",)).select_related("workspace")
    return rows.filter(id=queue_id).first()


def put(queue: Queue, post: Post) -> None:
    """Note that a post that has just got its time waits in a queue."""
    if post.due_at is None:
        return
    QueueEntry.objects.filter(queue=queue, due_at=post.due_at).exclude(_WAITS).delete()
    QueueEntry.objects.update_or_create(post=post, defaults={"queue": queue, "due_at": post.due_at})


def hand_out(queue: Queue, entries: Sequence[QueueEntry], times: Sequence[datetime]) -> None:
    """Give the posts these times, in this order."""
    pairs = list(zip(entries, sorted(times), strict=False))
    changed = [(entry, at) for entry, at in pairs if entry.due_at != at]
    QueueEntry.objects.filter(id__in=[entry.id for entry, _at in changed]).delete()
    for entry, at in changed:
        if _moved(entry.post_id, of_instant(at, queue.time_zone)):
            QueueEntry.objects.filter(queue=queue, due_at=at).delete()
            QueueEntry.objects.create(id=entry.id, queue=queue, post_id=entry.post_id, due_at=at)


def _moved(post_id: UUID, slot: Slot) -> bool:
    """Another time for a scheduled post; False when it is on its way already."""
    place = {"due_at": slot.due_at, "wall_time": slot.wall_time, "time_zone": slot.time_zone}
    moved = Delivery.objects.filter(
        post_id=post_id, kind=DeliveryKind.PUBLISH.value, state=DeliveryState.SCHEDULED.value
    ).update(planned_at=slot.due_at, **place)
    if moved:
        Post.objects.filter(id=post_id).update(
            version=F("version") + 1, updated_at=clock.now(), **place
        )
    return bool(moved)


def close_up(queue: Queue, now: datetime) -> None:
    """Let the posts of a queue move up to its first times."""
    entries = list(waiting(queue, now))
    hand_out(queue, entries, [item.due_at for item in islice(free(queue, now), len(entries))])


def left(post_id: UUID) -> None:
    """A post got another time, or goes away: those behind it move up if the queue says so."""
    entry = QueueEntry.objects.filter(post_id=post_id).first()
    if entry is None:
        return
    queue = locked(entry.queue_id)
    QueueEntry.objects.filter(id=entry.id).delete()
    now = clock.now()
    if queue is not None and queue.closes_gaps and entry.due_at > now:
        close_up(queue, now)


@transaction.atomic
def prune(queue_id: UUID, now: datetime) -> int:
    """Forget what no longer waits: published, cancelled, moved by hand. Gaps close."""
    queue = locked(queue_id)
    if queue is None:
        return 0
    gone = QueueEntry.objects.filter(queue=queue).exclude(_WAITS)
    ahead = gone.filter(due_at__gt=now).exists()
    count, _rows = gone.delete()
    if ahead and queue.closes_gaps:
        close_up(queue, now)
    return count
