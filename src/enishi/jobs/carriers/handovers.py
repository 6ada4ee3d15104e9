"""Who was handed to the carrier and not leased yet, so that nobody is handed over twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Count, DateTimeField, QuerySet, UUIDField

from enishi.jobs import metrics
from enishi.jobs.bulk import insert_new
from enishi.jobs.carriers import Carriable
from enishi.jobs.core.fairness import Candidate, Limits
from enishi.jobs.lookahead import Lookahead
from enishi.jobs.models import Handover, Role, Worker
from enishi.jobs.quickrows import Among, Given, Prepared, as_uuid
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


_Ahead = Lookahead[tuple[UUID, str]]


def choose(terms: Terms, now: datetime, ahead: _Ahead | None = None) -> Chosen:
    """Mark works that are due as handed over; the caller sends them.

    Fair as a claim is, with the threads of the fleet as the room that there is: a message
    waits behind those before it, so that a slow server must never get all of them. No lane
    gets more than its width, counting what is leased. A work that was handed over and leased
    by nobody is chosen again after `again`. What `ahead` keeps is not looked for again.
    """
    source, name = terms.source, terms.source.name
    ahead = Lookahead() if ahead is None else ahead
    handed = Counter(dict(_HANDED.rows(source=name, now=now)))
    room = terms.window - handed.total()
    if room <= 0:
        return Chosen(more=True)
    under_way = handed + Counter(source.leased_lanes())
    put_off = {lane for (lane,) in _PUT_OFF_LANES.rows(source=name, now=now)}
    limits = Limits(
        source.width,
        under_way,
        ceiling=capacity(now),
        place_of=source.place_of,
        is_closed=put_off.__contains__,
    )
    request = ClaimRequest(terms.feeder, now, room, under_way)
    found = ahead.take(lambda: _looked(terms, request), room, limits, now)
    return Chosen(_mark(found, terms, now), more=len(ahead) > 0)


def _under_way() -> QuerySet[Handover, Any]:
    now = Given("now", DateTimeField())
    return Handover.objects.filter(source=Given("source", CharField()), until__gt=now)


_HANDED = Prepared(
    lambda: _under_way().exclude(token=_PUT_OFF).values_list("lane").annotate(Count("work_id"))
)
_PUT_OFF_LANES = Prepared(
    lambda: _under_way().filter(token=_PUT_OFF).values_list("lane").distinct()
)
_HELD = Prepared(lambda: _under_way().values_list("work_id"))


def _looked(terms: Terms, request: ClaimRequest) -> Iterator[Candidate[tuple[UUID, str]]]:
    """What is due and not handed over, each with its lane."""
    rows = _HELD.rows(source=terms.source.name, now=request.now)
    held = {as_uuid(identifier) for (identifier,) in rows}
    for each in terms.source.candidates(request):
        if each.item not in held:
            yield Candidate((each.item, each.lane), each.group, each.lane)


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
def _mark(found: Sequence[tuple[UUID, str]], terms: Terms, now: datetime) -> list[UUID]:
    """Of these, what no other feeder took in the meantime."""
    if not found:
        return []
    name, ids = terms.source.name, [identifier for identifier, _lane in found]
    until, mine = now + terms.again, new_id()
    again = [as_uuid(identifier) for (identifier,) in _AGAIN.rows(ids=ids, now=now)]
    _LOST.change(ids=ids, now=now, until=until, token=mine)
    insert_new(
        Handover,
        ("work_id", "source", "lane", "until", "token"),
        "work_id",
        ((identifier, name, lane, until, mine) for identifier, lane in found),
    )
    taken = {as_uuid(identifier) for (identifier,) in _MARKED.rows(ids=ids, token=mine)}
    metrics.HANDED.add(name, amount=len(taken))
    if again:
        metrics.HANDED_AGAIN.add(name, amount=len(again))
    return [identifier for identifier in ids if identifier in taken]


def _lost() -> QuerySet[Handover, Any]:
    """Of some works, those that were handed over and did not arrive in time."""
    return Handover.objects.filter(
        Among("work_id", "ids"), until__lte=Given("now", DateTimeField())
    )


_AGAIN = Prepared(lambda: _lost().exclude(token=_PUT_OFF).values_list("work_id"))
_LOST = Prepared(_lost, until=Given("until", DateTimeField()), token=Given("token", UUIDField()))
_MARKED = Prepared(
    lambda: Handover.objects.filter(
        Among("work_id", "ids"), token=Given("token", UUIDField())
    ).values_list("work_id")
)


def forget(identifiers: Collection[UUID]) -> None:
    """These are leased, settled, or come back from the carrier: their rows tell the rest."""
    Handover.objects.filter(work_id__in=list(identifiers)).delete()


@transaction.atomic
def arrived(identifiers: Collection[UUID], later: Mapping[UUID, datetime]) -> None:
    """The carrier brought these. Those over a budget are handed over again at their time."""
    forget([identifier for identifier in identifiers if identifier not in later])
    for identifier, at in later.items():
        Handover.objects.filter(work_id=identifier).update(until=at, token=_PUT_OFF)
