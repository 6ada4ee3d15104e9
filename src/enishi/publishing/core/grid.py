"""Days of the calendar: which ones a view shows, and where they begin and end in UTC."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK_DAYS = 7
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)


class View(StrEnum):
    """How the calendar shows time."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a view shows around its anchor."""

    view: View
    anchor: date
    first: date
    days: int

    @property
    def dates(self) -> list[date]:
        return [self.first + DAY * offset for offset in range(self.days)]

    @property
    def before(self) -> date:
        """The anchor of the view one step earlier."""
        return self._step(-1)

    @property
    def after(self) -> date:
        """The anchor of the view one step later."""
        return self._step(1)

    def _step(self, steps: int) -> date:
        if self.view is View.MONTH:
            return month_step(self.anchor, steps)
        return self.anchor + DAY * steps * (1 if self.view is View.DAY else WEEK_DAYS)

    def edges(self, place: ZoneInfo) -> list[datetime]:
        """Where each day begins in UTC, and where the last one ends."""
        days = [*self.dates, self.first + DAY * self.days]
        return [starts_at(day, place) for day in days]


def window(view: View, anchor: date, first_weekday: int) -> Window:
    """The days to show; `first_weekday` is 0 for Monday."""
    anchor = min(max(anchor, _EARLIEST), _LATEST)
    if view is View.MONTH:
        month = anchor.replace(day=1)
        first = _week_start(month, first_weekday)
        last = month.replace(day=monthrange(month.year, month.month)[1])
        weeks = ((last - first).days // WEEK_DAYS) + 1
        return Window(view, month, first, weeks * WEEK_DAYS)
    if view is View.DAY:
        return Window(view, anchor, anchor, 1)
    first = _week_start(anchor, first_weekday)
    return Window(view, anchor, first, WEEK_DAYS * (1 if view is View.WEEK else 4))


def month_step(day: date, steps: int) -> date:
    """The first day of a month so many months away."""
    months = day.year * 12 + day.month - 1 + steps
    return date(months // 12, months % 12 + 1, 1)


def starts_at(day: date, place: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone."""
    return datetime.combine(day, time.min, tzinfo=place).astimezone(UTC)


def parse_day(text: str, default: date) -> date:
    """A date from an address; anything else gives the default."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default


def _week_start(day: date, first_weekday: int) -> date:
    return day - DAY * ((day.weekday() - first_weekday) % WEEK_DAYS)
