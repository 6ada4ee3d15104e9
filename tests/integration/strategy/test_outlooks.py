"""Where objectives are heading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from enishi.jobs.models import Task
from enishi.jobs.testing import run_task, run_until_idle
from enishi.strategy import actions, outlooks, plain, queries, shown
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.models import Outlook
from tests.integration.strategy.conftest import DAY_12, act, followers, history

pytestmark = pytest.mark.django_db

YESTERDAY = date(2026, 4, 11)


def compute(workspace) -> None:
    run_task("strategy.outlook", {"workspace_id": str(workspace.id)})


@pytest.mark.requirement("R033")
def test_a_level_is_forecast_with_an_interval_a_chance_and_the_name_of_the_method(
    owner, plan, channel, workspace
):
    followers(channel, history(YESTERDAY, 60, start=3000, daily=30))
    compute(workspace)

    found = queries.objective(owner, plan.objective)
    words = shown.outlook(found)

    assert found.outlook.through == YESTERDAY
    assert len(found.outlook.days) == 19
    mean, low, high = found.outlook.days[-1]
    assert mean == pytest.approx(4800 + 19 * 30, rel=0.02)
    assert low <= mean <= high
    assert words.method
    assert "5,200" in words.sentence
    assert {name for name, _, _ in words.scores} == {
        "last week again (seasonal naive)",
        "Theta",
        "exponential smoothing (ETS)",
    }


def test_a_target_within_reach_has_the_better_chance(owner, plan, channel, workspace):
    wobbling = {
        day: value + (day.toordinal() * 37 % 60)
        for day, value in history(YESTERDAY, 80, start=2400, daily=30).items()
    }
    followers(channel, wobbling)
    made = [
        actions.create_node(
            owner,
            level=Level.OBJECTIVE,
            parent_id=plan.strategy,
            details=Details("題"),
            measure=replace(queries.measure(owner, plan.objective), target=target),
        )
        for target in (5000, 5350, 6500)
    ]
    compute(workspace)

    chances = [queries.objective(owner, one.id).outlook.probability or 0.0 for one in made]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.9
    assert chances[-1] < 0.1


def test_a_count_is_forecast_as_its_running_total(owner, plan, channel, workspace):
    for number in range(120):
        at = datetime(2026, 4, 11, 3, tzinfo=UTC) - timedelta(days=number // 2)
        act(channel, "schema:RegisterAction", at=at, key=f"lead-{number}")
    made = actions.create_node(
        owner,
        level=Level.OBJECTIVE,
        parent_id=plan.strategy,
        details=Details("リード"),
        measure=Measure("leads", 10, 80, date(2026, 4, 1), date(2026, 4, 30)),
    )
    compute(workspace)

    outlook = queries.objective(owner, made.id).outlook
    assert outlook.days[0][0] == pytest.approx(10 + 22 + 2, abs=0.5)
    assert outlook.days[-1][0] == pytest.approx(10 + 60, abs=2)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (Measure("followers", 1, 2, date(2026, 4, 1), date(2026, 4, 30)), "Too little is known"),
        (
            Measure("engagement_rate_by_reach", 0.01, 0.02, date(2026, 4, 1), date(2026, 4, 30)),
            "Rates are not forecast",
        ),
        (Measure("leads", 0, 9, date(2026, 5, 1), date(2026, 5, 30)), "begins on the first day"),
    ],
)
def test_what_cannot_be_forecast_says_why(owner, plan, workspace, measure, said):
    made = actions.create_node(
        owner,
        level=Level.OBJECTIVE,
        parent_id=plan.strategy,
        details=Details("題"),
        measure=measure,
    )
    compute(workspace)

    found = queries.objective(owner, made.id)
    assert found.outlook.probability is None
    assert said in shown.outlook(found).sentence
    with translation.override("ja"):
        assert said not in shown.outlook(found).sentence


def test_a_new_measure_asks_for_a_new_forecast_and_an_old_one_is_kept_until_then(
    owner, plan, channel, workspace, now
):
    followers(channel, history(YESTERDAY, 60, start=3000, daily=30))
    run_until_idle()
    first = Outlook.objects.get(objective_id=plan.objective)

    now(DAY_12 + timedelta(hours=1))
    assert outlooks.stale(workspace.id) == []

    now(DAY_12 + timedelta(days=1))
    assert [one.id for one in outlooks.stale(workspace.id)] == [plan.objective]
    run_task("strategy.outlooks")
    assert Task.objects.filter(name="strategy.outlook").exists()
    compute(workspace)
    assert Outlook.objects.get(objective_id=plan.objective).through == first.through + timedelta(1)


def test_the_chart_shows_the_forecast_and_its_range(owner, plan, channel, workspace):
    followers(channel, history(YESTERDAY, 60, start=3000, daily=30))
    compute(workspace)

    found = queries.objective(owner, plan.objective)
    band = found.chart["series"][-1]

    assert band["style"] == "band"
    assert band["low"][:11] == [None] * 11
    assert band["low"][-1] <= found.chart["series"][2]["data"][-1] <= band["high"][-1]
    assert plain.detail(found)["outlook"]["sentence"] == shown.outlook(found).sentence
    assert plain.detail(found)["days"][-1]["low"] == pytest.approx(band["low"][-1], abs=0.01)
