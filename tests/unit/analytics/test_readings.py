"""What readings say of themselves, on towns small enough to count on one's fingers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from enishi.analytics.kpi import KPIS, Scope, Window
from enishi.analytics.lake import Lake
from tests.unit.analytics.town import GRAM, KISSA, MARCH, SKY, Town, activity, observation

NewLake = Callable[..., Lake]

HERE = Scope(KISSA)
WEEK = Window(date(2026, 3, 2), date(2026, 3, 8))
DAY = timedelta(days=1)


OURS = {"posts", "posting_frequency", "longest_gap"}
"""What we do ourselves is known, also when it is nothing."""


def value(lake: Lake, key: str, window: Window = WEEK, scope: Scope = HERE) -> float | None:
    return KPIS[key].value(lake, scope, window).value


@pytest.mark.parametrize("key", sorted(KPIS.keys() - OURS))
def test_nothing_observed_is_not_zero(new_lake: NewLake, key: str) -> None:
    lake = new_lake(Town())
    reading = KPIS[key].value(lake, HERE, WEEK)
    assert (reading.value, reading.rows_count) == (None, 0)
    assert {point.value for point in KPIS[key].series(lake, HERE, WEEK)} == {None}
    assert not KPIS[key].rows(lake, HERE, WEEK).activities


def test_our_own_silence_is_known(new_lake: NewLake) -> None:
    lake = new_lake(Town())
    assert value(lake, "posts") == 0
    assert value(lake, "posting_frequency") == 0


def test_no_likes_on_a_channel_that_is_read_are_zero(new_lake: NewLake) -> None:
    lake = new_lake(Town([activity(MARCH + 3 * DAY, "Follow", actor_key="taro")]))
    assert value(lake, "likes") == 0
    assert value(lake, "leads") is None, "nobody ever told us of leads"
    days = [point.value for point in KPIS["likes"].series(lake, HERE, WEEK)]
    assert days == [None, None, 0, 0, 0, 0, 0], "unknown before the channel was first read"


def test_a_daily_report_stands_before_our_own_count(new_lake: NewLake) -> None:
    likes = [activity(MARCH + DAY, "Like", actor_key=who) for who in ("a", "b")]
    later = activity(MARCH + 3 * DAY, "Like", actor_key="c")
    reports = [
        observation(MARCH + DAY * 1.2, "likes", 5),
        observation(MARCH + DAY * 1.5, "likes", 7),
    ]
    assert value(new_lake(Town([*likes, later], reports)), "likes") == 8


def test_followers_move_at_once_when_somebody_follows(new_lake: NewLake) -> None:
    town = Town([], [observation(MARCH + DAY, "followers", 4_200)])
    assert value(new_lake(town), "followers") == 4_200
    town.activities.append(activity(MARCH + 2 * DAY, "Follow", actor_key="taro"))
    reading = KPIS["followers"].value(new_lake(town), HERE, WEEK)
    assert (reading.value, reading.formula_filled) == (4_201, "4,200 + 1 = 4,201")
    assert reading.as_of == MARCH + DAY


def test_growth_starts_at_the_first_report_when_the_opening_is_unknown(new_lake: NewLake) -> None:
    reports = [observation(MARCH + n * DAY, "followers", 100 + n) for n in (3, 5)]
    reading = KPIS["follower_growth"].value(new_lake(Town([], reports)), HERE, WEEK)
    assert (reading.value, reading.formula_filled) == (2, "105 − 103 = 2")


def test_a_post_that_was_read_back_counts_once(new_lake: NewLake) -> None:
    sent = activity(MARCH + DAY, "Create", direction="outbound", object_key="p", key="1")
    read = activity(MARCH + DAY * 1.01, "Create", direction="outbound", object_key="p", key="2")
    answer = activity(
        MARCH + 2 * DAY, "Create", direction="outbound", object_key="q", target_key="their post"
    )
    assert value(new_lake(Town([sent, read, answer])), "posts") == 1


def test_a_rate_tells_its_working_and_what_it_left_out(new_lake: NewLake) -> None:
    posts = [activity(MARCH + DAY, "Create", direction="outbound", object_key=key) for key in "pqr"]
    likes = [
        activity(MARCH + 2 * DAY, "Like", actor_key=f"{n}", object_key=key)
        for key, count in (("p", 3), ("q", 1), ("r", 9))
        for n in range(count)
    ]
    reach = [observation(MARCH + 3 * DAY, "reach", v, subject=k) for k, v in (("p", 10), ("q", 90))]
    lake = new_lake(Town([*posts, *likes], reach))
    totals = KPIS["engagement_rate_by_reach"].value(lake, HERE, WEEK)
    assert totals.formula_filled == "4 ÷ 100 = 4.00 %"
    assert (totals.rows_count, totals.left_out) == (2, 1)
    averaged = KPIS["average_engagement_rate_by_reach"].value(lake, HERE, WEEK)
    assert averaged.value == pytest.approx((3 / 10 + 1 / 90) / 2)
    assert averaged.formula_filled == "31.11 % ÷ 2 = 15.56 %"


def test_a_like_taken_back_no_longer_counts_for_its_post(new_lake: NewLake) -> None:
    town = Town(
        [
            activity(MARCH + DAY, "Create", direction="outbound", object_key="p"),
            activity(MARCH + 2 * DAY, "Like", actor_key="a", object_key="p"),
            activity(MARCH + 2 * DAY, "Like", actor_key="b", object_key="p"),
            activity(MARCH + 3 * DAY, "Undo", actor_key="b", object_key="p", object_type="Like"),
        ]
    )
    assert value(new_lake(town), "engagements") == 1


def test_rows_lead_to_the_activities_behind_a_number(new_lake: NewLake) -> None:
    acts = [activity(MARCH + DAY * n, "Like", actor_key=f"{n}") for n in range(1, 8)]
    lake = new_lake(Town(acts))
    newest = KPIS["likes"].rows(lake, HERE, WEEK, limit=4).activities
    rest = KPIS["likes"].rows(lake, HERE, WEEK, limit=4, before=newest[-1]["id"]).activities
    assert [row["actor_key"] for row in (*newest, *rest)] == ["7", "6", "5", "4", "3", "2", "1"]
    assert newest[0]["occurred_at"] == MARCH + 7 * DAY


def test_leads_and_purchases_are_counted(new_lake: NewLake) -> None:
    acts = [activity(MARCH + DAY * n, "schema:RegisterAction", actor_key=f"{n}") for n in (1, 2)]
    acts.append(activity(MARCH + DAY, "schema:BuyAction", actor_key="1", direction="inbound"))
    lake = new_lake(Town(acts))
    assert (value(lake, "leads"), value(lake, "purchases")) == (2, 1)
    assert [p.value for p in KPIS["leads"].series(lake, HERE, WEEK)] == [1, 1, 0, 0, 0, 0, 0]


def test_a_scope_without_the_channel_does_not_see_it(new_lake: NewLake) -> None:
    town = Town([], [observation(MARCH + DAY, "followers", 10, channel_id=GRAM)])
    assert value(new_lake(town), "followers", scope=Scope(KISSA, (SKY,))) is None
    assert value(new_lake(town), "followers", scope=Scope(KISSA, (GRAM,))) == 10


def test_days_follow_daylight_saving() -> None:
    spring = Window(date(2026, 3, 28), date(2026, 3, 30), "Europe/Berlin")
    assert (spring.start, spring.end) == (
        datetime(2026, 3, 27, 23, tzinfo=UTC),
        datetime(2026, 3, 30, 22, tzinfo=UTC),
    )


def test_acts_fall_on_their_local_day_across_daylight_saving(new_lake: NewLake) -> None:
    times = [datetime(2026, 3, 28, 22, 30), datetime(2026, 3, 29, 21, 30)]  # noqa: DTZ001
    times.append(datetime(2026, 3, 29, 22, 30))  # noqa: DTZ001
    acts = [activity(at.replace(tzinfo=UTC), "Like", actor_key=f"{at}") for at in times]
    spring = Window(date(2026, 3, 28), date(2026, 3, 30), "Europe/Berlin")
    points = KPIS["likes"].series(new_lake(Town(acts)), HERE, spring)
    assert [point.value for point in points] == [1, 1, 1]


def test_a_window_ends_after_it_starts_and_can_be_cut_to_today() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Window(date(2026, 3, 2), date(2026, 3, 1))
    assert WEEK.until(MARCH + 3 * DAY).last == date(2026, 3, 4)
    assert WEEK.until(MARCH + 30 * DAY) == WEEK
    assert WEEK.until(MARCH - 30 * DAY).last == WEEK.first


def test_every_definition_is_complete() -> None:
    for key, kpi in KPIS.items():
        definition = kpi.definition
        assert definition.key == key
        assert all([definition.name, definition.description, definition.formula])
        assert definition.sources
