"""Queues: their times, putting posts in, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.publishing import internal, queueing
from enishi.publishing.actions.posts import claim_version
from enishi.publishing.actions.scheduling import plan, require_not_out
from enishi.publishing.core import slots
from enishi.publishing.core.schedule import Slot, of_instant, slot_at, zone
from enishi.publishing.core.slots import QueueInput
from enishi.publishing.models import Post
from enishi.publishing.planning import Plan
from enishi.publishing.slot_models import Queue

_WEEKDAYS = range(7)


@transaction.atomic
def create_queue(actor: Actor, *, content: QueueInput) -> Queue:
    """Keep a new queue."""
    actor.require(Permission.POSTS_PUBLISH)
    fields = _fields(content)
    _require_free_name(actor, str(fields["name"]), None)
    return Queue.objects.create(workspace_id=actor.workspace_id, **fields)


@transaction.atomic
def update_queue(actor: Actor, *, queue_id: UUID, content: QueueInput) -> Queue:
    """Change a queue; what waits in it gets the first of its new times, in the same order."""
    queue = get_queue(actor, queue_id)
    fields = _fields(content)
    _require_free_name(actor, str(fields["name"]), queue.id)
    for name, value in fields.items():
        setattr(queue, name, value)
    queue.save(update_fields=list(fields))
    queueing.close_up(queue, clock.now())
    return queue


@transaction.atomic
def delete_queue(actor: Actor, *, queue_id: UUID) -> None:
    """Give a queue up. What waits in it stays scheduled at its times."""
    get_queue(actor, queue_id).delete()


@internal.told
@transaction.atomic
def add_to_queue(
    actor: Actor,
    *,
    post_id: UUID,
    queue_id: UUID,
    version: int | None = None,
    first: bool = False,
    valid_until: str | datetime | None = None,
) -> Post:
    """Schedule a post at the next free time of a queue, or before all that wait in it.

    One that waits in it already keeps its place. After `valid_until` it is held instead of
    sent late: wall-clock time of the queue's zone when without an offset, empty for no end,
    None to leave it as it is.
    """
    queue = get_queue(actor, queue_id)
    post = claim_version(actor, post_id, version)
    require_not_out(post)
    slot = _place_of(queue, post)
    limit = post.valid_until if valid_until is None else _limit(valid_until, queue)
    post = plan(actor, post, Plan(slot, limit), verb="Add")
    queueing.put(queue, post)
    if first:
        _arrange(queue, post.id, 0)
        post.refresh_from_db()
    if limit is not None and post.due_at is not None and limit <= post.due_at:
        raise InvalidInputError(
            _("The next free time of the queue is after the post's “valid until”."),
            field="valid_until",
            remedy=_("Schedule it at a time of its own, or push it to the front."),
        )
    return post


def _place_of(queue: Queue, post: Post) -> Slot:
    """Where a post waits already, else the next free time; it leaves any other queue."""
    now = clock.now()
    kept = queueing.waiting(queue, now).filter(post=post).first()
    if kept is not None:
        return of_instant(kept.due_at, queue.time_zone)
    queueing.left(post.id)
    return queueing.next_free(queue, now)


def _limit(valid_until: str | datetime, queue: Queue) -> datetime | None:
    if not valid_until:
        return None
    return slot_at(valid_until, queue.time_zone, field="valid_until").due_at


@transaction.atomic
def move_in_queue(actor: Actor, *, queue_id: UUID, post_id: UUID, place: int) -> None:
    """Put a waiting post at another place: 0 is the first. The others make room."""
    _arrange(get_queue(actor, queue_id), post_id, place)


@transaction.atomic
def step_in_queue(actor: Actor, *, queue_id: UUID, post_id: UUID, steps: int) -> None:
    """Move a waiting post so many places towards the end, or towards the front if negative."""
    queue = get_queue(actor, queue_id)
    order = [entry.post_id for entry in queueing.waiting(queue, clock.now())]
    if post_id not in order:
        raise _not_waiting()
    _arrange(queue, post_id, order.index(post_id) + steps)


@transaction.atomic
def shuffle_queue(actor: Actor, *, queue_id: UUID, seed: int | None = None) -> None:
    """Put what waits into an order of chance."""
    queue = get_queue(actor, queue_id)
    entries = list(queueing.waiting(queue, clock.now()))
    queueing.hand_out(queue, slots.shuffled(entries, seed), [entry.due_at for entry in entries])


@transaction.atomic
def close_queue_gaps(actor: Actor, *, queue_id: UUID) -> None:
    """Let what waits move up to the first times."""
    queueing.close_up(get_queue(actor, queue_id), clock.now())


def get_queue(actor: Actor, queue_id: UUID) -> Queue:
    """A queue of the actor's workspace that the actor may change, locked."""
    actor.require(Permission.POSTS_PUBLISH)
    queue = queueing.locked(queue_id)
    if queue is None or queue.workspace_id != actor.workspace_id:
        raise NotFoundError(_("There is no such queue."), field="queue")
    return queue


def _arrange(queue: Queue, post_id: UUID, place: int) -> None:
    entries = list(queueing.waiting(queue, clock.now()))
    chosen = next((entry for entry in entries if entry.post_id == post_id), None)
    if chosen is None:
        raise _not_waiting()
    times: Sequence[datetime] = [entry.due_at for entry in entries]
    queueing.hand_out(queue, slots.moved(entries, chosen, place), times)


def _not_waiting() -> ConflictError:
    return ConflictError(
        _("This post no longer waits in the queue."),
        remedy=_("Reload the page to see where it stands."),
    )


def _fields(content: QueueInput) -> dict[str, object]:
    zone(content.time_zone)
    name = content.name.strip()[:120]
    if not name:
        raise InvalidInputError(_("Give it a name."), field="name")
    times = sorted({(each.weekday, f"{each.at:%H:%M}") for each in content.times})
    if not times or any(day not in _WEEKDAYS for day, _at in times):
        raise InvalidInputError(
            _("The queue has no times."),
            field="times",
            remedy=_("Write one or more for a day, such as 09:30."),
        )
    return {
        "name": name,
        "times": [list(each) for each in times],
        "time_zone": content.time_zone,
        "closes_gaps": content.closes_gaps,
        "skips_holidays": content.skips_holidays,
    }


def _require_free_name(actor: Actor, name: str, own: UUID | None) -> None:
    others = Queue.objects.filter(workspace_id=actor.workspace_id, name=name)
    if (others if own is None else others.exclude(id=own)).exists():
        raise InvalidInputError(
            _("There is a queue of this name already."), field="name", remedy=_("Choose another.")
        )
