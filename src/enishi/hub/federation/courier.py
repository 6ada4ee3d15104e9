"""The source of work that brings parcels to inboxes.

A parcel is taken by compare-and-set before its request, like every delivery. What became of a
request that broke off need not be known: whoever gets an activity twice knows its id, so it is
simply sent again. Servers that fail rest, longer each time, and are given up in the end.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import Count, F, Min

from enishi.channels.errors import (
    AdapterError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from enishi.channels.http import Http, HttpResponse
from enishi.hub.federation import fetching, intake, keyring, ourselves, servers
from enishi.hub.federation import hosts as ours
from enishi.hub.models import HubKey, Parcel, ParcelState, Server
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import Message
from enishi.hub.protocol.signatures import Scheme, sign
from enishi.jobs.core.fairness import Candidate, allot
from enishi.jobs.sources import Backlog, Claimed, ClaimRequest, Stranded
from enishi.kernel import clock

CEILING = 200
WIDTH = 2
"""How many requests one server gets at a time."""
_LOOKAHEAD = 1000
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
"""A parcel that could not be delivered for so long is dropped."""
CONTENT_TYPE = "application/activity+json"
_KNOCK_AGAIN = frozenset({400, 401, 403})
_TRY_AGAIN = frozenset({401, 403, 404, 408, 425})
"""Refusals that pass at some servers: keys not read yet, a deployment going on."""


@dataclass(frozen=True, slots=True)
class ParcelWork:
    """A claimed parcel with all that the request needs."""

    parcel: Parcel
    worker_id: UUID
    body: bytes
    scheme: Scheme | None
    key: HubKey
    is_local: bool = False

    @property
    def id(self) -> UUID:
        return self.parcel.id

    @property
    def lane(self) -> str:
        return self.parcel.host


@dataclass(frozen=True, slots=True)
class ParcelResult:
    """How a request went."""

    work: ParcelWork
    done: bool = False
    final: bool = False
    problem: str = ""
    wait: timedelta | None = None
    scheme: Scheme | None = None
    interrupted: bool = False
    unreached: bool = False
    """The server itself did not answer: it may be down for all of us."""
    ended_at: datetime = field(default_factory=lambda: clock.now())  # noqa: PLW0108 - tests move it


class ParcelSource:
    """Serves `Parcel` rows, narrow for each server."""

    name = "hub.parcels"
    ceiling = CEILING
    deadline = 60.0

    def __init__(self) -> None:
        self._http: Http | None = None

    def claim(self, request: ClaimRequest) -> Claimed[ParcelWork]:
        due = Parcel.objects.filter(state=ParcelState.DUE, due_at__lte=request.now)
        rows = list(due.order_by("due_at", "id").values_list("id", "host")[:_LOOKAHEAD])
        chosen = allot(
            (Candidate(row[0], "hub", row[1]) for row in rows),
            room=request.room,
            width=WIDTH,
            in_flight=request.in_flight,
        )
        if not chosen:
            return Claimed([], more=bool(rows))
        with transaction.atomic():
            locked = list(
                due.filter(id__in=chosen)
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("shipment__actor", "shipment__key")
            )
            ids = [parcel.id for parcel in locked]
            Parcel.objects.filter(id__in=ids, state=ParcelState.DUE).update(
                state=ParcelState.SENDING,
                worker_id=request.worker_id,
                claimed_at=request.now,
                attempts=F("attempts") + 1,
            )
        return Claimed(_works(locked, request.worker_id), more=len(locked) < len(rows))

    async def deliver(self, work: ParcelWork) -> ParcelResult:
        if work.is_local:
            return await sync_to_async(_within)(work)
        if self._http is None:
            self._http = fetching.new_http()
        return await _send(self._http, work)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def interrupted(self, work: ParcelWork) -> ParcelResult:
        return ParcelResult(work, interrupted=True)

    def settle(self, results: Sequence[ParcelResult]) -> None:
        with transaction.atomic():
            _settle_done([result for result in results if result.done])
            for result in results:
                if not result.done:
                    _settle(result)
            _note_servers(results)

    def recover(self, stranded: Stranded, now: datetime) -> int:
        lost = Parcel.objects.filter(stranded.claims(), state=ParcelState.SENDING)
        return lost.update(state=ParcelState.DUE, worker_id=None, due_at=now)

    def backlog(self, now: datetime) -> Backlog:
        found = Parcel.objects.filter(state=ParcelState.DUE, due_at__lte=now).aggregate(
            due=Count("id"), oldest=Min("due_at")
        )
        return Backlog(**found)


def _works(rows: Sequence[Parcel], worker_id: UUID) -> list[ParcelWork]:
    """Bodies and keys are read once for each shipment, not once for each parcel."""
    hosts = {row.host for row in rows}
    known = Server.objects.filter(host__in=hosts).exclude(scheme="")
    schemes = {host: Scheme(scheme) for host, scheme in known.values_list("host", "scheme")}
    local = {host for host in hosts if ours.is_ours(host)}
    bodies: dict[UUID, bytes] = {}
    keys: dict[UUID, HubKey] = {}
    for row in rows:
        row.attempts += 1
        if row.shipment_id not in bodies:
            bodies[row.shipment_id] = encoded(row.shipment.document)
            keys[row.shipment_id] = row.shipment.key or keyring.signing_key(row.shipment.actor)
    return [
        ParcelWork(
            row,
            worker_id,
            bodies[row.shipment_id],
            schemes.get(row.host),
            keys[row.shipment_id],
            row.host in local,
        )
        for row in rows
    ]


def encoded(document: object) -> bytes:
    """A document as it travels."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


