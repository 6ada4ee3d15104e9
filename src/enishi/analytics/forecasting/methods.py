"""Ways to continue a series. Each is a pure function of its past."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from enishi.analytics.engines import ets_models, theta_models

Values = NDArray[np.float64]

_TAIL = 20
"""How many seasons of the past a model sees; older ones slow it down and tell it little."""
_TAIL_AT_LEAST = 120


@dataclass(frozen=True, slots=True)
class Method:
    """A named way to forecast.

    `predict(past, horizon, season)` gives the next `horizon` values; `least(season)` is how
    many values it needs at least.
    """

    name: str
    predict: Callable[[Values, int, int], Values]
    least: Callable[[int], int]


def seasonal_naive(past: Values, horizon: int, season: int) -> Values:
    """The last season again and again. Without a season (1): the last value."""
    last = past[-season:]
    return np.resize(last, horizon)


def theta(past: Values, horizon: int, season: int) -> Values:
    """The Theta method (Assimakopoulos and Nikolopoulos, 2000), the winner of M3.

    It is simple exponential smoothing with half of the linear trend as drift (Hyndman and
    Billah, 2003), after a season that a test finds has been taken out.
    """
    tail = recent(past, season)
    if not np.ptp(tail):
        return np.full(horizon, tail[-1])
    multiplies = bool((tail > 0).all())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = theta_models.ThetaModel(
            tail,
            period=max(season, 1),
            deseasonalize=season > 1 and len(tail) >= 2 * season,
            method="multiplicative" if multiplies else "additive",
        )
        predicted = model.fit(disp=False).forecast(horizon)
    return np.asarray(predicted, dtype=np.float64)


def ets(past: Values, horizon: int, season: int) -> Values:
    """Exponential smoothing in state-space form (Hyndman et al., 2002): ETS(A,Ad,A).

    Errors, damped trend and season add up. The season is left out below two full ones.
    """
    tail = recent(past, season)
    if not np.ptp(tail):
        return np.full(horizon, tail[-1])
    seasonal = season > 1 and len(tail) >= 2 * season + 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ets_models.ExponentialSmoothing(
            tail,
            trend="add",
            damped_trend=True,
            seasonal="add" if seasonal else None,
            seasonal_periods=season if seasonal else None,
            initialization_method="estimated" if len(tail) >= _ESTIMATED else "heuristic",
        )
        predicted = model.fit().forecast(horizon)
    return np.asarray(predicted, dtype=np.float64)


_ESTIMATED = 10


def recent(past: Values, season: int) -> Values:
    """The part of the past that a model looks at."""
    return past[-max(_TAIL * season, _TAIL_AT_LEAST) :]


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method("seasonal_naive", seasonal_naive, lambda season: season),
        Method("theta", theta, lambda season: max(2 * season, 8)),
        Method("ets", ets, lambda season: max(2 * season + 1, 10)),
    )
}
