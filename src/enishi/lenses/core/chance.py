"""Means of small samples, compared with their uncertainty. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, variance

LEVEL = 0.9
"""The share of intervals that hold the true value."""
_STEPS = 120
_WIDEST = 1e4


@dataclass(frozen=True, slots=True)
class Compared:
    """How much higher the first arm's typical value is, as a share of the second's.

    `low` and `high` are the ends of the interval (Welch, 1947, on logarithms): it leaves the
    arms their own spread and asks nothing about their sizes.
    """

    first: int
    second: int
    first_median: float
    second_median: float
    difference: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out that there is no difference."""
        return self.low > 0 or self.high < 0


def compare(first: Sequence[float], second: Sequence[float], level: float = LEVEL) -> Compared:
    """Compare two arms of at least two values, none negative, by their geometric means.

    Where there are zeros, half of the smallest positive value is added to all, so that they
    have a logarithm; that makes the difference look smaller, never larger.
    """
    smallest = min((value for value in (*first, *second) if value > 0), default=1.0)
    more = smallest / 2 if min(*first, *second) <= 0 else 0.0
    logs = [[math.log(value + more) for value in arm] for arm in (first, second)]
    errors = [variance(arm) / len(arm) for arm in logs]
    spread = math.sqrt(sum(errors))
    apart = fmean(logs[0]) - fmean(logs[1])
    width = student(0.5 + level / 2, _freedom(errors, logs)) * spread if spread else 0.0
    return Compared(
        len(first),
        len(second),
        median(first),
        median(second),
        math.expm1(apart),
        math.expm1(apart - width),
        math.expm1(min(apart + width, 700.0)),
    )


def _freedom(errors: Sequence[float], arms: Sequence[Sequence[float]]) -> float:
    """Degrees of freedom by Welch and Satterthwaite."""
    below = sum(error**2 / (len(arm) - 1) for error, arm in zip(errors, arms, strict=True))
    return sum(errors) ** 2 / below if below else 1.0


def student(share: float, freedom: float) -> float:
    """The quantile of Student's t distribution, for shares from 0.5 up to below 1."""
    low, high = 0.0, 1.0
    while _below(high, freedom) < share and high < _WIDEST:
        low, high = high, high * 2
    for _step in range(45):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < share else (low, middle)
    return (low + high) / 2


def _below(value: float, freedom: float) -> float:
    """The distribution function at a value that is not negative, by Simpson's rule.

    Integrated over the angle whose tangent is value ÷ √freedom, where the density is smooth.
    """
    factor = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(
        math.pi
    )
    end = math.atan(value / math.sqrt(freedom))
    step = end / _STEPS
    weights = (
        (1 if at in {0, _STEPS} else 4 if at % 2 else 2) * math.cos(at * step) ** (freedom - 1)
        for at in range(_STEPS + 1)
    )
    area: float = sum(weights) * step / 3
    return 0.5 + factor * area
