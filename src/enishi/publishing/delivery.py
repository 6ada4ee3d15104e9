"""The source of work that serves the rows of `Delivery`.

Claiming decides, in the transaction in which it takes rows: what is paused, stale or far
too late is set aside, what is over its channel's rate waits. Everything that is handed to a
network has its attempt row committed first.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, DateTimeField, F, Q, QuerySet

from enishi.activities import log
from enishi.channels.models import Channel
from enishi.jobs import heartbeat, metrics
from enishi.jobs.carriers import Leased
from enishi.jobs.core.fairness import Candidate, Limits, own_first
from enishi.jobs.lookahead import Lookahead
from enishi.jobs.quickrows import Given, Prepared, as_time, as_uuid
from enishi.jobs.sources import Backlog, Claimed, ClaimRequest, Stranded
from enishi.publishing import claiming, events, pacing, planning, reconciling, sending, settlement
from enishi.publishing.clients import Clients
from enishi.publishing.core import gate
from enishi.publishing.core.schedule import missed_after
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.core.timeline import why
from enishi.publishing.models import Delivery
from enishi.publishing.pauses import Paused, PauseWatch
from enishi.publishing.sending import Result, SendWork

logger = logging.getLogger(__name__)

CEILING = 900
"""How many deliveries a worker has in flight; one server gets two thirds of them."""
WIDTH = 4
"""How many deliveries of one channel a worker has in flight."""
_AT_ONCE = {"sqlite": 150}
"""In one claim. Where statements cost little, what one claim took is on its way while the next is
made, instead of all being sent, answered and waited for together. Over a connection to a server
fewer and larger claims are better, and other workers use the time."""
_SCHEDULED = DeliveryState.SCHEDULED.value


class DeliverySource:
    """Serves deliveries: fair between workspaces, narrow for each channel."""

    name = "deliveries"
    ceiling = CEILING
    width = WIDTH
    deadline = 300.0

    def __init__(self) -> None:
        self._shut: dict[UUID, datetime] = {}
        """Channels over their rate, until when: they are not looked at before."""
        self._ahead: Lookahead[Any] = Lookahead()
        self._channels = claiming.Channels()
        self._clients = Clients()
        self._pauses = PauseWatch()

    def claim(self, request: ClaimRequest, *, _again: bool = True) -> Claimed[SendWork]:
        chosen = self._chosen(request)
        if not chosen:
            return Claimed([], more=bool(self._ahead or request.in_flight))
        with transaction.atomic():
            found = claiming.locked(chosen, self._channels, request.now)
            rows = self._within_budget(self._sorted_out(found, request.now), request.now)
            taken = claiming.take(rows, request)
        if len(found) < len(chosen):
            self._ahead.forget()  # others took them, or people moved them
        if not found and _again:
            return self.claim(request, _again=False)
        return Claimed(
            sending.works(taken, request.worker_id, self._channels, self._pauses), more=True
        )

    def _chosen(self, request: ClaimRequest) -> list[UUID]:
        """Whose turn it is, as far as there is room for them."""
        self._shut = {key: at for key, at in self._shut.items() if at > request.now}
        shut = {str(key) for key in self._shut}
        limits = Limits(
            WIDTH,
            request.in_flight,
            ceiling=CEILING,
            place_of=self._channels.place_of,
            is_closed=shut.__contains__,
        )
        room = min(request.room, _AT_ONCE.get(connection.vendor, CEILING))
        found = self._ahead.take(lambda: self._seen(request), room, limits, request.now)
        return [as_uuid(identifier) for identifier in found]

    def _seen(self, request: ClaimRequest) -> Iterable[Candidate[Any]]:
        """What is due, that of our own channels first where there are other workers."""
        found = claiming.seen(request.now, self._shut)
        workers = heartbeat.living(request.now)
        return own_first(found, request.worker_id, workers) if len(workers) > 1 else found

    def _within_budget(self, rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
        """Those that their channels' rates let pass now; the others stay due."""
        by_channel: dict[UUID, list[Delivery]] = defaultdict(list)
        for row in rows:
            by_channel[row.channel_id].append(row)
        wanted = Counter({channel: len(items) for channel, items in by_channel.items()})
        rates = {key: pacing.rates_of(items[0].channel) for key, items in by_channel.items()}
        closed = settlement.closed_gates(wanted, now)
        passed: list[Delivery] = []
        for channel, allowance in pacing.spend(wanted, rates, closed, now).items():
            passed.extend(by_channel[channel][: allowance.granted])
            if allowance.granted < wanted[channel]:
                self._shut[channel] = allowance.next_at
                waiting = wanted[channel] - allowance.granted
                metrics.BUDGET_WAITS.add(by_channel[channel][0].channel.adapter, amount=waiting)
        return passed

    def _sorted_out(self, rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
        """Set aside what must not go out; what is left may."""
        aside: dict[gate.Verdict, list[Delivery]] = defaultdict(list)
        paused = self._pauses.read()
        for row in rows:
            aside[_verdict(row, paused, now)].append(row)
        passed = aside.pop(gate.PASS, [])
        for verdict, held in aside.items():
            _set_aside(verdict, held, now)
        return passed

    def candidates(self, request: ClaimRequest) -> list[Candidate[UUID]]:
        """What is due, for a carrier that takes it to a fleet."""
        found = [
            Candidate(as_uuid(each.item), each.group, each.lane)
            for each in claiming.seen(request.now)
        ]
        lanes = {each.lane for each in found} | set(request.in_flight)
        self._channels.get({UUID(lane) for lane in lanes}, request.now)
        return found

    def place_of(self, lane: str) -> str:
        """The server that a channel's requests go to."""
        return self._channels.place_of(lane)

    def leased_lanes(self) -> dict[str, int]:
        """How many deliveries of each channel are being sent."""
        return {str(as_uuid(channel)): count for channel, count in _LEASED.rows()}

    def claim_these(self, request: ClaimRequest, identifiers: Collection[UUID]) -> Leased[SendWork]:
        """Take what a carrier brought, if it is still due; the same rules hold as for any."""
        with transaction.atomic():
            found = claiming.locked(identifiers, self._channels, request.now)
            due = [row for row in found if row.due_at <= request.now]
            allowed = self._sorted_out(due, request.now)
            taken = claiming.take(self._within_budget(allowed, request.now), request)
        passed = {row.id for row in taken}
        soon = request.now + timedelta(seconds=1)
        later = {
            row.id: self._shut.get(row.channel_id, soon) for row in allowed if row.id not in passed
        }
        return Leased(sending.works(taken, request.worker_id, self._channels, self._pauses), later)

    async def deliver(self, work: SendWork) -> Result:
        return await sending.send(work, self._clients)

    async def close(self) -> None:
        await self._clients.aclose()

    def interrupted(self, work: SendWork) -> Result:
        return sending.cut_off(work)

    def settle(self, results: Sequence[Result]) -> None:
        settlement.settle(results)

    def recover(self, stranded: Stranded, now: datetime) -> int:
        """Let what dead workers held be attempted again: the next attempt looks first."""
        if not _ANY_LEASED.rows():  # by its own small index: the rest would read the future too
            return 0
        with transaction.atomic():
            rows = Delivery.objects.select_for_update(skip_locked=True).filter(
                stranded.claims(), state=DeliveryState.PUBLISHING.value
            )
            return reconciling.free(rows, now)

    def backlog(self, now: datetime) -> Backlog:
        leased = sum(count for _channel, count in _LEASED.rows())
        due = sum(count for (count,) in WAITING.rows(now=now))
        oldest = next((as_time(at) for (at,) in OLDEST.rows(now=now)), None)
        return Backlog(due=due, oldest=oldest, leased=leased)


def _due(now: object) -> QuerySet[Delivery, Any]:
    return Delivery.objects.filter(state=_SCHEDULED, due_at__lte=now).order_by()


WAITING = Prepared(
    lambda: (
        _due(Given("now", DateTimeField()))
        .annotate(standing=claiming.Unindexed(F("state")))
        .values("standing")
        .annotate(count=Count("id"))
        .values_list("count")
    )
)
OLDEST = Prepared(
    lambda: _due(Given("now", DateTimeField())).order_by("due_at").values_list("due_at")[:1]
)
_ANY_LEASED = Prepared(
    lambda: Delivery.objects.filter(state=DeliveryState.PUBLISHING.value).values_list("id")[:1]
)
_LEASED = Prepared(
    lambda: (
        Delivery.objects.filter(state=DeliveryState.PUBLISHING.value)
        .values_list("channel_id")
        .annotate(Count("id"))
    )
)


def _verdict(row: Delivery, paused: Paused, now: datetime) -> gate.Verdict:
    return gate.judge(
        kind=row.kind,
        channel_state=row.channel.state,
        planned_at=row.planned_at,
        valid_until=row.valid_until,
        first=row.attempts == 0,
        now=now,
        paused=paused.covers(row.workspace_id, row.channel_id),
        missed_after=missed_after(row.channel.workspace.missed_after_hours),
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


def is_sending(channel: Channel) -> bool:
    """Whether something of this channel may stand on the network without our knowing yet."""
    return _uncertain(channel).exists()


def _uncertain(channel: Channel) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(channel=channel)
    looking = [Reason.LOOKING.value, Reason.INTERRUPTED.value]
    return rows.filter(
        Q(state=DeliveryState.PUBLISHING.value) | Q(state=_SCHEDULED, reason__in=looking)
    )
