"""Days of a chart put together to weeks where there are too many to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from enishi.analytics.metrics.definition import Grain

LONGEST_BY_DAY = 120
WEEK = 7


@dataclass(frozen=True, slots=True)
class Step:
    """A point of a chart: its first day, its value, and how many of its days were observed."""

    day: date
    value: float | None
    days: int = 1
    observed: int = 1

    @property
    def is_partial(self) -> bool:
        return self.observed < self.days


def by_day(points: Sequence[tuple[date, float | None]]) -> list[Step]:
    """Each day by itself."""
    return [Step(day, value, observed=int(value is not None)) for day, value in points]


def steps(points: Sequence[tuple[date, float | None]], grain: Grain) -> list[Step]:
    """Days, or weeks counted from the first day when there are many.

    Counts add up over a week and of levels the last one stands. Rates of days cannot be put
    together without what they are made of: they stay days.
    """
    if len(points) <= LONGEST_BY_DAY or grain is Grain.RATE:
        return by_day(points)
    return [_week(points[at : at + WEEK], grain) for at in range(0, len(points), WEEK)]


def _week(days: Sequence[tuple[date, float | None]], grain: Grain) -> Step:
    known = [value for _, value in days if value is not None]
    value = None if not known else sum(known) if grain is Grain.FLOW else known[-1]
    return Step(days[0][0], value, len(days), len(known))
