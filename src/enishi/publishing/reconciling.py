"""How it can be found out whether a delivery arrived, and what follows where it cannot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from enishi.activities import log
from enishi.channels import registry
from enishi.channels.core.matching import EARLIER
from enishi.channels.manifest import Reconcile
from enishi.channels.models import Channel
from enishi.publishing import candidates, events, planning, signals
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import (
    MAY_HAVE_ARRIVED,
    DeliveryKind,
    DeliveryState,
    Outcome,
)
from enishi.publishing.core.timeline import why
from enishi.publishing.models import Attempt, Delivery

MOST_INTERRUPTIONS = 20
"""A delivery during which workers die this often is not tried again without a person."""


def strategy_of(channel: Channel) -> Reconcile:
    """How the network of a channel can be asked."""
    publishing = registry.get(channel.adapter).manifest.publishing
    return publishing.reconcile if publishing else Reconcile.PERSON


def can_look(delivery: Delivery) -> bool:
    """Whether another attempt can do no harm: it looks first, or it deletes or changes."""
    if delivery.kind in (DeliveryKind.DELETE, DeliveryKind.EDIT):
        return True
    return strategy_of(delivery.channel) is not Reconcile.PERSON


def is_undoable(delivery: Delivery) -> bool:
    """Whether where it stands is what a person decided, so that they can take it back."""
    state = DeliveryState(delivery.state)
    if delivery.reason == Reason.MARKED:
        return state is DeliveryState.PUBLISHED
    given_up = {DeliveryState.FAILED, DeliveryState.CANCELLED}
    return delivery.reason == Reason.GIVEN_UP and state in given_up and delivery.attempts > 0


def before_decision(delivery: Delivery) -> DeliveryState:
    """Where a delivery stood before a person marked it as published or gave it up."""
    if delivery.reason == Reason.GIVEN_UP:
        gave_up_doubt = delivery.state == DeliveryState.FAILED
        return DeliveryState.UNKNOWN if gave_up_doubt else DeliveryState.FAILED
    doubtful = {outcome.value for outcome in MAY_HAVE_ARRIVED} | {Outcome.UNCERTAIN.value}
    arrived = delivery.tries.filter(outcome__in=doubtful).exists()
    return DeliveryState.UNKNOWN if arrived else DeliveryState.FAILED


def others_ids(rows: Iterable[Delivery]) -> Mapping[UUID, frozenset[str]]:
    """For deliveries that are read back: remote ids of their channels that are others'."""
    asked = [row for row in rows if row.attempts > 1 and _reads_back(row)]
    return {row.id: frozenset(_near(row)) for row in asked}


def _reads_back(row: Delivery) -> bool:
    return strategy_of(row.channel) is Reconcile.READBACK


def _near(row: Delivery) -> Iterable[str]:
    since = (row.first_attempt_at or row.planned_at) - EARLIER
    others = Delivery.objects.filter(channel_id=row.channel_id, published_at__gte=since)
    found = others.exclude(id=row.id).exclude(remote_id="")
    for remote_id, receipt in found.values_list("remote_id", "receipt"):
        yield remote_id
        yield from map(str, receipt.get("parts", ()))
        if receipt.get("comment"):
            yield str(receipt["comment"])


def free(rows: QuerySet[Delivery], now: datetime) -> int:
    """Let go of what dead workers held (the rows are locked).

    Most of it is due again at once: the next attempt looks first. Where nothing can be
    asked, or workers die of it, a person decides.
    """
    held = list(rows.select_related("channel"))
    stuck = [row for row in held if not can_look(row) or _kills(row)]
    stopped = {row.id for row in stuck}
    again = [row.id for row in held if row.id not in stopped]
    _change(again, DeliveryState.SCHEDULED, Reason.INTERRUPTED, due_at=now)
    _change(stopped, DeliveryState.UNKNOWN, Reason.NOT_CONFIRMED)
    Attempt.objects.filter(
        delivery_id__in=[row.id for row in held],
        outcome=Outcome.RUNNING.value,
        ended_at__isnull=True,
    ).update(outcome=Outcome.INTERRUPTED.value, ended_at=now)
    planning.refresh_states({row.post_id for row in held if row.post_id})
    _tell(stuck, now)
    return len(held)


def _kills(row: Delivery) -> bool:
    return row.attempts - row.attempts_before >= MOST_INTERRUPTIONS


def _change(ids: Collection[UUID], state: DeliveryState, reason: Reason, **fields: object) -> None:
    if ids:
        Delivery.objects.filter(id__in=ids, state=DeliveryState.PUBLISHING.value).update(
            state=state.value, worker_id=None, reason=reason.value, **fields
        )


def _tell(stuck: list[Delivery], now: datetime) -> None:
    """Record that these wait for a person, and gather what helps to decide."""
    for row in stuck:
        row.state, row.reason = DeliveryState.UNKNOWN.value, Reason.NOT_CONFIRMED.value
        row.worker_id = None
        candidates.gather_later(row)
    note = str(why(DeliveryState.UNKNOWN, Reason.NOT_CONFIRMED))
    log.record(
        events.trouble("Flag", row, note=note, at=now, state=row.state, reason=row.reason)
        for row in stuck
    )
    if stuck:
        signals.deliveries_settled.send(Delivery, deliveries=stuck)
