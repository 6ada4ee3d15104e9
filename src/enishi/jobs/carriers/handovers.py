"""Who was handed to the carrier and not leased yet, so that nobody is handed over twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from enishi.jobs import metrics
from enishi.jobs.carriers import Carriable
from enishi.jobs.core.fairness import Candidate, Limits, Turns
from enishi.jobs.models import Handover, Role, Worker
from enishi.jobs.sources import ClaimRequest
from enishi.kernel.ids import new_id

WINDOW = 1000
"""How many works are with the carrier at a time; the rest waits in its rows."""
THREADS = 200
"""How many works a process of the fleet has in hand at most, where it is not told otherwise."""
_PUT_OFF = UUID(int=0)
"""The token of what came back from the carrier to wait for a budget."""
_ALIVE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose works are handed over, and after how long once more."""

    source: Carriable[Any, Any]
    feeder: UUID
    again: timedelta
    window: int = WINDOW


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be sent; `more` says that more is due and waits for its turn."""

    ids: Sequence[UUID] = ()
    more: bool = False


def choose(terms: Terms, now: datetime) -> Chosen:
    """Mark works that are due as handed over; the caller sends them.

    Fair as a claim is, with the threads of the fleet as the room that there is: a message
    waits behind those before it, so that a slow server must never get all of them. No lane
    gets more than its width, counting what is leased. A work that was handed over and leased
    by nobody is chosen again after `again`.
    """
    source = terms.source
    rows = Handover.objects.filter(source=source.name, until__gt=now)
    known = list(rows.values_list("work_id", "lane", "token"))
    handed = [lane for _id, lane, token in known if token != _PUT_OFF]
    under_way = Counter(handed) + Counter(source.leased_lanes())
    room = terms.window - len(handed)
    if room <= 0:
        return Chosen(more=True)
    request = ClaimRequest(terms.feeder, now, room, under_way)
    held = {identifier for identifier, _lane, _token in known}
    found = [item for item in source.candidates(request) if item.item not in held]
    limits = Limits(
        source.width,
        under_way,
        ceiling=capacity(now),
        place_of=source.place_of,
        is_closed={lane for _id, lane, token in known if token == _PUT_OFF}.__contains__,
    )
    turns = Turns(found)
    chosen = set(turns.take(room, limits))
    ids = _mark([item for item in found if item.item in chosen], terms, now)
    return Chosen(ids, more=len(turns) > 0)


def capacity(now: datetime) -> int:
    """How many works the fleet can have in hand; without a fleet, what one process could."""
    alive = Worker.objects.filter(
        role=Role.FLEET.value, stopped_at__isnull=True, beat_at__gt=now - _ALIVE
    )
    told = [
        row.get(metrics.CARRIER_THREADS.name) for row in alive.values_list("metrics", flat=True)
    ]
    return int(sum(value for found in told if found for _labels, value in found)) or THREADS


@transaction.atomic
def _mark(found: Sequence[Candidate[UUID]], terms: Terms, now: datetime) -> list[UUID]:
    """Of these, what no other feeder took in the meantime."""
    if not found:
        return []
    ids, until, mine = [item.item for item in found], now + terms.again, new_id()
    name = terms.source.name
    lost = Handover.objects.filter(work_id__in=ids, until__lte=now)
    again = lost.exclude(token=_PUT_OFF).count()
    lost.update(until=until, token=mine)
    Handover.objects.bulk_create(
        [
            Handover(work_id=item.item, source=name, lane=item.lane, until=until, token=mine)
            for item in found
        ],
        ignore_conflicts=True,
    )
    taken = list(Handover.objects.filter(token=mine).values_list("work_id", flat=True))
    metrics.HANDED.add(name, amount=len(taken))
    if again:
        metrics.HANDED_AGAIN.add(name, amount=again)
    order = {identifier: place for place, identifier in enumerate(ids)}
    return sorted(taken, key=order.__getitem__)


def forget(identifiers: Collection[UUID]) -> None:
    """These are leased, settled, or come back from the carrier: their rows tell the rest."""
    Handover.objects.filter(work_id__in=list(identifiers)).delete()


@transaction.atomic
def arrived(identifiers: Collection[UUID], later: Mapping[UUID, datetime]) -> None:
    """The carrier brought these. Those over a budget are handed over again at their time."""
    forget([identifier for identifier in identifiers if identifier not in later])
    for identifier, at in later.items():
        Handover.objects.filter(work_id=identifier).update(until=at, token=_PUT_OFF)
