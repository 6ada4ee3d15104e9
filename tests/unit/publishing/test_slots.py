"""Times that come again, over the changes of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enishi.kernel.errors import InvalidInputError
from enishi.publishing.core import slots
from enishi.publishing.core.schedule import slot_at
from enishi.publishing.core.slots import Pattern, WeeklyTime, nth

ZONES = ["America/New_York", "Europe/Berlin", "Asia/Tokyo", "Australia/Lord_Howe"]
DAY = timedelta(days=1)

zones = st.sampled_from(ZONES)
minutes = st.integers(0, 24 * 60 - 1).map(lambda at: time(at // 60, at % 60))
rules = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,WE,SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU",
        "FREQ=MONTHLY;BYMONTHDAY=1,31",
        "FREQ=MONTHLY;BYDAY=-1SU",
    ]
)


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    times = draw(st.lists(minutes | st.just(time(2, 30)), min_size=1, max_size=4, unique=True))
    starts_on = date(draw(st.integers(2020, 2035)), 1, 1) + DAY * draw(st.integers(0, 365))
    return slots.checked(Pattern(draw(rules), times, draw(zones), starts_on))


def spanning(first: datetime, days: int) -> tuple[datetime, datetime]:
    return first, first + DAY * days


@settings(deadline=None, max_examples=40)
@given(patterns(), st.integers(0, 400), st.integers(1, 800))
def test_it_loses_and_doubles_no_occurrence(pattern: Pattern, skip: int, days: int) -> None:
    start = datetime.combine(pattern.starts_on, time(), ZoneInfo(pattern.time_zone))
    after, until = spanning(start.astimezone(UTC) + DAY * skip, days)
    found = slots.occurrences(pattern, after, until)
    walls = [item.wall for item in found]
    assert len(set(walls)) == len(walls)
    assert all(one.due_at < two.due_at for one, two in pairwise(found))
    place = ZoneInfo(pattern.time_zone)
    inner = [after.astimezone(place).date() + DAY * n for n in range(2, days - 1)]
    chosen = set(slots._days(pattern, inner[0], inner[-1])) if inner else set()
    expected = {f"{day}T{at:%H:%M}" for day in inner for at in pattern.times if day in chosen}
    assert expected <= set(walls)


@settings(deadline=None, max_examples=40)
@given(patterns(), st.integers(1, 500), st.integers(0, 500))
def test_it_finds_the_same_in_two_parts_as_in_one(pattern: Pattern, days: int, cut: int) -> None:
    start = datetime.combine(pattern.starts_on, time(), UTC) - DAY
    end, middle = start + DAY * days, start + timedelta(hours=cut * days * 24 // 500)
    whole = slots.occurrences(pattern, start, end)
    parts = slots.occurrences(pattern, start, middle) + slots.occurrences(pattern, middle, end)
    assert parts == whole


@settings(deadline=None, max_examples=40)
@given(patterns())
def test_it_keeps_the_wall_clock_unless_the_clocks_skip_it(pattern: Pattern) -> None:
    start = datetime.combine(pattern.starts_on, time(), UTC)
    place = ZoneInfo(pattern.time_zone)
    for item in slots.occurrences(pattern, *spanning(start, 400)):
        shown = item.due_at.astimezone(place)
        if item.moved:
            assert f"{shown:%Y-%m-%dT%H:%M}" > item.wall
            assert shown.date() == item.day
        else:
            assert f"{shown:%Y-%m-%dT%H:%M}" == item.wall
            assert shown.fold == 0


@pytest.mark.requirement("R048")
def test_it_gives_thirty_slots_in_april_that_new_york_sees_at_eight() -> None:
    pattern = Pattern("FREQ=DAILY", (time(21),), "Asia/Tokyo", date(2027, 4, 1), date(2027, 4, 30))
    found = slots.occurrences(pattern, *spanning(datetime(2027, 3, 1, tzinfo=UTC), 90))
    assert len(found) == 30
    in_new_york = {
        f"{item.due_at.astimezone(ZoneInfo('America/New_York')):%H:%M}" for item in found
    }
    assert in_new_york == {"08:00"}


@pytest.mark.parametrize(
    ("zone", "day", "at", "shown"),
    [
        ("America/New_York", date(2027, 3, 14), time(2, 30), "03:00"),
        ("Europe/Berlin", date(2027, 3, 28), time(2, 0), "03:00"),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), "02:30"),
    ],
    ids=["New York", "Berlin", "Lord Howe skips half an hour"],
)
def test_it_moves_a_skipped_time_to_the_next_minute_that_exists(
    zone: str, day: date, at: time, shown: str
) -> None:
    [found] = slots.of_day(day, [at], ZoneInfo(zone))
    assert found.moved
    assert f"{found.due_at.astimezone(ZoneInfo(zone)):%H:%M}" == shown


def test_it_gives_skipped_times_instants_of_their_own() -> None:
    place = ZoneInfo("Europe/Berlin")
    found = slots.of_day(date(2027, 3, 28), [time(2, 15), time(2, 45), time(3, 0)], place)
    shown = {item.wall[11:]: f"{item.due_at.astimezone(place):%H:%M}" for item in found}
    assert shown == {"02:15": "03:01", "02:45": "03:02", "03:00": "03:00"}


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("America/New_York", date(2027, 11, 7), time(1, 30), "05:30"),
        ("Europe/Berlin", date(2027, 10, 31), time(2, 30), "00:30"),
        ("Australia/Lord_Howe", date(2027, 4, 4), time(1, 45), "14:45"),
    ],
)
def test_it_takes_the_first_of_two_equal_times_and_only_it(
    zone: str, day: date, at: time, utc: str
) -> None:
    [found] = slots.of_day(day, [at], ZoneInfo(zone))
    assert f"{found.due_at:%H:%M}" == utc
    assert not found.moved


def test_it_leaves_out_days_off() -> None:
    pattern = Pattern("FREQ=DAILY", (time(9),), "Asia/Tokyo", date(2027, 5, 1), date(2027, 5, 5))
    off = {date(2027, 5, 3), date(2027, 5, 4), date(2027, 5, 5)}
    found = slots.occurrences(pattern, *spanning(datetime(2027, 4, 1, tzinfo=UTC), 60), off)
    assert [item.wall for item in found] == ["2027-05-01T09:00", "2027-05-02T09:00"]


@pytest.mark.parametrize(
    ("weekdays", "every", "rule"),
    [
        ([], 1, "FREQ=DAILY"),
        ([0, 3], 1, "FREQ=WEEKLY;BYDAY=MO,TH"),
        ([6], 2, "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"),
    ],
)
def test_it_writes_and_reads_weekdays(weekdays: list[int], every: int, rule: str) -> None:
    assert slots.weekly(weekdays, every) == rule
    assert slots.weekdays_of(rule) == (weekdays or list(range(7)), every)


def test_it_does_not_take_other_rules_for_weekdays() -> None:
    assert slots.weekdays_of("FREQ=MONTHLY;BYMONTHDAY=1") is None
    assert slots.weekdays_of("FREQ=WEEKLY;BYDAY=1MO") is None


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ("", "rule"),
        ("every day", "rule"),
        ("FREQ=SECONDLY", "rule"),
        ("FREQ=DAILY;COUNT=3", "rule"),
        ("FREQ=DAILY;INTERVAL=0", "rule"),
        ("FREQ=WEEKLY;BYDAY=XX", "rule"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", "rule"),
    ],
)
def test_it_refuses_a_rule_that_is_none_or_never_happens(rule: str, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        slots.checked(Pattern(rule, (time(9),), "Asia/Tokyo", date(2027, 1, 1)))
    assert caught.value.field == field


def test_it_refuses_an_end_before_the_beginning_and_no_times() -> None:
    with pytest.raises(InvalidInputError, match="last day"):
        slots.checked(
            Pattern("FREQ=DAILY", (time(9),), "Asia/Tokyo", date(2027, 1, 2), date(2027, 1, 1))
        )
    with pytest.raises(InvalidInputError, match="time of day"):
        slots.checked(Pattern("FREQ=DAILY", (), "Asia/Tokyo", date(2027, 1, 2)))


def test_it_reads_times_as_people_type_them() -> None:
    assert slots.parse_times(["21:00", " 9:30", "", "7：05"]) == (time(21), time(9, 30), time(7, 5))
    with pytest.raises(InvalidInputError):
        slots.parse_times(["25:00"])


def test_it_gives_the_free_times_of_a_week_in_order() -> None:
    week = [WeeklyTime(0, time(9)), WeeklyTime(0, time(18)), WeeklyTime(3, time(12))]
    after = datetime(2027, 4, 5, 1, 0, tzinfo=UTC)  # a Monday, 10:00 in Tokyo
    taken = {datetime(2027, 4, 8, 3, 0, tzinfo=UTC)}
    found = islice(slots.free_times(week, "Asia/Tokyo", after=after, taken=taken), 3)
    assert [item.wall for item in found] == [
        "2027-04-05T18:00",
        "2027-04-12T09:00",
        "2027-04-12T18:00",
    ]


@given(st.lists(st.integers(), unique=True, min_size=1), st.integers(-3, 30), st.data())
def test_it_reorders_without_losing(items: list[int], place: int, data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(items))
    found = slots.moved(items, item, place)
    assert sorted(found) == sorted(items)
    assert found.index(item) == min(max(place, 0), len(items) - 1)
    assert sorted(slots.shuffled(items, place)) == sorted(items)


def test_it_spreads_from_the_start_on() -> None:
    start = datetime(2027, 4, 1, tzinfo=UTC)
    assert slots.spread(3, start, 15) == [start, start + DAY / 96, start + DAY / 48]


def test_whole_days_between_posts_go_by_the_clock_and_hours_by_time() -> None:
    evening = slot_at("2027-03-27T21:00", "Europe/Berlin")
    assert nth(evening, 1, 1440) == evening.due_at + timedelta(hours=23)
    assert nth(evening, 24, 60) == evening.due_at + timedelta(hours=24)
    assert nth(evening, 0, 15) == evening.due_at
