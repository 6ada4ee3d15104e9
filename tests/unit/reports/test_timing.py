"""When a report goes out, across daylight saving."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.reports.core.timing import Every, Rhythm, period_key

BERLIN = "Europe/Berlin"


def weekly(weekday: int, wall: str, zone: str = BERLIN) -> Rhythm:
    return Rhythm(Every.WEEK, weekday, 1, time.fromisoformat(wall), zone)


def monthly(day: int, wall: str = "09:00", zone: str = "Asia/Tokyo") -> Rhythm:
    return Rhythm(Every.MONTH, 0, day, time.fromisoformat(wall), zone)


def run(rhythm: Rhythm, start: datetime, times: int) -> list[datetime]:
    found = []
    for _turn in range(times):
        start = rhythm.next_after(start)
        found.append(start)
    return found


def test_a_monday_at_nine_stays_nine_in_summer_and_in_winter():
    found = run(weekly(0, "09:00"), datetime(2026, 3, 20, tzinfo=UTC), 3)
    assert [one.isoformat() for one in found] == [
        "2026-03-23T08:00:00+00:00",
        "2026-03-30T07:00:00+00:00",
        "2026-04-06T07:00:00+00:00",
    ]


def test_a_time_that_is_skipped_in_spring_goes_out_as_much_later():
    due = weekly(6, "02:30").next_after(datetime(2026, 3, 28, tzinfo=UTC))
    assert due.astimezone(ZoneInfo(BERLIN)).isoformat() == "2026-03-29T03:30:00+02:00"


def test_a_time_that_comes_twice_in_autumn_goes_out_once():
    first, second = run(weekly(6, "02:30"), datetime(2026, 10, 24, tzinfo=UTC), 2)
    assert first.astimezone(ZoneInfo(BERLIN)).isoformat() == "2026-10-25T02:30:00+02:00"
    assert second.astimezone(ZoneInfo(BERLIN)).date().isoformat() == "2026-11-01"


@pytest.mark.parametrize("after", ["2026-01-31", "2028-01-31"])
def test_the_31st_is_the_last_day_of_a_shorter_month(after):
    start = datetime.fromisoformat(f"{after}T00:30:00+00:00")
    days = [one.astimezone(ZoneInfo("Asia/Tokyo")).date() for one in run(monthly(31), start, 12)]
    assert len({(day.year, day.month) for day in days}) == 12
    assert all((day + timedelta(days=1)).day == 1 for day in days)


@given(
    every=st.sampled_from(list(Every)),
    weekday=st.integers(0, 6),
    month_day=st.integers(1, 31),
    minutes=st.integers(0, 24 * 60 - 1),
    zone=st.sampled_from(["Asia/Tokyo", BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"]),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
)
def test_every_period_comes_once_and_in_its_order(every, weekday, month_day, minutes, zone, start):
    wall = time(*divmod(minutes, 60))
    rhythm = Rhythm(every, weekday, month_day, wall, zone)
    found = run(rhythm, start.replace(tzinfo=UTC), 8)
    assert found == sorted(set(found))
    keys = [period_key(one, zone) for one in found]
    assert len(set(keys)) == len(keys)
    longest = 8 if every is Every.WEEK else 32
    steps = [later - sooner for sooner, later in itertools.pairwise(found)]
    assert max(steps) < timedelta(days=longest)
