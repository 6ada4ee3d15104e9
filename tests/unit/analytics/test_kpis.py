"""Every KPI against SQL that was written by hand for SQLite."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from enishi.analytics.kpi import KPIS, Scope, Window
from enishi.analytics.lake import Lake
from tests.unit.analytics.conftest import Witness
from tests.unit.analytics.town import GRAM, KISSA, SKY, TOKYO

WINDOWS = [
    Window(date(2026, 3, 5), date(2026, 4, 10), TOKYO),
    Window(date(2026, 3, 20), date(2026, 3, 20), TOKYO),
    Window(date(2026, 3, 5), date(2026, 4, 10), "UTC"),
    Window(date(2026, 3, 25), date(2026, 4, 2), "Europe/Berlin"),
]
SCOPES = [Scope(KISSA), Scope(KISSA, (SKY,))]

ALL = pytest.mark.parametrize("window", WINDOWS, ids=lambda w: f"{w.first}-{w.last}-{w.zone}")
SOME = pytest.mark.parametrize("window", WINDOWS[::3], ids=["zoned", "daylight saving"])
EACH_SCOPE = pytest.mark.parametrize("scope", SCOPES, ids=["all", "sky"])


def bounds(window: Window) -> tuple[str, str]:
    form = "%Y-%m-%d %H:%M:%S"
    return window.start.strftime(form), window.end.strftime(form)


def channels(scope: Scope) -> str:
    listed = scope.channels or (SKY, GRAM)
    return "channel_id IN ({})".format(", ".join(f"'{channel}'" for channel in listed))


POSTS = """
    WITH posts AS (
        SELECT object_key AS post, channel_id, min(occurred_at) AS at FROM activities
        WHERE workspace_id = '{ws}' AND {channels} AND type = 'Create' AND direction = 'outbound'
          AND target_key = '' AND occurred_at >= '{start}' AND occurred_at < '{end}'
        GROUP BY object_key, channel_id),
    reports AS (
        SELECT subject AS post, metric, value, observed_at FROM observations o
        WHERE workspace_id = '{ws}' AND subject <> '' AND observed_at = (
            SELECT max(observed_at) FROM observations p
            WHERE p.subject = o.subject AND p.metric = o.metric
              AND p.workspace_id = o.workspace_id)),
    acts AS (
        SELECT object_key AS post, occurred_at, 1 AS weight,
               CASE type WHEN 'Like' THEN 'likes' ELSE 'reshares' END AS metric
        FROM activities WHERE direction = 'inbound' AND type IN ('Like', 'Announce')
        UNION ALL
        SELECT object_key, occurred_at, -1, 'likes' FROM activities
        WHERE direction = 'inbound' AND type = 'Undo' AND object_type = 'Like'
        UNION ALL
        SELECT target_key, occurred_at, 1, 'replies' FROM activities
        WHERE direction = 'inbound' AND type = 'Create'),
    parts AS (
        SELECT post, value FROM reports
        WHERE metric IN ('likes', 'replies', 'reshares', 'quotes', 'saves')
        UNION ALL
        SELECT acts.post, acts.weight FROM acts
        LEFT JOIN reports ON reports.post = acts.post AND reports.metric = acts.metric
        WHERE reports.post IS NULL OR acts.occurred_at > reports.observed_at),
    counted AS (
        SELECT posts.*, coalesce((SELECT sum(value) FROM parts WHERE parts.post = posts.post), 0)
               AS value FROM posts)
