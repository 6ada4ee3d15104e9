"""Times that come again: patterns of days and wall-clock times, and the instants they mean.

An occurrence is known by what the wall clock was meant to show (`wall`), so that it stays the
same occurrence when the rules for daylight saving change. Where the clocks skip that time, it
happens at the next minute that exists and is not taken by another time of the day; where they
show it twice, the first is meant.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.utils.translation import gettext_lazy as _

from enishi.kernel.errors import InvalidInputError
from enishi.publishing.core.schedule import Slot, gap_at, zone

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_WEEK = 7
_YEARS_AHEAD = timedelta(days=366 * 5)
_LONGEST_STEP = 60
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY"})
_PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Pattern:
    """On which days, and when on them. Both ends are days of the pattern's zone."""

    rule: str
    """An RRULE of RFC 5545 that chooses days, such as `FREQ=WEEKLY;BYDAY=MO,TH`."""
    times: Sequence[time]
    time_zone: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """A time of every week; `weekday` 0 is Monday."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a pattern: what the wall clock was to show, and the instant."""

    wall: str
    due_at: datetime
    moved: bool = False
    """The clocks skip its time that day: it happens a little later."""

    @property
    def day(self) -> date:
        return date.fromisoformat(self.wall[:10])


@dataclass(frozen=True, slots=True)
class SeriesInput:
    """Everything that a person says about a slot that comes again."""

    name: str
    channel_ids: Sequence[UUID]
    pattern: Pattern
    topic: str = ""
    text: str = ""
    checklist: Sequence[str] = ()
    owner_id: UUID | None = None
    skips_holidays: bool = False
    days_ahead: int = 14
    warn_hours: int = 24


@dataclass(frozen=True, slots=True)
class QueueInput:
    """Everything that a person says about a queue."""

    name: str
    times: Sequence[WeeklyTime]
    time_zone: str
    closes_gaps: bool = True
    skips_holidays: bool = False


def weekly(weekdays: Collection[int], every: int = 1) -> str:
    """The rule for some days of every week, or of every so many weeks; all days when empty."""
    if not weekdays or len(set(weekdays)) == _WEEK:
        return "FREQ=DAILY" if every == 1 else f"FREQ=WEEKLY;INTERVAL={every};BYDAY={_all()}"
    days = ",".join(_CODES[day] for day in sorted(set(weekdays)))
    return f"FREQ=WEEKLY{f';INTERVAL={every}' if every != 1 else ''};BYDAY={days}"


def _all() -> str:
    return ",".join(_CODES)


def weekdays_of(rule: str) -> tuple[list[int], int] | None:
    """The days and the step of a rule that `weekly` could have made; else None."""
    parts = _parts(rule)
    every = int(parts.get("INTERVAL", "1"))
    if parts == {"FREQ": "DAILY"}:
        return list(range(_WEEK)), 1
    if parts.get("FREQ") != "WEEKLY" or not set(parts) <= {"FREQ", "INTERVAL", "BYDAY"}:
        return None
    codes = parts.get("BYDAY", "").split(",")
    return ([_CODES.index(code) for code in codes], every) if set(codes) <= set(_CODES) else None


def _parts(rule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.upper().split(";") if part)
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def checked(pattern: Pattern) -> Pattern:
    """The pattern with its rule and times in order; InvalidInputError tells what is wrong."""
    zone(pattern.time_zone)
    rule = pattern.rule.strip().upper().removeprefix("RRULE:")
    _require_rule(rule)
    if not pattern.times:
        raise InvalidInputError(
            _("There is no time of day."), field="times", remedy=_("Write one such as 21:00.")
        )
    if pattern.ends_on is not None and pattern.ends_on < pattern.starts_on:
        raise InvalidInputError(
            _("The last day is before the first."),
            field="ends_on",
            remedy=_("Choose a later last day, or none."),
        )
    times = tuple(sorted({each.replace(second=0, microsecond=0) for each in pattern.times}))
    found = Pattern(rule, times, pattern.time_zone, pattern.starts_on, pattern.ends_on)
    last = pattern.ends_on or pattern.starts_on + _YEARS_AHEAD
    if next(iter(_days(found, found.starts_on, last)), None) is None:
        raise InvalidInputError(
            _("This never happens: no day fits."),
            field="rule",
            remedy=_("Choose other days, or a longer time."),
        )
    return found


def _require_rule(rule: str) -> None:
    parts = _parts(rule)
    step = parts.get("INTERVAL", "1")
    known = set(parts) <= _PARTS and parts.get("FREQ") in _FREQUENCIES
    if not known or not step.isdecimal() or not 1 <= int(step) <= _LONGEST_STEP:
        raise _no_rule(rule)
    try:
        rrulestr(rule, dtstart=datetime(2027, 1, 1))  # noqa: DTZ001 - days have no zone
    except ValueError as error:
        raise _no_rule(rule) from error


