"""Writing down how attempts ended: many at a time, in one transaction."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField
from django.utils import translation

from enishi.activities import log
from enishi.channels import health
from enishi.jobs import budgets, metrics
from enishi.jobs.bulk import update_rows
from enishi.jobs.core.pace import Rate
from enishi.jobs.models import Budget
from enishi.jobs.quickrows import Among, Given, Prepared, as_uuid
from enishi.kernel import clock
from enishi.publishing import events, pacing, planning, signals
from enishi.publishing.candidates import gather_later, stored
from enishi.publishing.core import said
from enishi.publishing.core.settling import Reason, Settlement
from enishi.publishing.core.settling import settle as decide
from enishi.publishing.core.states import (
    DELIVERY_STATES,
    MAY_HAVE_ARRIVED,
    DeliveryKind,
    DeliveryState,
    Outcome,
)
from enishi.publishing.core.timeline import why
from enishi.publishing.models import Attempt, Delivery
from enishi.publishing.sending import Result

_GATES = "gate:"
_GATE = Rate(1, timedelta(seconds=1))
_STOPS = {
    DeliveryState.FAILED: "Reject",
    DeliveryState.UNKNOWN: "Flag",
    DeliveryState.HELD: "Flag",
    DeliveryState.MISSED: "Flag",
}
_CHANGED = [
    "state",
    "reason",
    "problem",
    "due_at",
    "worker_id",
    "remote_id",
    "remote_url",
    "receipt",
    "published_at",
    "candidates",
]


class Settled(NamedTuple):
    """A delivery with its new state in memory, the result and what was decided."""

    row: Delivery
    result: Result
    decision: Settlement


def settle(results: Sequence[Result]) -> None:
    """Settle attempts.

    1. Only what is still ours is settled: a delivery that was freed in the meantime belongs
       to its next attempt, unless we bring proof that it stands on the network.
    2. Rows, attempts, posts, the log and the channel change together.
    """
    now = clock.now()
    with transaction.atomic():
        doubtful = _perhaps_arrived(results)
        settled = [
            _applied(row, result, now, may_have_arrived=row.id in doubtful)
            for result, row in _still_ours(results)
        ]
        _write(settled)
        _note_attempts(results)
        log.record(activity for item in settled for activity in _activities(item, now))
        _mark_deleted(settled)
        planning.refresh_states({item.row.post_id for item in settled if item.row.post_id})
        _tell_channels(settled)
        _heed_quotas(settled, now)
        _gather_candidates(settled)
        if settled:
            signals.deliveries_settled.send(Delivery, deliveries=[item.row for item in settled])
    ended = Counter((result.work.label, result.outcome.value) for result in results)
    for labels, count in ended.items():
        metrics.OUTCOMES.add(*labels, amount=count)


_STANDS = Prepared(
    lambda: (
        Delivery.objects.select_for_update(of=("self",))
        .filter(Among("id", "ids"))
        .values_list("id", "state", "worker_id", "attempts")
    )
)


def _still_ours(results: Sequence[Result]) -> list[tuple[Result, Delivery]]:
    """The rows that may be settled, locked: as they were claimed, since nobody else moved them."""
    stands = {
        as_uuid(key): _Stand(state, as_uuid(worker) if worker else None, attempts)
        for key, state, worker, attempts in _STANDS.rows(ids=[one.work.id for one in results])
    }
    return [
        (result, result.work.delivery)
        for result in results
        if result.work.id in stands and _may_settle(stands[result.work.id], result)
    ]


class _Stand(NamedTuple):
    """Where a delivery stands in the database."""

    state: str
    worker_id: UUID | None
    attempts: int


def _may_settle(row: _Stand, result: Result) -> bool:
    if row.attempts != result.work.attempt:
        return False
    ours = row.state == DeliveryState.PUBLISHING and row.worker_id == result.work.worker_id
    proof = result.receipt is not None and row.state in (
        DeliveryState.SCHEDULED,
        DeliveryState.UNKNOWN,
    )
    return ours or proof


def _perhaps_arrived(results: Sequence[Result]) -> set[UUID]:
    """Deliveries of which an attempt, this or an earlier one, ended without a clear answer."""
    now_doubtful = {item.work.id for item in results if item.outcome in MAY_HAVE_ARRIVED}
    blind = {item.work.id: item.work.attempt for item in results if item.outcome is Outcome.BLIND}
    if not blind:
        return now_doubtful
    earlier = Attempt.objects.filter(
        delivery_id__in=list(blind), outcome__in=[outcome.value for outcome in MAY_HAVE_ARRIVED]
    ).values_list("delivery_id", "number")
    return now_doubtful | {key for key, number in earlier if number < blind[key]}


def _applied(row: Delivery, result: Result, now: datetime, *, may_have_arrived: bool) -> Settled:
    decision = decide(
        result.outcome,
        attempts=row.attempts - row.attempts_before,
        now=now,
        jitter=random.random(),  # noqa: S311 - spreads load, guards nothing
        asked=result.asked,
        can_look=result.can_look,
        may_have_arrived=may_have_arrived,
    )
    row.state, row.reason = decision.state.value, decision.reason.value
    row.worker_id = None
    row.due_at = decision.due_at or row.due_at
    row.candidates = stored(result.candidates)
    row.problem = said.pack(result.message, result.detail)
    if decision.state is DeliveryState.PUBLISHED:
        row.problem = ""
        is_edit = row.kind == DeliveryKind.EDIT
        row.published_at = now if is_edit else row.first_attempt_at or now
    if result.receipt is not None and row.kind != DeliveryKind.EDIT:
        row.remote_id, row.remote_url = result.receipt.remote_id, result.receipt.url
        row.receipt = {
            "extra": dict(result.receipt.extra),
            "parts": list(result.receipt.parts),
            "comment": result.receipt.comment,
        }
    return Settled(row, result, decision)


def _write(settled: Sequence[Settled]) -> None:
    """The rows exist and are locked."""
    update_rows(
        Delivery,
        ("id",),
        _CHANGED,
        ([item.row.id, *(getattr(item.row, name) for name in _CHANGED)] for item in settled),
    )


def _note_attempts(results: Sequence[Result]) -> None:
    update_rows(
        Attempt,
        ("delivery", "number"),
        ("ended_at", "outcome", "detail"),
        (
            (
                result.work.id,
                result.work.attempt,
                result.ended_at,
                result.outcome.value,
                said.pack(result.message, result.detail),
            )
            for result in results
        ),
    )


def _note(row: Delivery, decision: Settlement) -> str:
    """Why it stopped, for the log, in the language of the workspace."""
    with translation.override(row.channel.workspace.language):
        return said.unpack(row.problem).words or str(why(decision.state, row.reason))


def _activities(item: Settled, now: datetime) -> Iterable[log.NewActivity]:
    row = item.row
    if item.decision.state is not DeliveryState.PUBLISHED:
        if (verb := _STOPS.get(item.decision.state)) is not None:
            yield events.trouble(
                verb,
                row,
                state=item.decision.state,
                reason=item.decision.reason,
                note=_note(row, item.decision),
                at=now,
            )
    elif row.kind == DeliveryKind.DELETE:
        yield events.removed(row, at=now)
    elif row.kind == DeliveryKind.EDIT:
        yield events.changed(row, item.result.work.outgoing, at=now)
    else:
        yield events.published(
            row,
            item.result.work.outgoing.text,
            remote_id=row.remote_id,
            remote_url=row.remote_url,
            at=row.published_at or now,
            language=item.result.work.outgoing.language,
        )


def _mark_deleted(settled: Sequence[Settled]) -> None:
    """What a deletion took off the network is no longer published."""
    for item in settled:
        done = item.decision.state is DeliveryState.PUBLISHED
        if done and item.row.kind == DeliveryKind.DELETE:
            Delivery.objects.filter(
                channel_id=item.row.channel_id,
                remote_id=item.row.target_id,
                state__in=planning.values(DELIVERY_STATES.sources_of(DeliveryState.DELETED)),
            ).exclude(id=item.row.id).update(state=DeliveryState.DELETED.value)


def _gather_candidates(settled: Sequence[Settled]) -> None:
    """A person decides about these: keep what may be them on the network."""
    for item in settled:
        if item.decision.state is DeliveryState.UNKNOWN:
            gather_later(item.row)


def _tell_channels(settled: Sequence[Settled]) -> None:
    """When something last came out, and what a channel's network no longer wants of us."""
    newest: dict[UUID, datetime] = {}
    waits: dict[UUID, datetime] = {}
    refused: dict[UUID, Result] = {}
    for item in settled:
        channel_id, row = item.row.channel_id, item.row
        if item.result.receipt is not None and row.published_at:
            newest[channel_id] = max(row.published_at, newest.get(channel_id, row.published_at))
        if item.decision.reason is Reason.RATE_LIMITED:
            waits[channel_id] = max(row.due_at, waits.get(channel_id, row.due_at))
        if item.result.outcome is Outcome.AUTH_EXPIRED:
            refused[channel_id] = item.result
    health.published(newest)
    close_gates(waits)
    for result in refused.values():
        if result.error is not None:
            health.credentials_refused(result.work.delivery.channel, result.error)