"""


def post_sql(scope: Scope, window: Window) -> str:
    start, end = bounds(window)
    return POSTS.format(ws=scope.workspace_id, channels=channels(scope), start=start, end=end)


def level_sql(scope: Scope, moment: str) -> str:
    return f"""
        SELECT o.channel_id, o.value + coalesce((
            SELECT sum(CASE type WHEN 'Follow' THEN 1 ELSE -1 END) FROM activities a
            WHERE a.workspace_id = o.workspace_id AND a.channel_id = o.channel_id
              AND (type = 'Follow' OR (type = 'Undo' AND object_type = 'Follow'))
              AND a.occurred_at > o.observed_at AND a.occurred_at < '{moment}'), 0)
        FROM observations o
        WHERE workspace_id = '{scope.workspace_id}' AND {channels(scope)}
          AND metric = 'followers' AND subject = '' AND observed_at = (
            SELECT max(observed_at) FROM observations p WHERE p.channel_id = o.channel_id
              AND p.workspace_id = o.workspace_id AND p.metric = 'followers' AND p.subject = ''
              AND p.observed_at < '{moment}')
    """


@ALL
@EACH_SCOPE
@pytest.mark.parametrize(
    ("key", "condition"),
    [
        ("likes", "type = 'Like' AND direction = 'inbound'"),
        ("reshares", "type = 'Announce' AND direction = 'inbound'"),
        ("replies", "type = 'Create' AND direction = 'inbound' AND target_key <> ''"),
        ("posts", "type = 'Create' AND direction = 'outbound' AND target_key = ''"),
    ],
)
def test_acts_are_counted(
    lake: Lake,
    unrolled: Lake,
    witness: Witness,
    key: str,
    condition: str,
    scope: Scope,
    window: Window,
) -> None:
    ((expected,),) = witness(
        f"SELECT count(*) FROM activities WHERE workspace_id = ? AND {channels(scope)} "
        f"AND {condition} AND occurred_at >= ? AND occurred_at < ?",
        str(KISSA),
        *bounds(window),
    )
    for one in (lake, unrolled):
        reading = KPIS[key].value(one, scope, window)
        assert reading.value == expected
        points = KPIS[key].series(one, scope, window)
        assert [point.day for point in points] == list(window)
        assert sum(point.value or 0 for point in points) == expected


@ALL
@EACH_SCOPE
def test_followers_are_the_last_report_and_the_moves_since(
    lake: Lake, witness: Witness, scope: Scope, window: Window
) -> None:
    levels = dict(witness(level_sql(scope, bounds(window)[1])))
    assert KPIS["followers"].value(lake, scope, window).value == sum(levels.values())


def test_followers_of_each_day_are_the_value_at_its_end(lake: Lake, witness: Witness) -> None:
    scope, window = SCOPES[0], WINDOWS[0]
    for point in KPIS["followers"].series(lake, scope, window):
        day = Window(point.day, point.day, window.zone)
        levels = dict(witness(level_sql(scope, bounds(day)[1])))
        assert point.value == (sum(levels.values()) if levels else None)


@ALL
@EACH_SCOPE
def test_growth_is_the_difference_of_levels(
    lake: Lake, witness: Witness, scope: Scope, window: Window
) -> None:
    start, end = bounds(window)
    opening, closing = dict(witness(level_sql(scope, start))), dict(witness(level_sql(scope, end)))
    first = witness(
        f"SELECT channel_id, value, min(observed_at) FROM observations WHERE workspace_id = ? "
        f"AND {channels(scope)} AND metric = 'followers' AND observed_at >= ? AND observed_at < ? "
        "GROUP BY channel_id",
        str(KISSA),
        start,
        end,
    )
    opening = {channel: value for channel, value, _ in first} | opening
    known = [channel for channel in closing if channel in opening]
    growth = sum(closing[channel] - opening[channel] for channel in known)
    base = sum(opening[channel] for channel in known)
    assert KPIS["follower_growth"].value(lake, scope, window).value == growth
    rate = KPIS["follower_growth_rate"].value(lake, scope, window)
    assert rate.value == pytest.approx(growth / base)
    assert (rate.numerator, rate.denominator) == (growth, base)


@ALL
def test_posting_frequency_is_posts_in_a_week(lake: Lake, window: Window) -> None:
    posts = KPIS["posts"].value(lake, SCOPES[0], window).value
    assert posts is not None
    frequency = KPIS["posting_frequency"].value(lake, SCOPES[0], window)
    assert frequency.value == pytest.approx(posts / window.days * 7)


@ALL
@EACH_SCOPE
def test_engagements_are_reports_and_the_acts_since(
    lake: Lake, witness: Witness, scope: Scope, window: Window
) -> None:
    ((expected,),) = witness(post_sql(scope, window) + "SELECT sum(value) FROM counted")
    reading = KPIS["engagements"].value(lake, scope, window)
    assert (reading.value or 0) == (expected or 0)
    series = KPIS["engagements"].series(lake, scope, window)
    assert sum(point.value or 0 for point in series) == (expected or 0)


@SOME
@EACH_SCOPE
@pytest.mark.parametrize("base", ["reach", "impressions", "views"])
def test_rates_divide_by_what_was_reported(
    lake: Lake, witness: Witness, base: str, scope: Scope, window: Window
) -> None:
    sql = (
        post_sql(scope, window)
        + """SELECT sum(counted.value), sum(reports.value), avg(counted.value / reports.value),
             count(*) FROM counted JOIN reports ON reports.post = counted.post
             WHERE metric = ? AND reports.value > 0"""
    )
    check_rate(lake, base, scope, window, witness(sql, base)[0])


@SOME
@EACH_SCOPE
def test_rates_divide_by_the_followers_on_the_day_of_the_post(
    lake: Lake, witness: Witness, scope: Scope, window: Window
) -> None:
    posts = witness(post_sql(scope, window) + "SELECT channel_id, at, value FROM counted")
    found = []
    for channel, at, value in posts:
        day = next(day for day in window if at < bounds(Window(day, day, window.zone))[1])
        rows = witness(
            "SELECT value FROM observations WHERE metric = 'followers' AND workspace_id = ? "
            "AND channel_id = ? AND observed_at < ? ORDER BY observed_at DESC LIMIT 1",
            str(KISSA),
            channel,
            bounds(Window(day, day, window.zone))[1],
        )
        found += [(value, base) for (base,) in rows]
    expected = (
        sum(value for value, _ in found),
        sum(base for _, base in found),
        sum(value / base for value, base in found) / len(found) if found else None,
        len(found),
    )
    check_rate(lake, "followers", scope, window, expected)


def check_rate(
    lake: Lake, base: str, scope: Scope, window: Window, expected: tuple[Any, ...]
) -> None:
    numerator, denominator, average, count = expected
    totals = KPIS[f"engagement_rate_by_{base}"].value(lake, scope, window)
    averaged = KPIS[f"average_engagement_rate_by_{base}"].value(lake, scope, window)
    if not count:
        assert totals.value is None
        assert averaged.value is None
        return
    assert (totals.numerator, totals.denominator) == (numerator, denominator)
    assert totals.value == pytest.approx(numerator / denominator)
    assert averaged.value == pytest.approx(average)
    assert totals.rows_count == averaged.rows_count == count
    assert totals.left_out == KPIS["posts"].value(lake, scope, window).rows_count - count


@ALL
@pytest.mark.parametrize("metric", ["reach", "impressions", "views"])
def test_what_networks_report_of_posts_is_summed(
    lake: Lake, witness: Witness, metric: str, window: Window
) -> None:
    sql = (
        post_sql(SCOPES[0], window)
        + "SELECT sum(reports.value) FROM posts JOIN reports USING (post) WHERE metric = ?"
    )
    ((expected,),) = witness(sql, metric)
    assert KPIS[metric].value(lake, SCOPES[0], window).value == expected


@pytest.mark.requirement("R051")
def test_the_four_variants_of_engagement_rate_differ_and_name_themselves(lake: Lake) -> None:
    keys = [key for key in KPIS if "engagement_rate_by_" in key]
    values = {KPIS[key].value(lake, SCOPES[0], WINDOWS[0]).value for key in keys}
    assert len(keys) == 9
    assert len(values) == 9
    assert len({KPIS[key].definition.name for key in keys}) == 9