def _no_rule(rule: str) -> InvalidInputError:
    return InvalidInputError(
        _("“%(rule)s” is not a pattern of days.") % {"rule": rule[:80]},
        field="rule",
        remedy=_("Write it like FREQ=WEEKLY;BYDAY=MO,TH or FREQ=MONTHLY;BYMONTHDAY=1."),
    )


def occurrences(
    pattern: Pattern, after: datetime, until: datetime, without: Collection[date] = ()
) -> list[Occurrence]:
    """What happens later than `after` and not later than `until`, in order of time.

    `without` are days on which nothing happens, such as public holidays.
    """
    place = zone(pattern.time_zone)
    first = max(after.astimezone(place).date() - _DAY, pattern.starts_on)
    last = until.astimezone(place).date() + _DAY
    last = last if pattern.ends_on is None else min(last, pattern.ends_on)
    found = (
        occurrence
        for day in _days(pattern, first, last)
        if day not in without
        for occurrence in of_day(day, pattern.times, place)
    )
    kept = [item for item in found if after < item.due_at <= until]
    return sorted(kept, key=lambda item: (item.due_at, item.wall))


def days_between(after: datetime, until: datetime, time_zone: str) -> list[date]:
    """The days of a zone that a span touches, a day more on each side."""
    place = zone(time_zone)
    first, last = after.astimezone(place).date() - _DAY, until.astimezone(place).date() + _DAY
    return [first + _DAY * offset for offset in range((last - first).days + 1)]


def _days(pattern: Pattern, first: date, last: date) -> Iterator[date]:
    if first > last:
        return
    start = datetime.combine(pattern.starts_on, time())
    rule = rrulestr(pattern.rule, dtstart=start)
    for moment in rule.xafter(datetime.combine(first, time()), inc=True):
        if moment.date() > last:
            return
        yield moment.date()


def of_day(day: date, times: Iterable[time], place: ZoneInfo) -> list[Occurrence]:
    """The occurrences of a day, each at an instant of its own."""
    walls = [datetime.combine(day, at) for at in sorted(set(times))]
    exact = {wall: _instant(wall, place) for wall in walls if gap_at(wall, place) is None}
    taken = set(exact.values())
    found = []
    for wall in walls:
        due_at = exact.get(wall) or _next_minute(wall, place, taken)
        taken.add(due_at)
        text = wall.isoformat(timespec="minutes")
        found.append(Occurrence(text, due_at, moved=wall not in exact))
    return found


def _instant(wall: datetime, place: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=place, fold=0).astimezone(UTC)


def _next_minute(wall: datetime, place: ZoneInfo, taken: Collection[datetime]) -> datetime:
    gap = gap_at(wall, place)
    due_at = _instant(gap.end if gap else wall, place)
    while due_at in taken:
        due_at += _MINUTE
    return due_at


def free_times(
    times: Sequence[WeeklyTime],
    time_zone: str,
    *,
    after: datetime,
    taken: Collection[datetime] = (),
    without: Collection[date] = (),
) -> Iterator[Occurrence]:
    """The times of a week that are still free, from `after` on, for up to five years."""
    place = zone(time_zone)
    start = after.astimezone(place).date() - _DAY
    for offset in range(_YEARS_AHEAD.days):
        day = start + _DAY * offset
        if day in without:
            continue
        on_day = [each.at for each in times if each.weekday == day.weekday()]
        for item in of_day(day, on_day, place):
            if item.due_at > after and item.due_at not in taken:
                yield item


def moved(items: Sequence[_T], item: _T, place: int) -> list[_T]:
    """The items with one of them at another place; beyond an end means at the end."""
    rest = [each for each in items if each != item]
    place = min(max(place, 0), len(rest))
    return [*rest[:place], item, *rest[place:]]


def shuffled(items: Sequence[_T], seed: int | None = None) -> list[_T]:
    """The items in an order of chance."""
    return random.Random(seed).sample(list(items), len(items))  # noqa: S311 - no secret


def spread(count: int, start: datetime, minutes: int) -> list[datetime]:
    """So many instants, the first at `start`, so many minutes apart."""
    return [start + _MINUTE * minutes * number for number in range(count)]


def nth(first: Slot, number: int, minutes: int) -> datetime:
    """The instant so many gaps of minutes after a slot; whole days go by its clock."""
    gap = _MINUTE * minutes * number
    if _MINUTE * minutes % _DAY:
        return first.due_at + gap
    wall = datetime.fromisoformat(first.wall_time) + gap
    return wall.replace(tzinfo=ZoneInfo(first.time_zone)).astimezone(UTC)


def parse_times(texts: Iterable[str], *, field: str = "times") -> tuple[time, ...]:
    """Times of day as people type them: `21:00`, `9:30`."""
    return tuple(_time(text, field) for text in texts if text.strip())


def _time(text: str, field: str) -> time:
    hours, _colon, minutes = text.strip().replace("：", ":").partition(":")
    try:
        return time(int(hours), int(minutes or "0"))
    except ValueError as error:
        raise InvalidInputError(
            _("“%(time)s” is not a time of day.") % {"time": text.strip()[:20]},
            field=field,
            remedy=_("Write it like 21:00."),
        ) from error
