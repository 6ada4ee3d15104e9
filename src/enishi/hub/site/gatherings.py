"""Events as their page shows them: when, where, and whether there is room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from enishi.hub.models import Gathering, HubObject
from enishi.kernel import clock
from enishi.vocab.times import read_datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """An event for visitors."""

    start: datetime | None
    end: datetime | None
    place: str
    takes_people: bool
    left: int | None
    """Free seats; None when there is no limit."""
    is_over: bool

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def can_register(self) -> bool:
        return self.takes_people and not self.is_over and not self.is_full


def shown_for(thing: HubObject) -> Shown | None:
    """What the page of an event tells; None for other posts."""
    if thing.type != "Event":
        return None
    gathering = Gathering.objects.filter(thing=thing).first()
    start = read_datetime(str(thing.data.get("start") or ""))
    end = read_datetime(str(thing.data.get("end") or ""))
    over = end or start
    return Shown(
        start=start,
        end=end,
        place=str(thing.data.get("place") or ""),
        takes_people=gathering is not None and gathering.is_open,
        left=seats_left(gathering) if gathering else None,
        is_over=over is not None and over < clock.now(),
    )


def seats_left(gathering: Gathering) -> int | None:
    """How many more may come; None without a limit."""
    if gathering.capacity is None:
        return None
    taken = gathering.registrations.filter(cancelled_at=None).count()
    return max(0, gathering.capacity - taken)
