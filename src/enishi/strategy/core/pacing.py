"""How an objective paces: expected, actual, forecast, and what is still needed per day.

A plan runs from the start of its first day to the end of its last one and expects an even
pace. Everything is counted as a change from the baseline, so that the same arithmetic
serves objectives that rise and objectives that fall. A value that was not observed stays
None, and so does every figure that would need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_ON_TRACK = 1.0
_AT_RISK = 0.9


class Pace(StrEnum):
    """How an objective stands."""

    UNPLANNED = "unplanned"
    """Baseline, target or dates are missing: there is nothing to pace against."""
    NOT_STARTED = "not_started"
    NOT_OBSERVED = "not_observed"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BEHIND = "behind"
    REACHED = "reached"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Plan:
    """From `baseline` on the morning of `start` to `target` on the evening of `end`."""

    baseline: float
    target: float
    start: date
    end: date
    lower_is_better: bool = False
    """Only asked when baseline and target are equal; else their order tells."""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a plan cannot end before it starts")

    @property
    def days(self) -> int:
        """The length of the plan; both first and last day count."""
        return (self.end - self.start).days + 1

    @property
    def change(self) -> float:
        """What is to be gained in all, or lost where the target lies below."""
        return self.target - self.baseline

    def elapsed(self, today: date) -> int:
        """The number of the day: 1 on the first day, 0 before, all of them after the last."""
        return min(max((today - self.start).days + 1, 0), self.days)

    def expected_on(self, day: int) -> float:
        """The change that an even pace has reached on the evening of that day."""
        return self.change * day / self.days


@dataclass(frozen=True, slots=True)
class Pacing:
    """The figures of the pacing card. Changes are counted from the baseline."""

    status: Pace
    day: int
    days: int
    days_left: int
    expected: float
    actual: float | None
    ratio: float | None
    """Actual change over expected change: 1.075 reads as a pace of 107.5 %."""
    forecast: float | None
    """The change at the end if it goes on as it went so far."""
    needed: float | None
    """The change that is still missing: 0 when the target is reached, negative to fall."""
    needed_per_day: float | None
    """None once no days are left."""


def pace(plan: Plan, value: float | None, today: date) -> Pacing:
    """Where the plan stands on `today` when its metric reads `value`."""
    day = plan.elapsed(today)
    left = plan.days - day
    expected = plan.expected_on(day)
    actual = None if value is None else value - plan.baseline
    needed = None if actual is None else _missing(plan, actual)
    return Pacing(
        status=_status(plan, actual, today),
        day=day,
        days=plan.days,
        days_left=left,
        expected=expected,
        actual=actual,
        ratio=None if actual is None or not expected else actual / expected,
        forecast=None if actual is None or not day else actual * plan.days / day,
        needed=needed,
        needed_per_day=None if needed is None or not left else needed / left,
    )


def _missing(plan: Plan, actual: float) -> float:
    return 0.0 if _is_reached(plan, actual) else plan.change - actual


def _is_reached(plan: Plan, actual: float) -> bool:
    falls = plan.change < 0 or (plan.change == 0 and plan.lower_is_better)
    return actual <= plan.change if falls else actual >= plan.change


def _status(plan: Plan, actual: float | None, today: date) -> Pace:
    if today < plan.start:
        return Pace.NOT_STARTED
    if actual is None:
        return Pace.NOT_OBSERVED
    if plan.change == 0:
        return _status_of_holding(plan, actual, today)
    if _is_reached(plan, actual):
        return Pace.REACHED
    if today > plan.end:
        return Pace.MISSED
    return _status_of_ratio(actual / plan.expected_on(plan.elapsed(today)))


def _status_of_holding(plan: Plan, actual: float, today: date) -> Pace:
    """A target equal to the baseline is only reached once its last day is over."""
    if not _is_reached(plan, actual):
        return Pace.MISSED if today > plan.end else Pace.BEHIND
    return Pace.REACHED if today > plan.end else Pace.ON_TRACK


def _status_of_ratio(ratio: float) -> Pace:
    if ratio >= _ON_TRACK:
        return Pace.ON_TRACK
    return Pace.AT_RISK if ratio >= _AT_RISK else Pace.BEHIND


@dataclass(frozen=True, slots=True)
class Conversion:
    """The second level of an objective: the share of the first that goes on (lead → customer)."""

    rate: float | None
    needed: float | None
    needed_rate: float | None


def convert(first: Pacing, second: Pacing) -> Conversion:
    """How much of the first level reached the second, and what the rest must reach."""
    return Conversion(
        rate=_share(second.actual, first.actual),
        needed=second.needed,
        needed_rate=_share(second.needed, first.needed),
    )


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


@dataclass(frozen=True, slots=True)
class Line:
    """The chart behind the card: one value a day, None where there is none."""

    days: tuple[date, ...]
    expected: tuple[float, ...]
    actual: tuple[float | None, ...]
    forecast: tuple[float | None, ...]


def line(plan: Plan, observed: dict[date, float], today: date) -> Line:
    """The values (not changes) day by day: even pace, what was observed, where it leads."""
    days = tuple(plan.start + timedelta(days=offset) for offset in range(plan.days))
    actual = tuple(observed.get(day) if day <= today else None for day in days)
    seen = [index for index, value in enumerate(actual) if value is not None]
    return Line(
        days=days,
        expected=tuple(plan.baseline + plan.expected_on(n) for n in range(1, plan.days + 1)),
        actual=actual,
        forecast=_forecast(plan, observed[days[seen[-1]]], seen[-1] + 1)
        if seen
        else (None,) * plan.days,
    )


def _forecast(plan: Plan, reached: float, last: int) -> tuple[float | None, ...]:
    """From what was reached on day `last`, on as it went so far."""
    daily = (reached - plan.baseline) / last
    return tuple(
        None if day < last else plan.baseline + daily * day for day in range(1, plan.days + 1)
    )
