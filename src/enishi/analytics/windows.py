"""Which part of the log a number looks at: a scope and a window of whole local days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from enishi.analytics.engines import ibis

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """A workspace and, unless all count, some of its channels."""

    workspace_id: UUID
    channels: tuple[UUID, ...] | None = None

    def of(self, table: Any) -> Any:
        """The rows of a table that are in scope."""
        table = table.filter(table.workspace_id == str(self.workspace_id))
        if self.channels is None:
            return table
        return table.filter(table.channel_id.isin([str(channel) for channel in self.channels]))


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, both counted, in a time zone."""

    first: date
    last: date
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a window that ends before it starts: {self.first} to {self.last}")

    @property
    def start(self) -> datetime:
        """The first moment, in UTC."""
        return self.midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after the window, in UTC."""
        return self.midnight(self.last + _DAY)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + _DAY * number for number in range(self.days))

    def midnight(self, day: date) -> datetime:
        """The first moment of a day, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def until(self, moment: datetime) -> Window:
        """The part of the window that has begun; at least its first day."""
        today = moment.astimezone(ZoneInfo(self.zone)).date()
        return replace(self, last=max(self.first, min(self.last, today)))

    def offsets(self) -> list[tuple[timedelta, datetime]]:
        """The zone's offsets in the window, each with the moment at which it ends."""
        return _offsets(self.zone, self.start, self.end)

    def contains(self, column: Any) -> Any:
        """The condition that a time column lies in the window."""
        return (column >= naive(self.start)) & (column < naive(self.end))

    def day_of(self, column: Any) -> Any:
        """The local day of a time column, as an expression that every engine understands.

        The zone's offsets within the window are few; they become a chain of cases.
        """
        changes = self.offsets()
        branches = [
            ((column < naive(end)), _shifted(column, offset)) for offset, end in changes[:-1]
        ]
        last = _shifted(column, changes[-1][0])
        return ibis.cases(*branches, else_=last).date() if branches else last.date()


@lru_cache(maxsize=256)
def _offsets(zone: str, start: datetime, end: datetime) -> list[tuple[timedelta, datetime]]:
    """The zone's offsets between two moments, each with the moment at which it ends."""
    changes: list[tuple[timedelta, datetime]] = []
    moment = start
    while moment < end:
        offset = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
        moment = min(end, moment + timedelta(hours=1))
        if changes and changes[-1][0] == offset:
            changes[-1] = (offset, moment)
        else:
            changes.append((offset, moment))
    return changes


def naive(moment: datetime) -> Any:
    """A moment as the lake writes times: UTC without saying so."""
    return ibis.literal(moment.astimezone(UTC).replace(tzinfo=None), type="timestamp(6)")


def _shifted(column: Any, offset: timedelta) -> Any:
    seconds = int(offset.total_seconds())
    return column if seconds == 0 else column + ibis.interval(seconds=seconds)
