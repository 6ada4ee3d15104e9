"""Planned and actual posts, week by week (R050)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, stdev

from enishi.lenses.core.chance import LEVEL, student

_WEEK = 7
_BANDS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 7), (8, None))
_LEAST_WEEKS = 3


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday; the plan of a week that lies partly outside counts for its days only."""

    monday: date
    planned: float
    actual: int

    @property
    def adherence(self) -> float | None:
        """Posts that were made of those planned, at most all; None without a plan."""
        return min(self.actual / self.planned, 1.0) if self.planned else None


@dataclass(frozen=True, slots=True)
class Cadence:
    """How regular a channel was."""

    weeks: tuple[Week, ...]
    planned: float
    actual: int
    adherence: float | None
    longest_gap: int
    """Days in a row without a post."""


def cadence(posts: Mapping[date, int], days: Collection[date], per_week: float | None) -> Cadence:
    """The weeks of some days. A week with more posts than planned does not make up for others."""
    ordered = sorted(days)
    mondays = sorted({day - timedelta(days=day.weekday()) for day in ordered})
    weeks = tuple(_week(monday, posts, ordered, per_week) for monday in mondays)
    planned = sum(week.planned for week in weeks)
    kept = sum(min(week.actual, week.planned) for week in weeks)
    return Cadence(
        weeks,
        planned,
        sum(week.actual for week in weeks),
        kept / planned if planned else None,
        _longest_gap(posts, ordered),
    )


def _week(
    monday: date, posts: Mapping[date, int], days: Collection[date], per_week: float | None
) -> Week:
    inside = [day for day in days if monday <= day < monday + timedelta(days=_WEEK)]
    planned = (per_week or 0.0) * len(inside) / _WEEK
    return Week(monday, planned, sum(posts.get(day, 0) for day in inside))


def _longest_gap(posts: Mapping[date, int], days: Collection[date]) -> int:
    longest = run = 0
    for day in sorted(days):
        run = 0 if posts.get(day) else run + 1
        longest = max(longest, run)
    return longest


@dataclass(frozen=True, slots=True)
class Response:
    """What weeks with so many posts brought on average (R053).

    `most` None: that many or more. The interval is None below three weeks.
    """

    least: int
    most: int | None
    weeks: int
    mean: float
    low: float | None
    high: float | None


def responses(weeks: Iterable[tuple[int, float]]) -> list[Response]:
    """The frequency response curve: of pairs (posts, what the week brought), by posts."""
    known = list(weeks)
    found = []
    for least, most in _BANDS:
        values = [
            value for posts, value in known if posts >= least and (most is None or posts <= most)
        ]
        if values:
            found.append(_response(least, most, values))
    return found


def _response(least: int, most: int | None, values: list[float]) -> Response:
    mean = fmean(values)
    if len(values) < _LEAST_WEEKS:
        return Response(least, most, len(values), mean, None, None)
    width = student(0.5 + LEVEL / 2, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Response(least, most, len(values), mean, mean - width, mean + width)
