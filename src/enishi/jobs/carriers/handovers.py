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
from enishi.jobs.core.fairness import Candidate, allot
from enishi.jobs.models import Handover
from enishi.jobs.sources import ClaimRequest
from enishi.kernel.ids import new_id

WINDOW = 1000
"""How many works are with the carrier at a time; the rest waits in its rows."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose works are handed over, and after how long once more."""

    source: Carriable[Any, Any]
    feeder: UUID
    again: timedelta
    window: int = WINDOW


def choose(terms: Terms, now: datetime) -> list[UUID]:
    """Mark works that are due as handed over; the caller sends them.

    Fair as a claim is, and no lane gets more than its width, counting what is leased. A work
    that was handed over and leased by nobody is chosen again after `again`.
    """
    source = terms.source
    handed = dict(_with_carrier(source.name, now).values_list("work_id", "lane"))
    under_way = Counter(handed.values()) + Counter(source.leased_lanes())
    room = terms.window - len(handed)
    if room <= 0:
        return []
    request = ClaimRequest(terms.feeder, now, room, under_way)
    found = [item for item in source.candidates(request) if item.item not in handed]
    chosen = set(allot(found, room=room, width=source.width, in_flight=under_way))
    return _mark([item for item in found if item.item in chosen], terms, now)


def _with_carrier(source: str, now: datetime) -> Any:
    return Handover.objects.filter(source=source, until__gt=now)


@transaction.atomic
def _mark(found: Sequence[Candidate[UUID]], terms: Terms, now: datetime) -> list[UUID]:
    """Of these, what no other feeder took in the meantime."""
    if not found:
        return []
    ids, until, mine = [item.item for item in found], now + terms.again, new_id()
    name = terms.source.name
    lost = Handover.objects.filter(work_id__in=ids, until__lte=now)
    again = lost.update(until=until, token=mine)
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
        Handover.objects.filter(work_id=identifier).update(until=at)
