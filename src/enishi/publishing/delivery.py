"""The source of work that serves the rows of `Delivery`.

Claiming decides, in the transaction in which it takes rows: what is paused, stale or far
too late is set aside, what is over its channel's rate waits. Everything that is handed to a
network has its attempt row committed first.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from enishi.activities import log
from enishi.channels import registry
from enishi.channels.models import Channel
from enishi.jobs import budgets, metrics
from enishi.jobs.core.fairness import Candidate, allot
from enishi.jobs.core.pace import Rate
from enishi.jobs.sources import Backlog, Claimed, ClaimRequest, Stranded
from enishi.publishing import events, planning, sending, settlement
from enishi.publishing.clients import Clients
from enishi.publishing.core import gate
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryState, Outcome, PostState
from enishi.publishing.core.timeline import why
from enishi.publishing.models import Attempt, Delivery, Post
from enishi.publishing.sending import Result, SendWork

logger = logging.getLogger(__name__)

CEILING = 500
WIDTH = 4
"""How many deliveries of one channel a worker has in flight."""
_LOOKAHEAD = 4000
_SCHEDULED = DeliveryState.SCHEDULED.value


class DeliverySource:
    """Serves deliveries: fair between workspaces, narrow for each channel."""

    name = "deliveries"
    ceiling = CEILING
    deadline = 300.0

    def __init__(self) -> None:
        self._shut: dict[UUID, datetime] = {}
        """Channels over their rate, until when: they are not looked at before."""
        self._clients = Clients()

    def claim(self, request: ClaimRequest) -> Claimed[SendWork]:
        candidates = self._candidates(request)
        chosen = allot(candidates, room=request.room, width=WIDTH, in_flight=request.in_flight)
        if not chosen:
            return Claimed([], more=bool(candidates or request.in_flight))
        with transaction.atomic():
            rows = self._within_budget(_sorted_out(_locked(chosen), request.now), request.now)
            taken = _take(rows, request)
        return Claimed(sending.works(taken, request.worker_id), more=True)

    def _candidates(self, request: ClaimRequest) -> list[Candidate[UUID]]:
        """The first few due deliveries of every channel, the earliest first."""
        self._shut = {key: at for key, at in self._shut.items() if at > request.now}
        full = [UUID(lane) for lane, count in request.in_flight.items() if count >= WIDTH]
        due = Delivery.objects.filter(state=_SCHEDULED, due_at__lte=request.now)
        due = due.exclude(channel_id__in=[*self._shut, *full]) if self._shut or full else due
        place = Window(RowNumber(), partition_by=F("channel_id"), order_by=["due_at", "id"])
        rows = (
            due.annotate(place=place)
            .filter(place__lte=WIDTH)
            .order_by("due_at")
            .values_list("id", "workspace_id", "channel_id")[:_LOOKAHEAD]
        )
        return [Candidate(row[0], str(row[1]), str(row[2])) for row in rows]

    def _within_budget(self, rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
        """Those that their channels' rates let pass now; the others stay due."""
        by_channel: dict[UUID, list[Delivery]] = defaultdict(list)
        for row in rows:
            by_channel[row.channel_id].append(row)
        wanted = Counter({channel: len(items) for channel, items in by_channel.items()})
        rates = {row.channel_id: rates_of(row.channel) for row in rows}
        passed: list[Delivery] = []
        for channel, allowance in _spend(wanted, rates, now).items():
            passed.extend(by_channel[channel][: allowance.granted])
            if allowance.granted < wanted[channel]:
                self._shut[channel] = allowance.next_at
                waiting = wanted[channel] - allowance.granted
                metrics.BUDGET_WAITS.add(by_channel[channel][0].channel.adapter, amount=waiting)
        return passed

    async def deliver(self, work: SendWork) -> Result:
        return await sending.send(work, self._clients)

    async def close(self) -> None:
        await self._clients.aclose()

    def interrupted(self, work: SendWork) -> Result:
        return Result(work, Outcome.INTERRUPTED)

    def settle(self, results: Sequence[Result]) -> None:
        settlement.settle(results)

    def recover(self, stranded: Stranded, now: datetime) -> int:
        """Let what dead workers held be attempted again: the next attempt looks first."""
        own = Q(worker_id=stranded.worker_id) & ~Q(id__in=list(stranded.in_flight))
        with transaction.atomic():
            rows = (
                Delivery.objects.select_for_update(skip_locked=True)
                .filter(
                    Q(worker_id__in=list(stranded.dead)) | own,
                    state=DeliveryState.PUBLISHING.value,
                    claimed_at__lt=stranded.claimed_before,
                )
                .values_list("id", "post_id")
            )
            found = dict(rows)
            if found:
                _free(found, now)
        return len(found)

    def backlog(self, now: datetime) -> Backlog:
        found = Delivery.objects.filter(state=_SCHEDULED, due_at__lte=now).aggregate(
            due=Count("id"), oldest=Min("due_at")
        )
        leased = Delivery.objects.filter(state=DeliveryState.PUBLISHING.value).count()
        return Backlog(**found, leased=leased)


