"""When a report goes out: a weekday or a day of the month, at a time on somebody's wall."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_LOOK_AHEAD = 63
"""Days in which a weekly or monthly rule surely comes round."""


class Every(StrEnum):
    """How often."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every week on a weekday (0 is Monday), or every month on a day, at a wall-clock time.

    A month that is shorter than `month_day` has it on its last day.
    """

    every: Every
    weekday: int
    month_day: int
    wall_time: time
    time_zone: str

    def next_after(self, moment: datetime) -> datetime:
        """The first due instant after a moment, in UTC."""
        zone = ZoneInfo(self.time_zone)
        first = moment.astimezone(zone).date() - _DAY
        for ahead in range(_LOOK_AHEAD):
            day = first + timedelta(days=ahead)
            if self._falls_on(day) and (due := instant(day, self.wall_time, zone)) > moment:
                return due
        raise AssertionError("a rhythm comes round within two months")

    def _falls_on(self, day: date) -> bool:
        if self.every is Every.WEEK:
            return day.weekday() == self.weekday
        return day.day == min(self.month_day, monthrange(day.year, day.month)[1])


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """When clocks show a time on a day, in UTC.

    A time that is skipped in spring is taken as much later as clocks jump; of one that comes
    twice in autumn the first counts.
    """
    return datetime.combine(day, wall, zone).replace(fold=0).astimezone(UTC)


def period_key(due_at: datetime, time_zone: str) -> str:
    """The name of a period: the local day on which it was due. One run has it."""
    return due_at.astimezone(ZoneInfo(time_zone)).date().isoformat()
