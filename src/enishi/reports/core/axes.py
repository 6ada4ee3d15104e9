"""Round numbers for the axis of a printed chart."""

from __future__ import annotations

import math

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_WANTED = 4
_FINE = 1e-6
"""Differences below this share of a value are not to be seen."""


def nice_ticks(low: float, high: float, *, from_zero: bool = False) -> list[float]:
    """Three to six round numbers that hold a range.

    An axis that begins at zero begins there only if the range is near or it is asked for: a
    level such as followers is looked at closely.
    """
    if from_zero or 0 <= low <= high / 2:
        low = min(0.0, low)
    if high - low < _FINE * max(1.0, abs(low), abs(high)):
        high = low + max(1.0, abs(low) / 10)
    rough = (high - low) / _WANTED
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(one * size for one in _STEPS if one * size >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]
