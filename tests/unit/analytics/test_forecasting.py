from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enishi.analytics.forecasting import (
    METHODS,
    Question,
    Refusal,
    TooLittleHistoryError,
    ask,
    attainment,
    forecast,
)

WEEK = (10.0, 12.0, 14.0, 12.0, 10.0, 30.0, 40.0)


def noisy(seed: int, days: int, *, trend: float = 0.0, noise: float = 1.0) -> list[float]:
    rng = np.random.default_rng(seed)
    season = np.resize(np.array(WEEK), days)
    return list(season + trend * np.arange(days) + rng.normal(0, noise, days))


def test_a_series_that_repeats_exactly_is_forecast_exactly_by_the_simplest_method():
    outlook = forecast(list(WEEK) * 8, 14)

    assert outlook.method == "seasonal_naive"
    assert outlook.mean == pytest.approx(WEEK * 2)
    assert outlook.lower == pytest.approx(outlook.upper)


def test_a_growing_series_is_not_left_to_the_last_week():
    outlook = forecast(noisy(1, 84, trend=2.0), 14)
    truth = np.resize(np.array(WEEK), 14) + 2.0 * np.arange(84, 98)

    assert outlook.method in {"theta", "ets"}
    assert np.abs(np.array(outlook.mean) - truth).mean() < 4


def test_the_method_with_the_least_error_on_the_past_wins_and_every_method_is_reported():
    outlook = forecast(noisy(2, 120, trend=0.5), 14)
    scores = {score.method: score.mase for score in outlook.scores}

    assert set(scores) == set(METHODS)
    assert scores[outlook.method] == min(scores.values())


def test_four_of_five_outcomes_fall_into_the_interval_that_promises_it():
    inside = []
    for seed in range(8):
        series = noisy(seed, 84, noise=3.0)
        outlook = forecast(series[:70], 14)
        inside += [
            low <= value <= high
            for low, value, high in zip(outlook.lower, series[70:], outlook.upper, strict=True)
        ]

    assert 0.65 <= np.mean(inside) <= 0.95


def test_running_totals_are_the_sums_of_the_steps():
    series = noisy(3, 70)
    steps, totals = forecast(series, 10), forecast(series, 10, cumulated=True)

    assert totals.mean == pytest.approx(np.cumsum(steps.mean))
    assert totals.spread[-1] > steps.spread[-1]


def test_the_interval_widens_with_the_distance():
    outlook = forecast(noisy(4, 40, noise=4.0), 60)
    widths = np.array(outlook.upper) - np.array(outlook.lower)

    assert (np.diff(widths) >= -1e-9).all()
    assert widths[-1] > widths[0]


def test_nothing_is_forecast_below_the_bound():
    falling = [max(0.0, 50.0 - day + (day % 3)) for day in range(50)]
    outlook = forecast(falling, 30, least=0.0)

    assert min(outlook.mean) >= 0
    assert min(outlook.lower) >= 0


def test_days_that_were_not_observed_are_bridged_but_not_invented():
    series: list[float | None] = [*noisy(5, 60)]
    series[10], series[41] = None, None

    assert forecast(series, 7).observed == 60
    with pytest.raises(TooLittleHistoryError) as refusal:
        forecast([value if place % 2 else None for place, value in enumerate(series)], 7)
    assert refusal.value.needed == 42


def test_what_lies_before_the_first_observation_does_not_count():
    assert forecast([*[None] * 100, *noisy(6, 30)], 7).observed == 30


@pytest.mark.parametrize("count", [0, 1, 7])
def test_too_short_a_past_is_refused_and_says_what_is_needed(count: int):
    with pytest.raises(TooLittleHistoryError) as refusal:
        forecast([5.0] * count, 7)

    assert (refusal.value.observed, refusal.value.needed) == (count, 8)


def test_the_probability_to_reach_the_forecast_itself_is_one_half():
    outlook = forecast(noisy(7, 70, noise=3.0), 14, cumulated=True)
    wanted = outlook.mean[-1]

    assert attainment(outlook, 14, wanted) == pytest.approx(0.5)
    assert attainment(outlook, 14, wanted * 2) < 0.01
    assert attainment(outlook, 14, wanted / 2) > 0.99
    assert attainment(outlook, 14, wanted / 2, falls=True) < 0.01


def test_a_certain_forecast_is_reached_or_not():
    outlook = forecast([4.0] * 30, 5, cumulated=True)

    assert attainment(outlook, 5, 20.0) == 1.0
    assert attainment(outlook, 5, 20.1) == 0.0


@settings(max_examples=12, deadline=None)
@given(
    values=st.lists(st.integers(0, 10_000), min_size=8, max_size=60),
    horizon=st.integers(1, 40),
)
def test_any_past_gives_finite_numbers_in_order(values: list[int], horizon: int):
    outlook = forecast([float(value) for value in values], horizon, least=0.0)

    assert len(outlook.mean) == len(outlook.lower) == len(outlook.upper) == horizon
    assert np.isfinite([outlook.mean, outlook.lower, outlook.upper, outlook.spread]).all()
    assert all(
        low <= mean <= high
        for low, mean, high in zip(outlook.lower, outlook.mean, outlook.upper, strict=True)
    )


def test_another_process_gives_the_same_answers_in_the_same_order():
    series = noisy(8, 60)
    refused, answered = ask([Question([1.0], 3), Question(series, 5, cumulated=True, level=0.9)])

    assert refused == Refusal(observed=1, needed=8)
    assert answered == forecast(series, 5, cumulated=True, level=0.9)
