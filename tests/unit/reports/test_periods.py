"""Periods and what they are compared with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.reports.core.periods import (
    Against,
    Preset,
    Span,
    compared,
    following,
    preset_of,
    previous,
    shifted,
    span_of,
)

TODAY = date(2026, 3, 31)


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.DAYS_7, "2026-03-25", "2026-03-31"),
        (Preset.DAYS_28, "2026-03-04", "2026-03-31"),
        (Preset.THIS_MONTH, "2026-03-01", "2026-03-31"),
        (Preset.LAST_WEEK, "2026-03-23", "2026-03-29"),
        (Preset.LAST_MONTH, "2026-02-01", "2026-02-28"),
        (Preset.LAST_QUARTER, "2025-10-01", "2025-12-31"),
    ],
)
def test_it_knows_the_usual_periods(preset, first, last):
    assert span_of(preset, TODAY) == span(first, last)


def test_it_takes_the_week_before_even_on_a_sunday():
    assert span_of(Preset.LAST_WEEK, date(2026, 3, 29)) == span("2026-03-16", "2026-03-22")


@pytest.mark.parametrize(
    ("given_span", "expected"),
    [
        (span("2026-02-01", "2026-02-28"), span("2026-01-01", "2026-01-31")),
        (span("2026-01-01", "2026-03-31"), span("2025-10-01", "2025-12-31")),
        (span("2026-03-01", "2026-03-12"), span("2026-02-01", "2026-02-12")),
        (span("2026-03-01", "2026-03-30"), span("2026-02-01", "2026-02-28")),
        (span("2026-03-04", "2026-03-31"), span("2026-02-04", "2026-03-03")),
        (span("2026-03-01", "2026-03-01"), span("2026-02-28", "2026-02-28")),
    ],
    ids=["whole month", "quarter", "month so far", "longer than February", "days", "one day"],
)
def test_it_compares_with_the_same_kind_of_period_before(given_span, expected):
    assert compared(given_span, Against.PREVIOUS) == expected


def test_a_year_ago_the_29th_of_february_is_the_28th():
    leap = span("2028-02-01", "2028-02-29")
    assert compared(leap, Against.YEAR) == span("2027-02-01", "2027-02-28")
    common = span("2027-02-01", "2027-02-28")
    assert compared(common, Against.YEAR) == span("2026-02-01", "2026-02-28")
    assert compared(span("2028-02-20", "2028-02-29"), Against.YEAR) == span(
        "2027-02-20", "2027-02-28"
    )


def test_it_compares_with_own_days_or_with_nothing():
    own = span("2024-04-01", "2024-04-07")
    assert compared(span("2026-04-01", "2026-04-07"), Against.OWN, own) == own
    assert compared(span("2026-04-01", "2026-04-07"), Against.NOTHING) is None


def test_it_refuses_a_period_that_ends_before_it_starts():
    with pytest.raises(ValueError, match="ends before"):
        span("2026-04-02", "2026-04-01")


def test_it_recognises_a_preset_by_its_days():
    assert preset_of(span("2026-02-01", "2026-02-28"), TODAY) is Preset.LAST_MONTH
    assert preset_of(span("2026-02-01", "2026-02-27"), TODAY) is None


days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(first=days, length=st.integers(0, 400))
def test_what_follows_what_was_before_is_where_one_began(first, length):
    here = Span(first, first + timedelta(days=length))
    before = previous(here)
    assert before.last < here.first
    if here.months:
        assert before.months == here.months
        assert following(before, date(2040, 1, 1)) == here
    elif first.day != 1:
        assert before.days == here.days
        assert before.last == here.first - timedelta(days=1)


def test_nothing_follows_today():
    assert following(span("2026-03-04", "2026-03-31"), TODAY) is None
    assert following(span("2026-03-01", "2026-03-28"), TODAY) == span("2026-03-29", "2026-03-31")


@given(day=days, months=st.integers(-60, 60))
def test_a_day_some_months_later_is_in_that_month(day, months):
    found = shifted(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day