def rates_of(channel: Channel) -> dict[str, Rate]:
    """The rates that a channel's network sets, by budget key.

    Any window holds at most `calls + burst` of ours, which is what the network allows.
    """
    rates: dict[str, Rate] = {}
    for limit in registry.get(channel.adapter).manifest.rate_limits:
        allowed = max(limit.amount // limit.cost, 2)
        burst = allowed // 2
        rates[f"channel:{channel.id}:{limit.name}"] = Rate(
            allowed - burst, timedelta(seconds=limit.seconds), burst
        )
    return rates


def _spend(
    wanted: Counter[UUID], rates: dict[UUID, dict[str, Rate]], now: datetime
) -> dict[UUID, budgets.Allowance]:
    """What each channel may send: the least that any of its budgets grants."""
    gates = settlement.closed_gates(wanted, now)
    open_channels = [channel for channel in wanted if channel not in gates]
    keys = {key: wanted[channel] for channel in open_channels for key in rates[channel]}
    by_key = {key: rate for found in rates.values() for key, rate in found.items()}
    spent = budgets.spend(keys, by_key, now) if keys else {}
    allowed = {channel: budgets.Allowance(0, at) for channel, at in gates.items()}
    for channel in open_channels:
        grants = [spent[key] for key in rates[channel]]
        allowed[channel] = budgets.Allowance(
            min([grant.granted for grant in grants], default=wanted[channel]),
            max([grant.next_at for grant in grants], default=now),
        )
    return allowed


def _locked(ids: Iterable[UUID]) -> list[Delivery]:
    """The rows, locked; those that another worker looks at are left to it."""
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
    return list(
        rows.filter(id__in=list(ids), state=_SCHEDULED)
        .select_related("channel__workspace", "post")
        .order_by("due_at", "id")
    )


def _sorted_out(rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Set aside what must not go out; what is left may."""
    aside: dict[gate.Verdict, list[Delivery]] = defaultdict(list)
    for row in rows:
        aside[_verdict(row, now)].append(row)
    passed = aside.pop(gate.PASS, [])
    for verdict, held in aside.items():
        _set_aside(verdict, held, now)
    return passed


def _verdict(row: Delivery, now: datetime) -> gate.Verdict:
    return gate.judge(
        kind=row.kind,
        channel_state=row.channel.state,
        planned_at=row.planned_at,
        valid_until=row.valid_until,
        first=row.attempts == 0,
        now=now,
    )


def _set_aside(verdict: gate.Verdict, rows: Sequence[Delivery], now: datetime) -> None:
    ids = [row.id for row in rows]
    planning.move(ids, verdict.state, reason=verdict.reason.value)
    planning.refresh_states({row.post_id for row in rows if row.post_id})
    note = str(why(verdict.state, verdict.reason))
    log.record(
        events.trouble("Flag", row, state=verdict.state, reason=verdict.reason, note=note, at=now)
        for row in rows
    )


def _take(rows: Sequence[Delivery], request: ClaimRequest) -> list[Delivery]:
    """The compare-and-set and the attempt rows, before any call."""
    begun = request.now.replace(microsecond=request.now.microsecond // 1000 * 1000)
    Delivery.objects.filter(id__in=[row.id for row in rows], state=_SCHEDULED).update(
        state=DeliveryState.PUBLISHING.value,
        worker_id=request.worker_id,
        claimed_at=request.now,
        attempts=F("attempts") + 1,
        first_attempt_at=Coalesce(F("first_attempt_at"), begun),
    )
    for row in rows:
        row.attempts += 1
        row.first_attempt_at = row.first_attempt_at or begun
    Attempt.objects.bulk_create(
        Attempt(
            delivery_id=row.id,
            number=row.attempts,
            worker_id=request.worker_id,
            started_at=request.now,
        )
        for row in rows
    )
    posts = [row.post_id for row in rows if row.post_id]
    Post.objects.filter(id__in=posts, state=PostState.SCHEDULED.value).update(
        state=PostState.PUBLISHING.value
    )
    return list(rows)


def _free(found: Mapping[UUID, UUID | None], now: datetime) -> None:
    Delivery.objects.filter(id__in=list(found), state=DeliveryState.PUBLISHING.value).update(
        state=_SCHEDULED, worker_id=None, due_at=now, reason=Reason.INTERRUPTED.value
    )
    Attempt.objects.filter(
        delivery_id__in=list(found), outcome=Outcome.RUNNING.value, ended_at__isnull=True
    ).update(outcome=Outcome.INTERRUPTED.value, ended_at=now)
    planning.refresh_states({post_id for post_id in found.values() if post_id})


def is_sending(channel: Channel) -> bool:
    """Whether something of this channel may stand on the network without our knowing yet."""
    return _uncertain(channel).exists()


def _uncertain(channel: Channel) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(channel=channel)
    looking = [Reason.LOOKING.value, Reason.INTERRUPTED.value]
    return rows.filter(
        Q(state=DeliveryState.PUBLISHING.value) | Q(state=_SCHEDULED, reason__in=looking)
    )
