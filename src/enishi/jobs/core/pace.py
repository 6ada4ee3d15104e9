"""How fast something may go: the generic cell rate algorithm, one date per key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `per`, of which `burst` may come at once."""

    calls: int
    per: timedelta
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        """The time that one call takes up."""
        return self.per / self.calls

    @property
    def tolerance(self) -> timedelta:
        """How far the theoretical arrival may lie ahead."""
        return self.interval * max(self.burst - 1, 0)


@dataclass(frozen=True, slots=True)
class Grant:
    """How many of the calls may go now, the new row, and when the next may go."""

    granted: int
    arrival_at: datetime
    next_at: datetime


def take(rate: Rate, arrival_at: datetime | None, now: datetime, wanted: int) -> Grant:
    """Take up to `wanted` calls from the budget of a key."""
    arrival = max(arrival_at or now, now)
    headroom = now + rate.tolerance - arrival
    fitting = headroom // rate.interval + 1 if headroom >= timedelta() else 0
    granted = min(wanted, fitting)
    arrival += rate.interval * granted
    return Grant(granted, arrival, max(arrival - rate.tolerance, now))


def closed_until(rate: Rate, reopen_at: datetime) -> datetime:
    """The row that lets nothing pass before `reopen_at`."""
    return reopen_at + rate.tolerance
