"""Periods that people ask for, and the period that one is compared with."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_MONTHS = 12
_QUARTER = 3


class Preset(StrEnum):
    """The usual periods. Those of days end today; those called last are over."""

    DAYS_7 = "7d"
    DAYS_28 = "28d"
    DAYS_90 = "90d"
    DAYS_365 = "365d"
    THIS_MONTH = "month"
    LAST_WEEK = "last-week"
    LAST_MONTH = "last-month"
    LAST_QUARTER = "last-quarter"
    PLAN = "plan"
    """The days of an objective, as far as they have come."""


class Against(StrEnum):
    """What a period is compared with."""

    NOTHING = "none"
    PREVIOUS = "previous"
    YEAR = "year"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both counted."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a span that ends before it starts: {self.first} to {self.last}")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many whole calendar months it is; 0 when it is none."""
        ends = self.last == _month_end(self.last)
        if self.first.day != 1 or not ends:
            return 0
        return _month_number(self.last) - _month_number(self.first) + 1


_LENGTHS = {
    Preset.DAYS_7: 7,
    Preset.DAYS_28: 28,
    Preset.DAYS_90: 90,
    Preset.DAYS_365: 365,
    Preset.PLAN: 28,
}


def span_of(preset: Preset, today: date) -> Span:
    """The days of a preset. Weeks begin on Monday (ISO 8601).

    An objective knows its days itself; without one, the plan's days are the last four weeks.
    """
    if preset in _LENGTHS:
        return Span(today - timedelta(days=_LENGTHS[preset] - 1), today)
    if preset is Preset.THIS_MONTH:
        return Span(today.replace(day=1), today)
    if preset is Preset.LAST_WEEK:
        sunday = today - timedelta(days=today.isoweekday())
        return Span(sunday - 6 * _DAY, sunday)
    if preset is Preset.LAST_MONTH:
        last = today.replace(day=1) - _DAY
        return Span(last.replace(day=1), last)
    first = date(today.year, (today.month - 1) // _QUARTER * _QUARTER + 1, 1)
    return Span(shifted(first, -_QUARTER), first - _DAY)


def preset_of(span: Span, today: date) -> Preset | None:
    """The preset that a span is, if it is one."""
    usual = [one for one in Preset if one is not Preset.PLAN]
    return next((one for one in usual if span_of(one, today) == span), None)


def compared(span: Span, against: Against, own: Span | None = None) -> Span | None:
    """The span to compare with.

    The previous of whole months is as many whole months; of a month's beginning, as much of
    the month before; of other days, as many days right before. A year ago has the same dates;
    29 February becomes the 28th.
    """
    match against:
        case Against.PREVIOUS:
            return previous(span)
        case Against.YEAR:
            return _moved(span, _MONTHS)
        case Against.OWN:
            return own
        case _:
            return None


def previous(span: Span) -> Span:
    """The span of the same kind right before."""
    if span.months:
        return _moved(span, span.months)
    begins_month = span.first.day == 1 and _month_number(span.first) == _month_number(span.last)
    if begins_month and span.days > 1:
        return _moved(span, 1)
    return Span(span.first - timedelta(days=span.days), span.first - _DAY)


def following(span: Span, today: date) -> Span | None:
    """The span of the same kind right after, as far as it has come; None before it begins."""
    first = span.last + _DAY
    if first > today:
        return None
    length = timedelta(days=span.days - 1)
    last = _month_end(shifted(first, span.months - 1)) if span.months else first + length
    return Span(first, min(last, today))


def _moved(span: Span, months: int) -> Span:
    """The span some months earlier; whole months stay whole."""
    last = shifted(span.last, -months)
    return Span(shifted(span.first, -months), _month_end(last) if span.months else last)


def shifted(day: date, months: int) -> date:
    """The same day some months later; the month's last day where that one does not exist."""
    year, month = divmod(_month_number(day) + months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_number(day: date) -> int:
    return day.year * _MONTHS + day.month - 1


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
