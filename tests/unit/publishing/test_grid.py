"""Which days the calendar shows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from enishi.publishing.core import grid, public_holidays
from enishi.publishing.core.grid import View

SUNDAY, MONDAY = 6, 0


def test_it_shows_whole_weeks_around_a_month() -> None:
    window = grid.window(View.MONTH, date(2026, 11, 22), SUNDAY)
    assert (window.dates[0], window.dates[-1]) == (date(2026, 11, 1), date(2026, 12, 5))
    window = grid.window(View.MONTH, date(2026, 11, 22), MONDAY)
    assert (window.dates[0], window.dates[-1]) == (date(2026, 10, 26), date(2026, 12, 6))


@pytest.mark.parametrize(
    ("view", "days", "before", "after"),
    [
        (View.MONTH, 35, date(2026, 10, 1), date(2026, 12, 1)),
        (View.WEEK, 7, date(2026, 11, 15), date(2026, 11, 29)),
        (View.LIST, 28, date(2026, 11, 15), date(2026, 11, 29)),
        (View.DAY, 1, date(2026, 11, 21), date(2026, 11, 23)),
    ],
)
def test_it_steps_by_what_a_view_shows(view: View, days: int, before: date, after: date) -> None:
    window = grid.window(view, date(2026, 11, 22), SUNDAY)
    assert (window.days, window.before, window.after) == (days, before, after)


def test_it_steps_over_the_end_of_a_year() -> None:
    assert grid.month_step(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert grid.month_step(date(2026, 1, 31), -1) == date(2025, 12, 1)


def test_it_begins_days_at_midnight_of_the_zone() -> None:
    edges = grid.window(View.DAY, date(2026, 11, 22), MONDAY).edges(ZoneInfo("Asia/Tokyo"))
    assert edges[0] == datetime(2026, 11, 21, 15, tzinfo=UTC)
    assert edges[-1] == datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_it_knows_that_a_day_can_have_23_hours() -> None:
    first, last = grid.window(View.DAY, date(2027, 3, 28), MONDAY).edges(ZoneInfo("Europe/Berlin"))
    assert (last - first).total_seconds() == 23 * 3600


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0000-00-00"])
def test_it_falls_back_when_an_address_has_no_date(text: str) -> None:
    assert grid.parse_day(text, date(2026, 1, 2)) == date(2026, 1, 2)


def test_it_keeps_to_years_that_calendars_can_show() -> None:
    assert grid.window(View.MONTH, date(1, 1, 1), SUNDAY).anchor.year == 1990
    assert grid.window(View.MONTH, date(9999, 12, 31), SUNDAY).anchor.year == 2100


def test_it_names_holidays_in_the_readers_language() -> None:
    day = date(2026, 11, 23)
    assert public_holidays.named("JP", [day], "ja") == {day: "勤労感謝の日"}
    assert public_holidays.named("JP", [day], "en")[day].startswith("Labor")
    assert public_holidays.named("", [day], "ja") == {}
    assert public_holidays.named("XX", [day], "ja") == {}
