"""A forecast with its interval, by the method that would have erred least so far.

The methods compete on the past of the very series: at several moments each forecasts what
was then still to come. The mean absolute scaled error (Hyndman and Koehler, 2006) decides,
and what the winner erred by makes the interval: nothing is assumed about how errors are
distributed but that they will be as they were.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from enishi.analytics.forecasting.methods import METHODS, Method, Values, recent

FOLDS = 6
"""At how many past moments the methods compete, where the past is long enough."""
LEAST = 8
"""Fewer observed values than this make no forecast."""
_MISSING_AT_MOST = 0.3


class TooLittleHistoryError(ValueError):
    """There is no honest forecast: `observed` values, of which `needed` would do."""

    def __init__(self, observed: int, needed: int) -> None:
        super().__init__(f"{observed} observed values are too few: {needed} are needed")
        self.observed = observed
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Score:
    """How a method did on the past: 1 is as wrong as the last season repeated was on average."""

    method: str
    mase: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The steps to come, and how sure they are.

    `lower` and `upper` hold a share `level` of the outcomes. `spread` is the typical error
    (root mean square) of each step. With `cumulated`, all of them speak of the sum from the
    first step on.
    """

    method: str
    mean: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    spread: tuple[float, ...]
    level: float
    season: int
    observed: int
    folds: int
    scores: tuple[Score, ...]
    cumulated: bool = False


def forecast(
    values: Sequence[float | None],
    horizon: int,
    *,
    season: int = 7,
    level: float = 0.8,
    cumulated: bool = False,
    least: float | None = None,
) -> Forecast:
    """Forecast `horizon` steps after the last of `values`; None was not observed.

    `season` is the number of steps after which a pattern repeats (7 for days). `cumulated`
    forecasts running totals, as flows need; `least` is a bound that no value goes below.
    Raises `TooLittleHistoryError` where too little, or too patchy a past, is known.
    """
    past = _filled(values)
    if len(past) < 2 * season:
        season = 1
    trials = _trials(past, horizon, season)
    winner = min(trials, key=lambda trial: trial.mase)
    errors = winner.errors(cumulated=cumulated)
    steps = _bounded(winner.method.predict(past, horizon, season), least)
    mean = np.cumsum(steps) if cumulated else steps
    spread = _spread(errors, horizon)
    width = _width(errors, horizon, level)
    lower = mean - width if least is None else np.maximum(mean - width, least)
    return Forecast(
        method=winner.method.name,
        mean=tuple(mean.tolist()),
        lower=tuple(lower.tolist()),
        upper=tuple((mean + width).tolist()),
        spread=tuple(spread.tolist()),
        level=level,
        season=season,
        observed=len(past),
        folds=len(winner.misses),
        scores=tuple(Score(trial.method.name, trial.mase) for trial in trials),
        cumulated=cumulated,
    )


def attainment(outlook: Forecast, step: int, wanted: float, *, falls: bool = False) -> float:
    """The probability, 0 to 1, that step `step` (from 1) reaches `wanted` or more.

    With `falls` it is the probability of `wanted` or less. Errors count as normally
    distributed with the spread of the back-test.
    """
    mean, spread = outlook.mean[step - 1], outlook.spread[step - 1]
    if not spread:
        reached = mean <= wanted if falls else mean >= wanted
        return 1.0 if reached else 0.0
    below = NormalDist(mean, spread).cdf(wanted)
    return below if falls else 1.0 - below


# ── Competing on the past ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Trial:
    """What one method got wrong: a row of misses (actual − predicted) for each moment."""

    method: Method
    misses: tuple[Values, ...]
    mase: float

    def errors(self, *, cumulated: bool) -> Values:
        """One row a moment, one column a step."""
        rows = np.vstack(self.misses)
        return np.cumsum(rows, axis=1) if cumulated else rows


