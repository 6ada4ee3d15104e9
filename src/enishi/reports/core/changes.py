"""How a number stands to the one that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from enishi.analytics.metrics.definition import Better, Definition, Grain, Unit

SMALL = 30
"""Below so many cases a rate is called small: each single case moves it by over 3 points."""
_RATIOS = frozenset({Unit.RATIO, Unit.EACH, Unit.POINTS})


class Direction(StrEnum):
    """Where a number went."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """A change.

    `difference` is in the number's own unit, for shares in percentage points ÷ 100; `share` is
    the difference as a share of the earlier number, None where that says nothing. `per_day`
    tells that periods of unequal length are compared by their days.
    """

    direction: Direction
    is_good: bool | None
    difference: float
    share: float | None
    per_day: bool = False


def changed(
    definition: Definition, now: float | None, before: float | None, days: int, days_before: int
) -> Change | None:
    """The change of a number; None unless both were observed."""
    if now is None or before is None:
        return None
    per_day = definition.grain is Grain.FLOW and days != days_before
    if per_day:
        now, before = now / days, before / days_before
    difference = now - before
    share = None if before <= 0 or definition.unit in _RATIOS else difference / before
    direction = _direction(difference)
    return Change(direction, _good(direction, definition.better), difference, share, per_day)


def _direction(difference: float) -> Direction:
    if difference == 0:
        return Direction.SAME
    return Direction.UP if difference > 0 else Direction.DOWN


def _good(direction: Direction, better: Better) -> bool | None:
    if direction is Direction.SAME or better is Better.NONE:
        return None
    return direction.value == better.value


def small_n(
    definition: Definition, value: float | None, rows: int, least: float = SMALL
) -> int | None:
    """The number of cases behind a rate when there are few; None when there are enough.

    Counts and levels are what they are: only rates and averages are said to be small.
    """
    if value is None or definition.grain is not Grain.RATE or definition.unit in _OWN:
        return None
    return rows if rows < least else None


_OWN = frozenset({Unit.PER_WEEK, Unit.DAYS})
"""Rates that are counts of our own posts by another name."""
