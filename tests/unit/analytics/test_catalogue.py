"""The KPIs of conversations, money, opinions and videos, against SQL written for SQLite."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from enishi.analytics.connection import Connection
from enishi.analytics.kpi import KPIS, Scope, Window
from enishi.analytics.lake import Lake
from enishi.analytics.metrics.definition import Grain, Unit
from tests.unit.analytics.conftest import Witness, witness_of
from tests.unit.analytics.town import (
    GRAM,
    KISSA,
    MARCH,
    OTHER,
    SKY,
    TOKYO,
    Town,
    activity,
    lake_of,
    observation,
)

MARKET = Scope(KISSA)
ONE = Scope(KISSA, (SKY,))
SPRING = Window(date(2026, 3, 3), date(2026, 3, 28), TOKYO)
BERLIN = Window(date(2026, 3, 25), date(2026, 4, 2), "Europe/Berlin")
CASES = [
    pytest.param(scope, window, id=f"{name}-{window.zone}")
    for name, scope in (("all", MARKET), ("sky", ONE))
    for window in (SPRING, BERLIN)
]
EACH = pytest.mark.parametrize(("scope", "window"), CASES)


@pytest.fixture(scope="module")
def market() -> Town:
    """Forty days of questions and answers, invoices, orders, surveys and videos."""
    chance, town = random.Random(20260322), Town()
    for workspace in (KISSA, OTHER):
        for channel in (SKY, GRAM):
            here = {"workspace_id": workspace, "channel_id": channel}
            for number in range(40):
                _a_day(town, chance, MARCH + timedelta(days=number), here)
    return town


def _a_day(town: Town, chance: random.Random, day: datetime, here: dict[str, Any]) -> None:
    place = f"{here['workspace_id']}/{here['channel_id']}"

    def some_time() -> datetime:
        return day + timedelta(seconds=chance.randrange(86_400))

    for number in range(chance.randint(0, 3)):
        at, message = some_time(), f"{place}/{day:%j}/{number}"
        inbound = {"object_key": message, "target_key": "ours" if chance.random() < 0.5 else ""}
        town.activities.append(activity(at, "Create", **inbound, **here))
        for _ in range(chance.choice([0, 1, 1, 2])):
            answered = at + timedelta(seconds=chance.randrange(3 * 86_400))
            ours = {"direction": "outbound", "target_key": message, "object_key": f"{answered}"}
            town.activities.append(activity(answered, "Create", **ours, **here))
    for kind in ("schema:RegisterAction", "schema:BuyAction"):
        for _ in range(chance.randint(0, 3)):
            town.activities.append(activity(some_time(), kind, **here))
    _notes(town, chance, day, here)
    for metric, most in (("clicks", 90), ("impressions", 4000)):
        town.observations.append(observation(some_time(), metric, chance.randint(1, most), **here))
    for number in range(chance.randint(0, 3)):
        for metric, most in (("nps", 10), ("csat", 5)):
            who = {"subject": f"person-{day:%j}-{number}", **here}
            town.observations.append(
                observation(some_time(), metric, chance.randint(1, most), **who)
            )
    if chance.random() < 0.5:
        _a_video(town, chance, some_time(), here)


def _notes(town: Town, chance: random.Random, day: datetime, here: dict[str, Any]) -> None:
    for metric in ("spend", "labour_cost", "revenue", "gross_profit"):
        if chance.random() < 0.6:
            at = day + timedelta(seconds=chance.randrange(86_400))
            subject = f"{metric}/{day:%j}"
            note = {"subject": subject, **here}
            town.observations.append(observation(at, metric, chance.randint(10, 900), **note))
            if chance.random() < 0.3:
                later = at + timedelta(days=2)
                town.observations.append(
                    observation(later, metric, chance.randint(10, 900), **note)
                )


def _a_video(town: Town, chance: random.Random, at: datetime, here: dict[str, Any]) -> None:
    post = f"{here['workspace_id']}/{here['channel_id']}/{at.isoformat()}"
    town.activities.append(
        activity(at, "Create", direction="outbound", object_key=post, object_type="Video", **here)
    )
    length = chance.randint(10, 90)
    for hours in (3, 30):
        plays = chance.randint(10, 99) * hours
        numbers = {
            "plays": plays,
            "full_plays": chance.randint(0, plays),
            "average_watch_seconds": chance.randint(1, length),
            "video_seconds": length,
            "views_2s": plays - 5,
        }
        for metric, value in numbers.items():
            when = at + timedelta(hours=hours)
            town.observations.append(observation(when, metric, value, subject=post, **here))


@pytest.fixture(scope="module")
def stall(market: Town, connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_of(market, tmp_path_factory.mktemp("lake"), connection)


@pytest.fixture(scope="module")
def sql(market: Town) -> Witness:
    return witness_of(market)


def within(window: Window, column: str) -> str:
    form = "%Y-%m-%d %H:%M:%S"
    return f"{column} >= '{window.start:{form}}' AND {column} < '{window.end:{form}}'"


def of(scope: Scope, table: str = "") -> str:
    listed = ", ".join(f"'{channel}'" for channel in scope.channels or (SKY, GRAM))
    return f"{table}workspace_id = '{scope.workspace_id}' AND {table}channel_id IN ({listed})"


def count(sql: Witness, scope: Scope, window: Window, condition: str) -> int:
    ((found,),) = sql(
        f"SELECT count(*) FROM activities WHERE {of(scope)} AND {condition}"
        f" AND {within(window, 'occurred_at')}"
    )
    return int(found)


def amount(sql: Witness, scope: Scope, window: Window, *metrics: str) -> float:
    listed = ", ".join(f"'{metric}'" for metric in metrics)
    ((found,),) = sql(
        f"""SELECT sum(value) FROM observations o WHERE {of(scope)} AND metric IN ({listed})
            AND observed_at = (SELECT max(observed_at) FROM observations p
                WHERE p.metric = o.metric AND p.subject = o.subject
                  AND p.channel_id = o.channel_id AND p.workspace_id = o.workspace_id)
            AND {
            within(
                window,
                '''(SELECT min(observed_at) FROM observations p
                WHERE p.metric = o.metric AND p.subject = o.subject
                  AND p.channel_id = o.channel_id AND p.workspace_id = o.workspace_id)''',
            )
        }"""
    )
    return float(found)


def reported(sql: Witness, scope: Scope, window: Window, metric: str) -> float:
    """Daily totals of the accounts; the town has one report a day, in UTC."""
    ((found,),) = sql(
        f"SELECT sum(value) FROM observations WHERE {of(scope)} AND metric = '{metric}'"
        f" AND {within(window, 'observed_at')}"
    )
    return float(found)


ANSWERS = """
    SELECT message, (julianday(min(sent)) - julianday(received)) * 1440 FROM (
        SELECT m.object_key AS message, m.occurred_at AS received, a.occurred_at AS sent
        FROM activities m LEFT JOIN activities a
          ON a.target_key = m.object_key AND a.direction = 'outbound' AND a.type = 'Create'
         AND a.occurred_at >= m.occurred_at AND a.workspace_id = m.workspace_id
        WHERE m.type = 'Create' AND m.direction = 'inbound' AND {of} AND {within})
    GROUP BY message, received
