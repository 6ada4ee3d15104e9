"""Wall-clock times and the instants they mean.

A schedule keeps what the person chose, time and zone, beside the instant in UTC, so that a
change of the rules for daylight saving can be applied to what is planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from enishi.kernel.errors import InvalidInputError

MISSED_AFTER = timedelta(hours=48)
"""A post that is later than this is not sent without asking."""
_TOLERANCE = timedelta(minutes=1)
_FURTHEST = timedelta(days=366 * 5)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time to publish: the instant, and the wall clock as the person set it."""

    due_at: datetime
    wall_time: str
    time_zone: str
    happens_twice: bool = False
    """The clocks go back over it that day: the first of the two is meant."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What the clocks leave out on a day: nothing is `start` or later and before `end`."""

    start: datetime
    end: datetime


def zone(name: str) -> ZoneInfo:
    """The time zone with a name of the IANA database."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInputError(
            _("There is no time zone called “%(name)s”.") % {"name": name},
            field="time_zone",
            remedy=_("Use a name such as Asia/Tokyo."),
        ) from error


def parse(at: str | datetime, *, field: str = "at") -> datetime:
    """A date and time as typed: without an offset it is wall-clock time."""
    if isinstance(at, datetime):
        return at
    try:
        return datetime.fromisoformat(at.strip())
    except ValueError as error:
        raise InvalidInputError(
            _("“%(value)s” is not a date and time.") % {"value": at[:40]},
            field=field,
            remedy=_("Write it like 2027-04-01T09:30."),
        ) from error


def slot(at: str | datetime, time_zone: str, *, now: datetime) -> Slot:
    """The slot for a time to come; InvalidInputError tells what is wrong with it."""
    found = slot_at(at, time_zone)
    if found.due_at < now - _TOLERANCE:
        raise InvalidInputError(
            _("%(time)s (%(zone)s) has already passed.")
            % {"time": found.wall_time.replace("T", " ")[:16], "zone": time_zone},
            field="at",
            remedy=_("Choose a later time, or publish now."),
        )
    if found.due_at > now + _FURTHEST:
        raise InvalidInputError(
            _("%(year)s is too far ahead.") % {"year": found.wall_time[:4]},
            field="at",
            remedy=_("Choose a time within five years."),
        )
    return found


def slot_at(at: str | datetime, time_zone: str, *, field: str = "at") -> Slot:
    """The slot for any time, past or to come. `field` is what an error names."""
    place, moment = zone(time_zone), parse(at, field=field)
    if moment.tzinfo is not None:
        return of_instant(moment, time_zone)
    wall = moment.replace(microsecond=0)
    if gap := gap_at(wall, place):
        raise InvalidInputError(
            _(
                "%(time)s does not exist on %(day)s in %(zone)s: "
                "the clocks go forward from %(start)s to %(end)s."
            )
            % {
                "time": f"{wall:%H:%M}",
                "day": f"{wall:%Y-%m-%d}",
                "zone": time_zone,
                "start": f"{gap.start:%H:%M}",
                "end": f"{gap.end:%H:%M}",
            },
            field=field,
            remedy=_("Choose %(end)s or later.") % {"end": f"{gap.end:%H:%M}"},
        )
    due_at = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    return Slot(due_at, wall.isoformat(timespec="seconds"), time_zone, happens_twice(wall, place))


def of_instant(moment: datetime, time_zone: str) -> Slot:
    """The slot at an instant."""
    local = moment.astimezone(zone(time_zone))
    wall = local.replace(tzinfo=None, fold=0).isoformat(timespec="seconds")
    return Slot(moment.astimezone(UTC), wall, time_zone)


def gap_at(wall: datetime, place: ZoneInfo) -> Gap | None:
    """The gap that a wall-clock time falls into, if it does."""
    before = wall.replace(tzinfo=place, fold=0)
    if before.astimezone(UTC).astimezone(place).replace(tzinfo=None) == wall:
        return None
    early, late = before.utcoffset(), wall.replace(tzinfo=place, fold=1).utcoffset()
    assert early is not None  # noqa: S101 - a zone always knows its offset
    assert late is not None  # noqa: S101 - a zone always knows its offset
    start = wall.replace(second=0)
    while _exists(start - _MINUTE, place) is False:
        start -= _MINUTE
    return Gap(start, start + abs(late - early))


def _exists(wall: datetime, place: ZoneInfo) -> bool:
    there = wall.replace(tzinfo=place).astimezone(UTC).astimezone(place)
    return there.replace(tzinfo=None) == wall


def happens_twice(wall: datetime, place: ZoneInfo) -> bool:
    """Whether the clocks show a time twice on its day."""
    first, second = (wall.replace(tzinfo=place, fold=fold).utcoffset() for fold in (0, 1))
    return first != second and gap_at(wall, place) is None


def missed_after(hours: int) -> timedelta:
    """How late something may be before a person must decide."""
    return timedelta(hours=hours)


def is_missed(planned_at: datetime, now: datetime, after: timedelta = MISSED_AFTER) -> bool:
    """Whether something is so late that a person must decide."""
    return now - planned_at > after
