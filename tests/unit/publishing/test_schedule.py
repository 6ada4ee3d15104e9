from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kernel.errors import InvalidInputError
from enishi.publishing.core import schedule

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2027-04-01T09:30", "Asia/Tokyo", "2027-04-01T00:30:00+00:00"),
        ("2027-07-01T12:00", "Europe/Berlin", "2027-07-01T10:00:00+00:00"),
        ("2027-12-01T12:00", "Europe/Berlin", "2027-12-01T11:00:00+00:00"),
        ("2027-03-28T01:59", "Europe/Berlin", "2027-03-28T00:59:00+00:00"),
        ("2027-03-28T03:00", "Europe/Berlin", "2027-03-28T01:00:00+00:00"),
        ("2027-06-01T09:00:00+09:00", "Asia/Tokyo", "2027-06-01T00:00:00+00:00"),
        (datetime(2027, 6, 1, tzinfo=UTC), "Asia/Tokyo", "2027-06-01T00:00:00+00:00"),
    ],
)
def test_it_finds_the_instant_of_a_wall_clock_time(at, zone, expected):
    assert schedule.slot(at, zone, now=NOW).due_at.isoformat() == expected


@pytest.mark.parametrize(
    ("at", "zone", "start", "end"),
    [
        ("2027-03-28T02:30", "Europe/Berlin", "02:00", "03:00"),
        ("2027-03-28T02:00", "Europe/Berlin", "02:00", "03:00"),
        ("2027-03-14T02:59", "America/New_York", "02:00", "03:00"),
        ("2027-10-03T02:15", "Australia/Lord_Howe", "02:00", "02:30"),
    ],
)
def test_it_names_the_gap_when_the_clocks_go_forward(at, zone, start, end):
    with pytest.raises(InvalidInputError) as refused:
        schedule.slot(at, zone, now=NOW)
    assert refused.value.field == "at"
    assert f"from {start} to {end}" in str(refused.value)
    assert end in str(refused.value.remedy)


def test_it_takes_the_first_of_two_equal_times_and_says_so():
    slot = schedule.slot("2027-10-31T02:30", "Europe/Berlin", now=NOW)
    assert slot.due_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert slot.happens_twice
    assert not schedule.slot("2027-10-31T04:30", "Europe/Berlin", now=NOW).happens_twice


def test_it_keeps_the_wall_clock_beside_the_instant():
    slot = schedule.slot("2027-04-01T09:30", "Asia/Tokyo", now=NOW)
    assert (slot.wall_time, slot.time_zone) == ("2027-04-01T09:30:00", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("at", "zone", "field"),
    [
        ("2026-12-31T23:00", "UTC", "at"),
        ("2042-01-01T00:00", "UTC", "at"),
        ("tomorrow", "UTC", "at"),
        ("", "UTC", "at"),
        ("2027-04-01T09:30", "Mars/Olympus", "time_zone"),
        ("2027-04-01T09:30", "../etc/passwd", "time_zone"),
    ],
)
def test_it_says_what_is_wrong_with_a_time(at, zone, field):
    with pytest.raises(InvalidInputError) as refused:
        schedule.slot(at, zone, now=NOW)
    assert refused.value.field == field
    assert refused.value.remedy


def test_it_calls_missed_what_is_over_two_days_late():
    assert not schedule.is_missed(NOW - timedelta(hours=48), NOW)
    assert schedule.is_missed(NOW - timedelta(hours=48, seconds=1), NOW)


@given(
    st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - wall clock
    st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Tokyo"]),
)
def test_every_wall_clock_time_is_kept_or_refused_as_a_gap(wall, zone):
    wall = wall.replace(microsecond=0)
    try:
        slot = schedule.slot_at(wall, zone)
    except InvalidInputError:
        assert schedule.gap_at(wall, ZoneInfo(zone)) is not None
        assert zone != "Asia/Tokyo"
        return
    assert slot.due_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
    later = slot.due_at + timedelta(hours=1)
    assert slot.happens_twice == (later.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall)