def _trials(past: Values, horizon: int, season: int) -> list[_Trial]:
    """The methods on the same moments; the simplest one comes first and wins ties."""
    span, cuts = _moments(len(past), horizon, season)
    scale = _scale(past, season)
    trials = []
    for method in METHODS.values():
        if cuts[-1] < method.least(season):
            continue
        misses = tuple(_miss(method, past, cut, span, season) for cut in cuts)
        error = float(np.mean([np.abs(miss).mean() for miss in misses]))
        trials.append(_Trial(method, misses, error / scale if scale else error))
    return trials


def _moments(length: int, horizon: int, season: int) -> tuple[int, list[int]]:
    """How far ahead the past can be forecast, and from which moments, the latest first."""
    least = max(2 * season + 1, LEAST // 2)
    span = max(1, min(horizon, (length - least) // 3))
    stride = max(1, span // 2)
    cuts = [length - span - stride * fold for fold in range(FOLDS)]
    return span, [cut for cut in cuts if cut >= least] or [length - span]


def _miss(method: Method, past: Values, cut: int, span: int, season: int) -> Values:
    return past[cut : cut + span] - method.predict(past[:cut], span, season)


def _scale(past: Values, season: int) -> float:
    """What the last season repeated errs by, one step ahead."""
    tail = recent(past, season)
    return float(np.abs(tail[season:] - tail[:-season]).mean())


# ── The interval ───────────────────────────────────────────────────────────────────────


def _spread(errors: Values, horizon: int) -> Values:
    """The root mean square error of each step, never falling with the distance."""
    seen = np.sqrt((errors**2).mean(axis=0))
    return _stretched(np.maximum.accumulate(seen), horizon)


def _width(errors: Values, horizon: int, level: float) -> Values:
    """Half of the interval: the quantile of absolute errors at each step and its neighbours.

    With n errors the rank is ⌈(n + 1) · level⌉, which holds the level for few errors too
    (split conformal prediction; Vovk et al., 2005); where n is too small for that rank, the
    normal quantile of the spread stands in if it is wider.
    """
    normal = NormalDist().inv_cdf(0.5 + level / 2)
    spread = np.sqrt((errors**2).mean(axis=0))
    widths = [
        _rank(np.abs(errors[:, max(0, step - 1) : step + 2]).ravel(), level, normal * spread[step])
        for step in range(errors.shape[1])
    ]
    return _stretched(np.maximum.accumulate(np.array(widths)), horizon)


def _rank(errors: Values, level: float, stand_in: float) -> float:
    ordered = np.sort(errors)
    rank = math.ceil((len(ordered) + 1) * level)
    if rank <= len(ordered):
        return float(ordered[rank - 1])
    return max(float(ordered[-1]), stand_in)


def _stretched(seen: Values, horizon: int) -> Values:
    """Beyond what could be tried, errors grow with the root of the distance."""
    if len(seen) >= horizon:
        return seen[:horizon]
    beyond = np.arange(len(seen) + 1, horizon + 1)
    return np.concatenate([seen, seen[-1] * np.sqrt(beyond / len(seen))])


def _bounded(steps: Values, least: float | None) -> Values:
    return steps if least is None else np.maximum(steps, least)


# ── What was not observed ──────────────────────────────────────────────────────────────


def _filled(values: Sequence[float | None]) -> Values:
    """From the first observed value on, gaps bridged by straight lines."""
    first = next((place for place, value in enumerate(values) if value is not None), len(values))
    known = list(values[first:])
    seen = [place for place, value in enumerate(known) if value is not None]
    if len(seen) < LEAST or len(seen) < (1 - _MISSING_AT_MOST) * len(known):
        raise TooLittleHistoryError(len(seen), max(LEAST, math.ceil(len(known) * 0.7)))
    return np.interp(np.arange(len(known)), seen, list(_only(known)))


def _only(values: Iterable[float | None]) -> Iterable[float]:
    return (value for value in values if value is not None)
