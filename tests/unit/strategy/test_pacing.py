"""Pacing: the figures of the card, for the worked examples and for any others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from enishi.strategy.core.pacing import Pace, Plan, convert, line, pace

APRIL = Plan(baseline=4200, target=5200, start=date(2026, 4, 1), end=date(2026, 4, 30))
QUARTER = Plan(baseline=0, target=1000, start=date(2026, 4, 1), end=date(2026, 6, 30))

plans = st.builds(
    lambda baseline, change, start, days: Plan(
        baseline, baseline + change, start, start + timedelta(days=days)
    ),
    st.integers(-10_000, 1_000_000),
    st.integers(-100_000, 100_000),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 1000),
)


@pytest.mark.requirement("R033")
def test_it_paces_a_thousand_followers_in_a_month():
    card = pace(APRIL, 4630, date(2026, 4, 12))
    assert card.day == 12
    assert card.expected == pytest.approx(400)
    assert card.actual == 430
    assert card.ratio == pytest.approx(1.075)
    assert card.forecast == pytest.approx(1075)
    assert card.status is Pace.ON_TRACK


@pytest.mark.requirement("R034")
def test_it_paces_a_thousand_leads_in_a_quarter():
    card = pace(QUARTER, 310, date(2026, 4, 30))
    assert (card.days, card.day, card.days_left) == (91, 30, 61)
    assert card.expected == pytest.approx(329.7, abs=0.05)
    assert card.ratio == pytest.approx(0.940, abs=0.0005)
    assert card.needed == 690
    assert card.needed_per_day == pytest.approx(11.3, abs=0.05)
    assert card.status is Pace.AT_RISK


@pytest.mark.requirement("R034")
def test_it_tells_which_share_of_the_rest_must_become_customers():
    customers = Plan(baseline=0, target=100, start=QUARTER.start, end=QUARTER.end)
    today = date(2026, 4, 30)
    second = convert(pace(QUARTER, 310, today), pace(customers, 27, today))
    assert second.rate == pytest.approx(0.087, abs=0.0005)
    assert second.needed == 73
    assert second.needed_rate == pytest.approx(0.106, abs=0.0005)


def test_it_gives_no_share_of_nothing():
    card = pace(QUARTER, 0, date(2026, 4, 30))
    assert convert(card, card).rate is None


def test_it_keeps_not_observed_apart_from_zero():
    card = pace(APRIL, None, date(2026, 4, 12))
    assert card.status is Pace.NOT_OBSERVED
    assert (card.actual, card.ratio, card.forecast) == (None, None, None)
    assert (card.needed, card.needed_per_day) == (None, None)
    assert pace(APRIL, 4200, date(2026, 4, 12)).actual == 0


def test_it_does_not_judge_before_the_first_day():
    card = pace(APRIL, 4300, date(2026, 3, 31))
    assert card.status is Pace.NOT_STARTED
    assert (card.day, card.days_left, card.expected) == (0, 30, 0)
    assert (card.ratio, card.forecast) == (None, None)
    assert card.needed_per_day == pytest.approx(900 / 30)


@pytest.mark.parametrize(
    ("value", "status"), [(5200, Pace.REACHED), (5300, Pace.REACHED), (5199, Pace.MISSED)]
)
def test_it_is_reached_or_missed_after_the_last_day(value, status):
    card = pace(APRIL, value, date(2026, 5, 20))
    assert card.status is status
    assert (card.day, card.days_left, card.needed_per_day) == (30, 0, None)


def test_it_is_reached_as_soon_as_the_target_is():
    card = pace(APRIL, 5200, date(2026, 4, 12))
    assert card.status is Pace.REACHED
    assert (card.needed, card.needed_per_day) == (0, 0)


@pytest.mark.parametrize(
    ("value", "status"),
    [(60, Pace.ON_TRACK), (64, Pace.AT_RISK), (70, Pace.BEHIND), (20, Pace.REACHED)],
)
def test_it_paces_objectives_that_fall(value, status):
    hours_to_answer = Plan(100, 20, date(2026, 4, 1), date(2026, 4, 30))
    card = pace(hours_to_answer, value, date(2026, 4, 15))
    assert card.expected == pytest.approx(-40)
    assert card.status is status
    assert card.needed == (0 if value == 20 else 20 - value)


@pytest.mark.parametrize(
    ("lower", "value", "day", "status"),
    [
        (False, 10, 5, Pace.ON_TRACK),
        (False, 9, 5, Pace.BEHIND),
        (False, 10, 30, Pace.REACHED),
        (False, 9, 30, Pace.MISSED),
        (True, 9, 5, Pace.ON_TRACK),
        (True, 11, 5, Pace.BEHIND),
    ],
)
def test_it_holds_a_level_when_target_and_baseline_are_equal(lower, value, day, status):
    plan = Plan(10, 10, date(2026, 4, 1), date(2026, 4, 10), lower_is_better=lower)
    card = pace(plan, value, date(2026, 4, day))
    assert card.status is status
    assert card.ratio is None


def test_it_refuses_a_plan_that_ends_before_it_starts():
    with pytest.raises(ValueError, match="before it starts"):
        Plan(0, 1, date(2026, 4, 2), date(2026, 4, 1))


@given(plans, st.integers(-1_000_000, 1_000_000), st.integers(-10, 1100))
def test_it_adds_up_on_every_day(plan, value, offset):
    card = pace(plan, value, plan.start + timedelta(days=offset))
    assert card.day + card.days_left == card.days == plan.days
    assert abs(card.expected) <= abs(plan.change)
    if card.needed and card.actual is not None:
        assert card.actual + card.needed == plan.change
    if card.needed_per_day is not None:
        assert card.needed_per_day * card.days_left == pytest.approx(card.needed)


@given(plans, st.integers(0, 999))
def test_an_even_pace_is_exactly_on_track_and_forecasts_the_target(plan, offset):
    assume(plan.change != 0 and offset < plan.days)
    today = plan.start + timedelta(days=offset)
    card = pace(plan, plan.baseline + plan.expected_on(offset + 1), today)
    assert card.ratio == pytest.approx(1)
    assert card.forecast == pytest.approx(plan.change)


@given(plans, st.integers(-1000, 1000), st.integers(0, 999))
def test_a_plan_and_its_mirror_image_pace_alike(plan, gained, offset):
    mirror = Plan(-plan.baseline, -plan.target, plan.start, plan.end, lower_is_better=True)
    today = plan.start + timedelta(days=offset)
    one = pace(plan, plan.baseline + gained, today)
    other = pace(mirror, -(plan.baseline + gained), today)
    assert one.status is other.status
    assert one.ratio == other.ratio


def test_the_line_starts_its_forecast_at_the_last_observation():
    observed = {date(2026, 4, 3): 4260.0, date(2026, 4, 12): 4630.0}
    drawn = line(APRIL, observed, date(2026, 4, 14))
    assert len(drawn.days) == len(drawn.expected) == len(drawn.forecast) == 30
    assert drawn.expected[-1] == pytest.approx(5200)
    assert drawn.actual[11] == 4630
    assert drawn.actual[3] is None
    assert drawn.forecast[10] is None
    assert drawn.forecast[11] == pytest.approx(4630)
    assert drawn.forecast[-1] == pytest.approx(4200 + 1075)


def test_the_line_forecasts_nothing_without_observations():
    drawn = line(APRIL, {}, date(2026, 4, 14))
    assert set(drawn.actual) == set(drawn.forecast) == {None}