"""


@EACH
def test_answers_are_counted_and_timed(
    stall: Lake, sql: Witness, scope: Scope, window: Window
) -> None:
    found = sql(ANSWERS.format(of=of(scope, "m."), within=within(window, "m.occurred_at")))
    minutes = sorted(row[1] for row in found if row[1] is not None)
    middle = len(minutes) // 2
    median = (minutes[middle] + minutes[-middle - 1]) / 2

    rate = KPIS["response_rate"].value(stall, scope, window)
    assert (rate.numerator, rate.denominator) == (len(minutes), len(found))
    assert rate.value == pytest.approx(len(minutes) / len(found))
    assert KPIS["response_time_median"].value(stall, scope, window).value == pytest.approx(median)
    mean = KPIS["response_time_mean"].value(stall, scope, window)
    assert mean.value == pytest.approx(sum(minutes) / len(minutes))
    assert mean.left_out == len(found) - len(minutes)


@EACH
def test_amounts_count_each_note_once_on_its_first_day_with_its_last_value(
    stall: Lake, sql: Witness, scope: Scope, window: Window
) -> None:
    for key, metrics in (
        ("spend", ["spend"]),
        ("cost", ["spend", "labour_cost"]),
        ("revenue", ["revenue"]),
        ("gross_profit", ["gross_profit"]),
    ):
        expected = amount(sql, scope, window, *metrics)
        assert KPIS[key].value(stall, scope, window).value == expected
        points = KPIS[key].series(stall, scope, window)
        assert sum(point.value or 0 for point in points) == expected


@EACH
def test_what_marketing_costs_and_brings(
    stall: Lake, sql: Witness, scope: Scope, window: Window
) -> None:
    spend = amount(sql, scope, window, "spend")
    cost = amount(sql, scope, window, "spend", "labour_cost")
    revenue = amount(sql, scope, window, "revenue")
    profit = amount(sql, scope, window, "gross_profit")
    leads = count(sql, scope, window, "type = 'schema:RegisterAction'")
    purchases = count(sql, scope, window, "type = 'schema:BuyAction'")
    clicks = KPIS["clicks"].value(stall, scope, window).value or 0
    shown = KPIS["impressions"].value(stall, scope, window).value or 0
    expected = {
        "click_through_rate": clicks / shown,
        "conversion_rate": purchases / clicks,
        "lead_conversion_rate": leads / clicks,
        "cost_per_mille": spend / shown * 1000,
        "cost_per_click": spend / clicks,
        "cost_per_lead": spend / leads,
        "cost_per_acquisition": spend / purchases,
        "return_on_ad_spend": revenue / spend,
        "return_on_investment": (profit - cost) / cost,
        "return_on_spend_only": (profit - spend) / spend,
    }
    for key, value in expected.items():
        assert KPIS[key].value(stall, scope, window).value == pytest.approx(value), key


def test_clicks_are_the_daily_reports(stall: Lake, sql: Witness) -> None:
    window = Window(SPRING.first, SPRING.last, "UTC")
    expected = reported(sql, MARKET, window, "clicks")
    assert KPIS["clicks"].value(stall, MARKET, window).value == expected


@EACH
def test_scores_weigh_each_respondent_once(
    stall: Lake, sql: Witness, scope: Scope, window: Window
) -> None:
    def answers(metric: str) -> list[float]:
        return [
            row[0]
            for row in sql(
                f"SELECT value FROM observations WHERE {of(scope)} AND metric = '{metric}'"
                f" AND {within(window, 'observed_at')}"
            )
        ]

    nps, csat = answers("nps"), answers("csat")
    balance = sum(score >= 9 for score in nps) - sum(score <= 6 for score in nps)
    found = KPIS["net_promoter_score"].value(stall, scope, window)
    assert found.value == pytest.approx(balance / len(nps) * 100)
    assert found.rows_count == len(nps)
    satisfied = KPIS["customer_satisfaction"].value(stall, scope, window)
    assert satisfied.value == pytest.approx(sum(score >= 4 for score in csat) / len(csat))


VIDEOS = """
    WITH posts AS (
        SELECT object_key AS post FROM activities WHERE {of} AND direction = 'outbound'
          AND type = 'Create' AND target_key = '' AND {within}),
    last AS (
        SELECT subject AS post, metric, value FROM observations o
        WHERE observed_at = (SELECT max(observed_at) FROM observations p
            WHERE p.subject = o.subject AND p.metric = o.metric))
    SELECT sum(p.value * w.value), sum(p.value), sum(p.value * l.value), sum(f.value)
    FROM posts JOIN last p ON p.post = posts.post AND p.metric = 'plays'
    JOIN last w ON w.post = posts.post AND w.metric = 'average_watch_seconds'
    JOIN last l ON l.post = posts.post AND l.metric = 'video_seconds'
    JOIN last f ON f.post = posts.post AND f.metric = 'full_plays'