# ── one request ──


async def _send(http: Http, work: ParcelWork) -> ParcelResult:
    scheme = work.scheme or Scheme.RFC9421
    try:
        response = await _post(http, work, scheme)
        if response.status in _KNOCK_AGAIN and scheme is Scheme.RFC9421:
            scheme = Scheme.CAVAGE
            response = await _post(http, work, scheme)
    except AdapterError as error:
        return _broken(work, error)
    if response.ok:
        return ParcelResult(work, done=True, scheme=scheme)
    detail = f"HTTP {response.status}: {response.text[:200]}"
    # An inbox that is gone for good, and what a server will never like, is not sent again.
    again = response.status in _TRY_AGAIN
    return ParcelResult(work, final=not again, problem=detail)


async def _post(http: Http, work: ParcelWork, scheme: Scheme) -> HttpResponse:
    message = Message("POST", work.parcel.inbox, {"content-type": CONTENT_TYPE}, work.body)
    headers = sign(
        message,
        key=keyring.private(work.key),
        key_id=work.key.key_id,
        scheme=scheme,
        now=clock.now(),
    )
    return await http.request("POST", work.parcel.inbox, headers=headers, content=work.body)


def _broken(work: ParcelWork, error: AdapterError) -> ParcelResult:
    problem = (error.detail or str(error))[:300]
    if isinstance(error, RateLimitedError):
        wait = timedelta(seconds=error.retry_after) if error.retry_after else None
        return ParcelResult(work, problem=problem, wait=wait)
    if isinstance(error, TransientError | OutcomeUnknownError):
        return ParcelResult(work, problem=problem, unreached=True)
    return ParcelResult(work, problem=problem, final=isinstance(error, RejectedError))


def _within(work: ParcelWork) -> ParcelResult:
    """From one of our hubs to another: the row is put where the request would put it."""
    try:
        remote = ourselves.as_remote(work.parcel.shipment.actor)
        intake.take_local(work.parcel.shipment.document, remote)
    except RefusedError as error:
        return ParcelResult(work, final=True, problem=str(error))
    return ParcelResult(work, done=True)


# ── afterwards ──


def _settle_done(results: Sequence[ParcelResult]) -> None:
    """Most arrive: one statement for all of them."""
    by_worker: dict[UUID, list[ParcelResult]] = defaultdict(list)
    for result in results:
        by_worker[result.work.worker_id].append(result)
    for worker_id, some in by_worker.items():
        held = Parcel.objects.filter(
            id__in=[one.work.id for one in some], state=ParcelState.SENDING, worker_id=worker_id
        )
        latest = max(one.ended_at for one in some)
        held.update(state=ParcelState.DONE, settled_at=latest, problem="")


def _settle(result: ParcelResult) -> None:
    parcel = result.work.parcel
    held = Parcel.objects.filter(
        id=parcel.id, state=ParcelState.SENDING, worker_id=result.work.worker_id
    )
    if result.interrupted:
        held.update(state=ParcelState.DUE, worker_id=None, due_at=result.ended_at)
    elif result.final or result.ended_at - parcel.first_due_at > GIVEN_UP_AFTER:
        state = ParcelState.FAILED if result.final else ParcelState.DROPPED
        held.update(state=state, settled_at=result.ended_at, problem=result.problem[:300])
    else:
        held.update(
            state=ParcelState.DUE,
            worker_id=None,
            due_at=result.ended_at + (result.wait or wait_after(parcel.attempts)),
            problem=result.problem[:300],
        )


def wait_after(attempts: int, spread: float | None = None) -> timedelta:
    """How long a parcel rests after its n-th attempt: doubled each time, a little spread."""
    doubled: timedelta = FIRST_WAIT * (2 ** min(max(attempts - 1, 0), 12))
    jitter = random.random() if spread is None else spread  # noqa: S311 - spreads load only
    return min(doubled, LONGEST_WAIT) * (0.75 + jitter / 2)


def _note_servers(results: Sequence[ParcelResult]) -> None:
    by_host: dict[str, list[ParcelResult]] = defaultdict(list)
    for result in results:
        by_host[result.work.parcel.host].append(result)
    took: dict[str, Scheme | None] = {}
    for host, some in by_host.items():
        if any(result.done for result in some):
            took[host] = next((one.scheme for one in some if one.done and one.scheme), None)
        elif all(result.unreached for result in some):
            servers.fails(host, max(result.ended_at for result in some))
    if took:
        servers.work_again(took, max(result.ended_at for result in results))
