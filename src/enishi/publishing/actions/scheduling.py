"""Planning when posts go out, moving and cancelling them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import log
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.publishing import events, internal, planning, queueing, standing
from enishi.publishing.actions.posts import claim_version, delivery_states
from enishi.publishing.core import schedule
from enishi.publishing.core.schedule import Slot
from enishi.publishing.core.states import (
    CONTENT_IS_FIXED,
    DeliveryKind,
    PostState,
)
from enishi.publishing.errors import too_late
from enishi.publishing.home import workspace_of
from enishi.publishing.models import Delivery, Post
from enishi.publishing.planning import Plan
from enishi.publishing.validation import require_publishable

_UNPLANNED = {PostState.DRAFT.value, PostState.CANCELLED.value}


@internal.told
@transaction.atomic
def schedule_post(
    actor: Actor,
    *,
    post_id: UUID,
    at: str | datetime,
    time_zone: str = "",
    valid_until: str | datetime | None = None,
    version: int | None = None,
) -> Post:
    """Have a post go out at a time on all its channels.

    `at` without an offset is wall-clock time in `time_zone`, which is the workspace's when
    empty. After `valid_until` it is held instead of sent late.
    """
    actor.require(Permission.POSTS_PUBLISH)
    slot = schedule.slot(at, time_zone or _zone(actor), now=clock.now())
    until = _limit(valid_until, slot)
    post = claim_version(actor, post_id, version)
    require_not_out(post)
    queueing.left(post.id)
    return plan(actor, post, Plan(slot, until), verb="Add")


@internal.told
@transaction.atomic
def publish_now(actor: Actor, *, post_id: UUID, version: int | None = None) -> Post:
    """Have a post go out at once."""
    actor.require(Permission.POSTS_PUBLISH)
    post = claim_version(actor, post_id, version)
    require_not_out(post)
    slot = schedule.of_instant(clock.now().replace(microsecond=0), _zone(actor))
    queueing.left(post.id)
    return plan(actor, post, Plan(slot), verb="Add")


@internal.told
@transaction.atomic
def move_post(
    actor: Actor,
    *,
    post_id: UUID,
    at: str | datetime,
    time_zone: str = "",
    version: int | None = None,
) -> Post:
    """Give a post another time: a draft only changes its place in the calendar.

    A scheduled post is checked again, since limits differ with time and may have changed.
    """
    actor.require(Permission.POSTS_EDIT)
    post = claim_version(actor, post_id, version)
    slot = schedule.slot(at, time_zone or post.time_zone or _zone(actor), now=clock.now())
    if post.state in _UNPLANNED or not delivery_states(post):
        _place(post, slot, post.valid_until)
        planning.refresh_states([post.id])
        return _recorded(actor, post, "Move", slot.wall_time)
    actor.require(Permission.POSTS_PUBLISH)
    require_not_out(post)
    queueing.left(post.id)
    return plan(actor, post, Plan(slot, post.valid_until), verb="Move")


@transaction.atomic
def cancel_post(actor: Actor, *, post_id: UUID, version: int | None = None) -> Post:
    """Take a post out of the schedule, wherever it has not gone out yet.

    Where a part of it stands already, or may, the delivery is not cancelled but asks.
    """
    actor.require(Permission.POSTS_PUBLISH)
    post = claim_version(actor, post_id, version)
    rows = Delivery.objects.filter(post=post, kind=DeliveryKind.PUBLISH.value)
    if not standing.stop(rows.select_for_update()):
        raise too_late(_("There is nothing left to cancel."))
    planning.refresh_states([post.id])
    queueing.left(post.id)
    return _recorded(actor, post, "Remove")


def _zone(actor: Actor) -> str:
    return workspace_of(actor).time_zone


def _limit(valid_until: str | datetime | None, slot: Slot) -> datetime | None:
    if not valid_until:
        return None
    limit = schedule.slot_at(valid_until, slot.time_zone, field="valid_until").due_at
    if limit <= slot.due_at:
        raise InvalidInputError(
            _("“Valid until” is before the time of publishing."),
            field="valid_until",
            remedy=_("Choose a later end, or none."),
        )
    return limit


def require_not_out(post: Post) -> None:
    """At least one delivery may still be planned."""
    states = delivery_states(post)
    if states and states <= CONTENT_IS_FIXED:
        raise ConflictError(
            _("This post is already published or being published."),
            remedy=_("Reload the page to see where it stands."),
        )


def plan(actor: Actor, post: Post, wanted: Plan, *, verb: str) -> Post:
    """Have a post go out by a plan, if its channels would take it."""
    channels: list[Channel] = require_publishable(actor, post)
    planning.replan(post, channels, wanted, author_id=actor.user_id)
    _place(post, wanted.slot, wanted.valid_until)
    return _recorded(actor, post, verb, wanted.slot.wall_time)


def _place(post: Post, slot: Slot, valid_until: datetime | None) -> None:
    Post.objects.filter(id=post.id).update(
        due_at=slot.due_at,
        wall_time=slot.wall_time,
        time_zone=slot.time_zone,
        valid_until=valid_until,
        updated_at=clock.now(),
    )


def _recorded(actor: Actor, post: Post, verb: str, note: str = "") -> Post:
    post.refresh_from_db()
    log.record([events.house(actor, verb, post, note=note)])
    return post
