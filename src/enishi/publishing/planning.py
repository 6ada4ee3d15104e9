"""Making and moving the rows of deliveries. Called inside the transactions of actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from enishi.channels.models import Channel
from enishi.jobs.quickrows import Among, Prepared, as_uuid
from enishi.kernel import clock
from enishi.publishing.core import keys
from enishi.publishing.core.schedule import Slot
from enishi.publishing.core.states import (
    DELIVERY_STATES,
    DeliveryKind,
    DeliveryState,
    post_state,
)
from enishi.publishing.models import Delivery, Post

_MOVABLE = DELIVERY_STATES.sources_of(DeliveryState.SCHEDULED) - {
    DeliveryState.PUBLISHING,
    DeliveryState.UNKNOWN,
}
"""What a new time may be given to: nothing that may stand on the network."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When deliveries go out, and until when they make sense."""

    slot: Slot
    valid_until: datetime | None = None

    @classmethod
    def of(cls, delivery: Delivery) -> Plan:
        """The plan that a delivery follows."""
        slot = Slot(delivery.planned_at, delivery.wall_time, delivery.time_zone)
        return cls(slot, delivery.valid_until)

    def fields(self) -> dict[str, object]:
        """The columns of a delivery that follow from the plan."""
        return {
            "planned_at": self.slot.due_at,
            "due_at": self.slot.due_at,
            "wall_time": self.slot.wall_time,
            "time_zone": self.slot.time_zone,
            "valid_until": self.valid_until,
        }


def values(states: Iterable[DeliveryState]) -> list[str]:
    """States as the database holds them."""
    return [state.value for state in states]


def move(deliveries: Collection[UUID], new: DeliveryState, **fields: object) -> int:
    """Compare and set: bring deliveries into a state that their own allows to reach."""
    return Delivery.objects.filter(
        id__in=deliveries, state__in=values(DELIVERY_STATES.sources_of(new))
    ).update(state=new.value, **fields)


def replan(
    post: Post, channels: Sequence[Channel], plan: Plan, *, author_id: UUID | None
) -> list[Delivery]:
    """Have a post go out by a plan on exactly these channels.

    1. What waits for a channel that is no longer wanted is cancelled.
    2. What waits for a wanted one, or failed, gets the new time.
    3. Channels without a delivery get one.
    """
    rows = Delivery.objects.filter(post=post, kind=DeliveryKind.PUBLISH.value)
    wanted = [channel.id for channel in channels]
    rows.exclude(channel_id__in=wanted).filter(
        state__in=values(DELIVERY_STATES.sources_of(DeliveryState.CANCELLED))
    ).update(state=DeliveryState.CANCELLED.value)
    rows.filter(
        channel_id__in=wanted, state__in=values(_MOVABLE | {DeliveryState.SCHEDULED})
    ).update(
        state=DeliveryState.SCHEDULED.value,
        attempts_before=F("attempts"),
        reason="",
        problem="",
        **plan.fields(),
    )
    have = set(rows.values_list("channel_id", flat=True))
    missing = [channel for channel in channels if channel.id not in have]
    Delivery.objects.bulk_create(_new(post, channel, plan, author_id) for channel in missing)
    refresh_states([post.id])
    return list(rows.filter(channel_id__in=wanted))


def _new(post: Post, channel: Channel, plan: Plan, author_id: UUID | None) -> Delivery:
    return Delivery(
        workspace_id=post.workspace_id,
        post=post,
        channel=channel,
        author_id=author_id,
        kind=DeliveryKind.PUBLISH.value,
        key=keys.new_key(clock.now()),
        **plan.fields(),
    )


_POSTS = Prepared(
    lambda: (
        Post.objects.select_for_update()
        .filter(Among("id", "ids"))
        .order_by("id")
        .values_list("id", "state")
    )
)
_DELIVERIES = Prepared(
    lambda: Delivery.objects.filter(
        Among("post_id", "ids"), kind=DeliveryKind.PUBLISH.value
    ).values_list("post_id", "state")
)


def refresh_states(post_ids: Iterable[UUID]) -> None:
    """Write down anew where posts as a whole stand.

    The posts are locked first, in one order: of two workers that settle deliveries of the
    same post, the second one sees what the first wrote.
    """
    ids = list(post_ids)
    if not ids:
        return
    stands = dict(_POSTS.rows(ids=ids))
    found: dict[Any, set[DeliveryState]] = {identifier: set() for identifier in stands}
    for post_id, state in _DELIVERIES.rows(ids=ids):
        if post_id in found:
            found[post_id].add(DeliveryState(state))
    by_state: dict[str, list[UUID]] = defaultdict(list)
    for post_id, states in found.items():
        state = post_state(states).value
        if state != stands[post_id]:
            by_state[state].append(as_uuid(post_id))
    for state, changed in by_state.items():
        Post.objects.filter(Among("id", changed)).update(state=state)