def _heed_quotas(settled: Sequence[Settled], now: datetime) -> None:
    """Correct the budgets by what the servers said; where nothing is left, wait."""
    newest = {
        item.row.channel_id: (item.row.channel, item.result.quota)
        for item in sorted(settled, key=lambda item: item.result.ended_at)
        if item.result.quota is not None
    }
    empty: dict[UUID, datetime] = {}
    for channel, quota in newest.values():
        if not pacing.correct(channel, quota, now) and quota.remaining < 1:
            empty[channel.id] = quota.reset_at
    close_gates(empty)


def _gate(channel_id: UUID) -> str:
    return f"{_GATES}{channel_id}"


def close_gates(waits: dict[UUID, datetime]) -> None:
    """Let nothing go to these channels before the network wants it, on any worker."""
    if waits:
        keys = {_gate(channel_id): at for channel_id, at in waits.items()}
        budgets.close(keys, dict.fromkeys(keys, _GATE))


def closed_gates(channels: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    """The channels among these that must wait, and until when."""
    rows = _CLOSED.instances(now=now)
    if not rows:
        return {}
    keys = {_gate(channel_id): channel_id for channel_id in channels}
    return {keys[row.key]: row.arrival_at for row in rows if row.key in keys}


_CLOSED = Prepared(
    lambda: Budget.objects.filter(
        key__startswith=_GATES, arrival_at__gt=Given("now", DateTimeField())
    ),
    "key",
    "arrival_at",
)
