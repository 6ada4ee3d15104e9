"""Reading the plan and its numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from enishi.accounts.permissions import Role
from enishi.analytics.kpi import KPIS
from enishi.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError
from enishi.strategy import actions, explaining, plain, queries, shown
from enishi.strategy.core.nodes import Level
from enishi.strategy.core.pacing import Pace
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.kpi_words import PACKS, WORDS
from tests.integration.strategy.conftest import DAY_12, act, followers, history, report

pytestmark = pytest.mark.django_db

TOKYO_MORNING = datetime(2026, 4, 2, 0, tzinfo=UTC)


def test_the_followers_of_the_log_pace_the_objective(owner, plan, channel):
    followers(channel, {date(2026, 4, 1): 4210, date(2026, 4, 12): 4630})
    card = shown.card(queries.objective(owner, plan.objective).row)
    assert (card.expected, card.actual, card.ratio) == ("+400", "+430", "107.5 %")
    assert (card.forecast, card.label) == ("+1,075", "On track")


def test_a_channel_out_of_scope_does_not_count(owner, plan, channel, workspace):
    followers(channel, {date(2026, 4, 12): 4630})
    measure = replace(queries.measure(owner, plan.objective), channel_ids=(channel.id,))
    actions.update_node(
        owner,
        level=Level.OBJECTIVE,
        node_id=plan.objective,
        details=Details("題"),
        measure=measure,
    )
    assert queries.objective(owner, plan.objective).row.value == 4630


def test_not_observed_is_not_zero(owner, plan):
    row = queries.objective(owner, plan.objective).row
    assert row.value is None
    assert row.pacing is not None
    assert row.pacing.status is Pace.NOT_OBSERVED


def test_a_count_is_added_to_its_baseline(owner, plan, channel):
    for number in range(3):
        at = TOKYO_MORNING + timedelta(days=number)
        act(channel, "schema:RegisterAction", at=at, key=f"lead-{number}")
    measure = Measure("leads", 10, 40, date(2026, 4, 1), date(2026, 4, 30))
    made = actions.create_node(
        owner,
        level=Level.OBJECTIVE,
        parent_id=plan.strategy,
        details=Details("見込み客"),
        measure=measure,
    )
    found = queries.objective(owner, made.id)
    assert found.row.value == 13
    assert found.table[3].actual == 13


def test_a_count_that_has_not_begun_is_not_read(owner, plan, channel):
    act(channel, "schema:RegisterAction", at=TOKYO_MORNING, key="lead")
    measure = Measure("leads", 0, 40, date(2026, 6, 1), date(2026, 6, 30))
    made = actions.create_node(
        owner,
        level=Level.OBJECTIVE,
        parent_id=plan.strategy,
        details=Details("来月から"),
        measure=measure,
    )
    row = queries.objective(owner, made.id).row
    assert row.value is None
    assert row.pacing is not None
    assert row.pacing.status is Pace.NOT_STARTED


def objective(owner, plan, title, measure):
    return actions.create_node(
        owner,
        level=Level.OBJECTIVE,
        parent_id=plan.strategy,
        details=Details(title),
        measure=measure,
    ).id


@pytest.mark.requirement("R034")
def test_leads_and_the_customers_out_of_them_pace_together(owner, plan, channel, now):
    now(datetime(2026, 4, 30, 3, tzinfo=UTC))
    for number in range(310):
        act(channel, "schema:RegisterAction", at=TOKYO_MORNING, key=f"lead-{number}")
    for number in range(27):
        act(channel, "schema:BuyAction", at=TOKYO_MORNING, key=f"order-{number}")
    days = (date(2026, 4, 1), date(2026, 6, 30))
    leads = objective(owner, plan, "リード1,000", Measure("leads", 0, 1000, *days))
    customers = Measure("purchases", 0, 100, *days, upstream_id=leads)
    objective(owner, plan, "新規顧客100", customers)
    found = queries.objective(owner, leads)
    card = shown.card(found.row)
    assert (card.expected, card.actual, card.ratio) == ("+329.7", "+310", "94.0 %")
    assert "+690 in 61 days (11.3/day)" in card.sentence
    [second] = [shown.second_level(one) for one in found.second_levels]
    assert (second.rate, second.needed, second.needed_rate) == ("8.7 %", "73", "10.6 %")


@pytest.mark.requirement("R021")
def test_achievable_compares_with_the_best_rate_of_the_log(owner, plan, channel):
    followers(channel, history(date(2026, 3, 31), 60, start=1800, daily=40))
    letters = {
        one.letter: one
        for one in shown.letters(queries.objective(owner, plan.objective).check).letters
    }
    assert letters["A"].verdict == "pass"
    assert letters["A"].reason == "It needs 33.3 a day; your best so far is 40."


def test_the_check_of_a_wish_says_what_is_missing(owner, plan):
    check = queries.check_statement(
        owner, title="エンゲージメントを上げる", measure=Measure(), strategy_id=plan.strategy
    )
    verdicts = {one.letter: one.verdict for one in shown.letters(check).letters}
    assert verdicts == {"S": "fail", "M": "fail", "A": "unknown", "R": "pass", "T": "fail"}


def test_the_overview_tells_active_objectives_with_a_plan(owner, plan, channel):
    objective(owner, plan, "願い", Measure())
    assert [row.node.id for row in queries.pacing_overview(owner)] == [plan.objective]


def test_the_same_reading_is_computed_once_until_the_log_changes(owner, plan, channel, monkeypatch):
    followers(channel, {date(2026, 4, 12): 4630})
    assert queries.objective(owner, plan.objective).row.value == 4630
    kpi = type(KPIS["followers"])
    calls: list[object] = []
    real = kpi.value

    def counted(*given):
        calls.append(given)
        return real(*given)

    monkeypatch.setattr(kpi, "value", counted)
    queries.objective(owner, plan.objective)
    assert calls == []
    followers(channel, {date(2026, 4, 11): 4600})
    queries.objective(owner, plan.objective)
    assert calls != []


@pytest.mark.requirement("R051")
def test_four_engagement_rates_of_one_post_differ_and_are_named(owner, channel, now):
    at = datetime(2026, 4, 5, 3, tzinfo=UTC)
    followers(channel, {date(2026, 4, 4): 2000})
    act(channel, "Create", at=at, key="post-1", inbound=False)
    values: dict[str, float] = {
        "likes": 30,
        "replies": 10,
        "reach": 800,
        "impressions": 1000,
        "views": 500,
    }
    report(channel, "post-1", values, at + timedelta(days=1))
    _window, rows = explaining.kpis(owner, first=date(2026, 4, 1), last=date(2026, 4, 12))
    found = {row.definition.key: shown.kpi(row) for row in rows}
    rates = {key: found[f"engagement_rate_by_{key}"] for key in VARIANTS}
    assert {key: rate.value for key, rate in rates.items()} == VARIANTS
    assert len({rate.name for rate in rates.values()}) == 4
    assert found["posting_frequency"].value == "0.6"


VARIANTS = {"reach": "5.00 %", "impressions": "4.00 %", "followers": "2.00 %", "views": "8.00 %"}


def test_an_explanation_leads_to_the_rows(owner, channel, now):
    for number in range(5):
        act(channel, "Like", at=TOKYO_MORNING, key=f"like-{number}", about="post-1")
    found = explaining.explain(
        owner, "likes", first=date(2026, 4, 1), last=date(2026, 4, 12), limit=3
    )
    assert found.reading.value == 5
    assert len(found.activities) == 3
    rest = explaining.explain(
        owner,
        "likes",
        first=date(2026, 4, 1),
        last=date(2026, 4, 12),
        limit=3,
        before=found.next_before,
    )
    assert len(rest.activities) == 2
    assert rest.next_before == ""
    assert plain.explanation(found)["value"] == 5


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 4, 9), date(2026, 4, 1)),
        (date(2026, 5, 1), None),
        (date(2020, 1, 1), None),
    ],
)
def test_it_refuses_windows_that_make_no_sense(owner, now, first, last):
    with pytest.raises(InvalidInputError):
        explaining.kpis(owner, first=first, last=last)


def test_it_knows_its_kpis_and_channels_only(owner, stranger, channel, now):
    with pytest.raises(NotFoundError):
        explaining.explain(owner, "happiness")
    with pytest.raises(InvalidInputError):
        explaining.kpis(stranger, channel_ids=[channel.id])


def test_every_kpi_has_its_words_marked_for_translation():
    definitions = [kpi.definition for kpi in KPIS.values()]
    spoken = {text for one in definitions for text in (one.name, one.description, one.formula)}
    assert spoken == set(WORDS)
    assert {one.pack for one in definitions} == set(PACKS)


def test_a_stranger_sees_nothing_and_a_responder_has_no_strategy(owner, stranger, make_actor, plan):
    assert queries.tree(stranger) == []
    for read in (queries.objective, lambda a, i: queries.details(a, Level.OBJECTIVE, i)):
        with pytest.raises(NotFoundError):
            read(stranger, plan.objective)
    responder = make_actor(Role.RESPONDER)
    for refused in (queries.tree, queries.pacing_overview, explaining.kpis):
        with pytest.raises(NotAllowedError):
            refused(responder)


def test_a_tree_takes_few_statements_however_large(
    owner, plan, channel, django_assert_max_num_queries
):
    for number in range(6):
        other = objective(owner, plan, f"目標{number}", queries.measure(owner, plan.objective))
        actions.create_node(owner, level=Level.TACTIC, parent_id=other, details=Details("施策"))
    followers(channel, {date(2026, 4, 12): 4630})
    queries.tree(owner)
    with django_assert_max_num_queries(11):
        queries.tree(owner)
    queries.objective(owner, plan.objective)
    with django_assert_max_num_queries(14):
        queries.objective(owner, plan.objective)


def test_today_is_the_day_of_the_workspace(owner, plan, channel, now):
    now(DAY_12.replace(hour=16))
    row = queries.objective(owner, plan.objective).row
    assert row.pacing is not None
    assert row.pacing.day == 13
