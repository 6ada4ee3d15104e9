"""The plan on the command line and for assistants."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from enishi.activities.log import NewObservation, observe
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.publishing.models import Post
from enishi.site import cli
from enishi.strategy import mcp
from enishi.strategy.core.nodes import Level

pytestmark = pytest.mark.django_db
DAY_12 = datetime(2026, 4, 12, 3, tzinfo=UTC)
SHARP = "4/1–4/30に+1,000フォロワー(4,200→5,200)"


@pytest.fixture(autouse=True)
def followers(workspace, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: DAY_12)
    channel = Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="喫茶えにし",
        remote_id="acct:us",
        state="active",
        connected_at=DAY_12,
    )
    observe(
        [
            NewObservation(
                workspace_id=workspace.id,
                channel_id=channel.id,
                subject="",
                metric="followers",
                value=4630,
                observed_at=DAY_12,
                source=str(channel.id),
            )
        ]
    )


@pytest.fixture(scope="module")
def app():
    return cli.build()


@pytest.fixture
def run(app, owner):
    def call(*words: str) -> Any:
        command = ["--json", "--language", "en", "strategy", *words]
        result = CliRunner().invoke(app, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.output) if result.output.strip() else None

    return call


class Toolbox:
    """Collects the tools that a slice registers."""

    def __init__(self) -> None:
        self.tools: dict[str, Callable[..., Any]] = {}

    def tool(self) -> Any:
        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            self.tools[function.__name__] = function
            return function

        return add


@pytest.fixture
def tools(owner):
    toolbox = Toolbox()
    mcp.register(toolbox, lambda: owner)
    return toolbox.tools


@pytest.mark.requirement("R033")
def test_the_command_line_builds_a_plan_and_reads_its_pace(run, workspace):
    goal = run("create", "goal", "店を知ってもらう")["id"]
    strategy = run("create", "strategy", "毎日の一杯", "--parent", goal)["id"]
    objective = run("create", "objective", SHARP, "--parent", strategy)["id"]
    tactic = run("create", "tactic", "朝の写真", "--parent", objective)["id"]
    found = run("objective", objective)
    assert found["pacing"]["ratio"] == pytest.approx(1.075)
    assert "Expected +400 by day 12, actual +430." in found["sentence"]
    post = Post.objects.create(workspace=workspace, text="おはよう")
    assert run("link", tactic, str(post.id)) == {"linked": True}
    assert run("unlink", tactic, str(post.id)) == {"unlinked": True}
    run("update", "objective", objective, "--target", "6000")
    assert run("objective", objective)["measure"]["target"] == 6000
    run("move", "tactic", tactic, "--position", "0")
    run("delete", "tactic", tactic)
    [tree] = run("tree")
    assert tree["strategies"][0]["objectives"][0]["tactics"] == []


@pytest.mark.requirement("R021")
def test_the_command_line_checks_a_sentence(run):
    found = {one["letter"]: one["verdict"] for one in run("check", "エンゲージメントを上げる")}
    assert {letter for letter in "SMT" if found[letter] == "fail"} == set("SMT")


def test_the_command_line_reads_and_explains_kpis(run):
    values = {one["key"]: one["value"] for one in run("kpis")}
    assert values["followers"] == 4630
    assert values["engagement_rate_by_views"] is None
    found = run("explain", "followers", "--first", "2026-04-01", "--last", "2026-04-12")
    assert found["observations"][0]["value"] == 4630


def test_an_assistant_builds_reads_and_explains(tools, owner, workspace):
    goal = tools["create_strategy_node"](Level.GOAL, "店を知ってもらう").id
    strategy = tools["create_strategy_node"](Level.STRATEGY, "毎日の一杯", goal).id
    objective = tools["create_strategy_node"](Level.OBJECTIVE, "フォロワーを増やす", strategy).id
    measured = tools["set_objective_measure"](
        objective, "followers", 4200, 5200, date(2026, 4, 1), date(2026, 4, 30)
    )
    assert measured["status_of_pace"] == "on_track"
    tactic = tools["create_strategy_node"](Level.TACTIC, "朝の写真", objective).id
    post = Post.objects.create(workspace=workspace, text="おはよう")
    assert tools["link_post_to_tactic"](tactic, post.id).posts[0].id == post.id
    assert tools["unlink_post_from_tactic"](tactic, post.id).posts == []
    renamed = tools["rename_strategy_node"](Level.TACTIC, tactic, "夜の写真", "", "done")
    assert (renamed.title, renamed.status) == ("夜の写真", "done")
    assert tools["move_strategy_node"](Level.TACTIC, tactic, position=0).position == 0
    assert tools["delete_strategy_node"](Level.TACTIC, tactic) == {"deleted": True}
    assert tools["strategy_tree"]()[0]["title"] == "店を知ってもらう"
    assert tools["objective"](objective)["value"] == 4630
    letters = tools["check_objective"](SHARP, strategy)["letters"]
    assert letters[0]["verdict"] == "pass"
    items = {one["key"]: one for one in tools["kpis"]()["items"]}
    assert items["followers"]["value"] == 4630
    assert tools["explain_kpi"]("followers")["formula"]


@pytest.mark.requirement("R032")
@pytest.mark.parametrize(
    ("orders", "clicks", "shown"), [(24, 1000, "24 ÷ 1,000 = 2.40 %"), (3, 40, "3 ÷ 40 = 7.50 %")]
)
def test_a_conversion_rate_opens_to_its_orders_and_clicks(rest, page, base, orders, clicks, shown):
    for number in range(orders):
        rest("post", "/log/events", {"kind": "purchase", "text": f"Order {number + 1}"})
    rest("post", "/log/numbers", {"metric": "clicks", "value": clicks})
    found = rest("get", "/kpis/conversion_rate")
    assert found["value"] == pytest.approx(orders / clicks)
    assert found["pack"] == "marketing"
    text = page.get(
        f"{base}/strategy/kpi/conversion_rate/explain/", headers={"accept-language": "en"}
    ).content.decode()
    assert shown in text
    assert "purchases ÷ clicks" in text
    assert text.count("Order ") == orders
    assert f"{clicks:,}" in text