"""


@EACH
def test_videos_weigh_by_their_plays(
    stall: Lake, sql: Witness, scope: Scope, window: Window
) -> None:
    statement = VIDEOS.format(of=of(scope), within=within(window, "occurred_at"))
    ((watched, plays, length, full),) = sql(statement)

    def value(key: str) -> float | None:
        return KPIS[key].value(stall, scope, window).value

    assert value("average_watch_time") == pytest.approx(watched / plays)
    assert value("video_retention") == pytest.approx(watched / length)
    assert value("video_completion") == pytest.approx(full / plays)


@pytest.mark.requirement("R054")
def test_a_video_of_60_seconds_watched_for_36_is_retained_at_60_per_cent(new_lake: Any) -> None:
    town = Town()
    post = {"object_key": "v", "direction": "outbound"}
    town.activities.append(activity(MARCH, "Create", **post))
    numbers = {"plays": 50, "average_watch_seconds": 36, "video_seconds": 60, "full_plays": 20}
    for metric, value in numbers.items():
        town.observations.append(observation(MARCH, metric, value, subject="v"))
    lake, window = new_lake(town), Window(MARCH.date(), MARCH.date(), TOKYO)

    assert KPIS["video_retention"].value(lake, MARKET, window).value == 0.6
    assert KPIS["video_completion"].value(lake, MARKET, window).value == 0.4


@pytest.mark.requirement("R073")
def test_return_on_investment_counts_labour_and_says_so_where_it_does_not(new_lake: Any) -> None:
    town = Town()
    notes = {
        "revenue": 5_400_000,
        "gross_profit": 5_400_000 * 0.4,
        "spend": 1_200_000,
        "labour_cost": 40 * 3000,
    }
    for metric, value in notes.items():
        town.observations.append(observation(MARCH, metric, value, subject=metric))
    lake, window = new_lake(town), Window(MARCH.date(), MARCH.date(), TOKYO)

    assert KPIS["return_on_ad_spend"].value(lake, MARKET, window).value == 4.5
    with_labour = KPIS["return_on_investment"].value(lake, MARKET, window)
    assert with_labour.value == pytest.approx(0.636, abs=0.001)
    assert with_labour.formula_filled == "(2,160,000 − 1,320,000) ÷ 1,320,000 = 63.64 %"
    assert KPIS["return_on_spend_only"].value(lake, MARKET, window).value == pytest.approx(0.8)


@pytest.mark.parametrize("key", sorted(KPIS))
def test_every_kpi_says_what_it_is_made_from(key: str) -> None:
    definition = KPIS[key].definition
    assert definition.key == key
    assert definition.name
    assert definition.description.endswith(".")
    assert definition.formula
    assert definition.sources
    assert (definition.unit in {Unit.RATIO, Unit.EACH, Unit.POINTS}) <= (
        definition.grain is Grain.RATE
    )


def test_the_longest_gap_is_counted_in_days_of_the_window(new_lake: Any) -> None:
    town = Town()
    for day in (4, 5, 12, 20):
        at = datetime(2026, 3, day, 3, tzinfo=MARCH.tzinfo)
        town.activities.append(activity(at, "Create", direction="outbound", object_key=f"p{day}"))
    lake = new_lake(town)

    found = KPIS["longest_gap"].value(
        lake, MARKET, Window(date(2026, 3, 4), date(2026, 3, 20), TOKYO)
    )
    assert (found.value, found.formula_filled) == (7, "2026-03-13 – 2026-03-19: 7")
    tail = KPIS["longest_gap"].value(
        lake, MARKET, Window(date(2026, 3, 4), date(2026, 3, 31), TOKYO)
    )
    assert tail.value == 11
