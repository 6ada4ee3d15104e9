"""The plan beyond its tree, over REST: what it takes, what it rests on, what it was."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from enishi.accounts.permissions import Role
from enishi.activities.log import Direction, NewActivity, record
from enishi.publishing.models import Post
from enishi.strategy.models import Goal, Objective, Review, Tactic
from enishi.strategy.starters import all_starters
from enishi.strategy.tasks import draft_reviews

pytestmark = pytest.mark.django_db

STARTERS = [(one.key, one.group) for one in all_starters("en")]
FOUR = {"what": "写真", "who": "店長と二人", "how": "週3回", "why": "名前で選ばれたい"}


class Plan:
    """A small tree that grows by short words."""

    def __init__(self, rest):
        self.rest = rest

    def add(self, level, title, parent=None, **more):
        body = {"title": title, "parent_id": parent, **more}
        return self.rest("post", f"/strategy/{level}", body)["id"]

    def branch(self, *tactics, scope="marketing", **objective):
        goal = self.add("goal", "店を知ってもらう")
        strategy = self.add("strategy", "毎日見せる", goal, scope=scope)
        objective = self.add("objective", "広める", strategy, **objective)
        return goal, strategy, objective, [self.add("tactic", one, objective) for one in tactics]


@pytest.fixture
def plan(rest):
    return Plan(rest)


# --- templates -----------------------------------------------------------------------------


@pytest.mark.requirement("R043")
def test_each_purpose_begins_with_three_kpis_and_a_tactic(rest):
    purposes = [key for key, group in STARTERS if group == "purpose"]
    assert len(purposes) == 5
    for key in purposes:
        rest("post", f"/strategy-starters/{key}", {"language": "ja"})
    for goal in rest("get", "/strategy"):
        objectives = goal["strategies"][0]["objectives"]
        kpis = {key for one in objectives for key in one["facets"]["kpis"]}
        assert len(kpis) >= 3
        assert all(one["tactics"] for one in objectives)
    mix = rest("get", "/strategy-purposes")
    assert sum(row["share"] for row in mix["rows"]) == 100
    assert all(row["count"] for row in mix["rows"])


@pytest.mark.requirement("R043")
@pytest.mark.parametrize("counts", [(1, 1, 1, 0, 0), (3, 2, 1, 1, 0), (7, 0, 0, 0, 0)])
def test_the_mix_of_purposes_adds_up_whatever_it_holds(rest, plan, counts):
    _goal, strategy, *_rest = plan.branch()
    keys = ("sales", "branding", "satisfaction", "research", "ad_saving")
    for key, count in zip(keys, counts, strict=True):
        for number in range(count):
            plan.add("objective", f"{key} {number}", strategy, purpose=key)
    mix = rest("get", "/strategy-purposes")
    assert sum(row["share"] for row in mix["rows"]) == 100
    assert [row["count"] for row in mix["rows"]] == list(counts)
    assert mix["untagged"] == 1


@pytest.mark.requirement("R027")
def test_each_sample_goal_makes_a_tree_whose_kpis_are_defined(rest):
    goals = [key for key, group in STARTERS if group == "goal"]
    assert len(goals) == 6
    for key in goals:
        made = rest("post", f"/strategy-starters/{key}", {"language": "en"})
        levels = [level for level, _id in made["nodes"]]
        assert set(levels) == {"goal", "strategy", "objective", "tactic"}
        objective = next(node for level, node in made["nodes"] if level == "objective")
        for kpi in rest("get", f"/strategy/objectives/{objective}/kpis"):
            assert kpi["formula"]
            assert kpi["unit"]
            assert kpi["direction"] in {"up", "down", "none"}
            assert kpi["sources"]


@pytest.mark.requirement("R027")
def test_duplicate_work_is_reused_answers_by_answers(rest):
    rest("post", "/strategy-starters/knowledge", {"language": "en"})
    for metric, value in (("answers", 40), ("answers_reused", 14)):
        rest("post", "/log/numbers", {"metric": metric, "value": value})
    found = rest("get", "/kpis/answer_reuse_rate")
    assert found["formula"] == "reused answers ÷ answers"
    assert found["value"] == pytest.approx(0.35)
    assert found["formula_filled"] == "14 ÷ 40 = 35.00 %"


def test_a_template_is_undone_until_something_was_added(rest, plan):
    first = rest("post", "/strategy-starters/sales", {})
    rest("delete", f"/strategy-starters/uses/{first['use_id']}", status=204)
    assert not Goal.objects.exists()
    second = rest("post", "/strategy-starters/sales", {})
    plan.add("strategy", "もうひとつ", second["goal_id"])
    refused = rest("delete", f"/strategy-starters/uses/{second['use_id']}", status=409)
    assert "Something was added" in refused["title"] + str(refused)
    assert Goal.objects.exists()


@pytest.mark.requirement("R023")
def test_a_pillar_without_objectives_is_not_chosen_and_says_why(rest, plan):
    plan.branch()
    rest("put", "/strategy-pillars/employees/reason", {"reason": "来年度に始める"})
    pillars = {one["key"]: one for one in rest("get", "/strategy-pillars")}
    assert pillars["marketing"]["is_chosen"]
    assert not pillars["employees"]["is_chosen"]
    assert pillars["employees"]["reason"] == "来年度に始める"
    assert pillars["collaboration"]["reason"] == ""
    rest("put", "/strategy-pillars/money/reason", {"reason": "?"}, status=400)


@pytest.mark.requirement("R022")
@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        ("awareness", ["reach", "share_of_voice", "branded_searches"]),
        ("leads", ["leads", "lead_conversion_rate", "cost_per_lead"]),
        ("virality", ["reshares", "amplification_rate", "reach"]),
    ],
)
def test_a_type_of_objective_offers_its_kpis_and_they_are_editable(rest, plan, kind, offered):
    *_above, objective, _tactics = plan.branch(kind=kind)
    path = f"/strategy/objectives/{objective}/kpis"
    assert [one["key"] for one in rest("get", path)] == offered
    rest("post", path, {"key": "followers"})
    rest("delete", f"{path}/{offered[0]}", status=204)
    assert [one["key"] for one in rest("get", path)] == [*offered[1:], "followers"]
    rest("post", path, {"key": "happiness"}, status=400)


# --- approval and resources ----------------------------------------------------------------


@pytest.mark.requirement("R026")
@pytest.mark.parametrize("missing", sorted(FOUR))
def test_a_strategy_is_approved_once_it_says_what_who_how_why(rest, plan, missing):
    _goal, strategy, *_rest = plan.branch(boxes=["customers"])
    given = {name: text for name, text in FOUR.items() if name != missing}
    rest("patch", f"/strategy/strategy/{strategy}", given)
    refused = rest("post", f"/strategy/strategies/{strategy}/approve", status=409)
    assert missing in str(refused)
    rest("patch", f"/strategy/strategy/{strategy}", {missing: FOUR[missing]})
    approved = rest("post", f"/strategy/strategies/{strategy}/approve")
    assert approved["approval"] == "approved"
    assert approved["approver_id"]
    rest("patch", f"/strategy/strategy/{strategy}", {"why": "別の理由"})
    again = rest("post", f"/strategy/strategies/{strategy}/approve")
    assert again["approval"] == "approved"


@pytest.mark.requirement("R026")
def test_an_analyst_writes_a_strategy_and_somebody_else_approves_it(
    rest, plan, program_of, make_actor
):
    analyst = program_of(make_actor(Role.ANALYST))
    _goal, strategy, *_rest = plan.branch(boxes=["value"])
    analyst("patch", f"/strategy/strategy/{strategy}", FOUR)
    analyst("post", f"/strategy/strategies/{strategy}/approve", status=403)
    rest("post", f"/strategy/strategies/{strategy}/approve")


@pytest.mark.requirement("R026")
def test_22_hours_do_not_fit_15_and_the_least_important_go(rest, plan):
    goal, strategy, objective, tactics = plan.branch("撮影", "返信", "分析", "動画")
    for tactic, hours, priority in zip(tactics, (8, 6, 3, 5), (1, 1, 3, 3), strict=True):
        line = {"kind": "hours", "amount": hours * 60, "rhythm": "weekly"}
        rest("post", f"/strategy/tactics/{tactic}/lines", line)
        rest("patch", f"/strategy/tactic/{tactic}", {"priority": priority})
    money = {"kind": "money", "amount": 30000, "rhythm": "monthly", "label": "広告"}
    rest("post", f"/strategy/tactics/{tactics[0]}/lines", money)
    for name, hours in (("佐藤", 10), ("鈴木", 5)):
        person = {"kind": "person", "name": name, "minutes_per_week": hours * 60}
        rest("post", "/resources", person)
    found = rest("get", "/resources")
    assert (found["needed"], found["available"]) == (22 * 60, 15 * 60)
    assert found["difference"] == -7 * 60
    assert {one["title"] for one in found["drops"]} == {"分析", "動画"}
    for node in (goal, strategy, objective):
        assert found["nodes"][node]["weekly_minutes"] == 22 * 60
        assert found["nodes"][node]["monthly_money"] == 30000
    rest("patch", f"/strategy/tactic/{tactics[3]}", {"status": "dropped"})
    again = rest("get", "/resources")
    assert again["difference"] == -2 * 60
    assert [one["title"] for one in again["drops"]] == ["分析"]


# --- operation and marketing ---------------------------------------------------------------


@pytest.mark.requirement("R018")
def test_marketing_holds_operation_and_what_is_untagged_blocks_the_close(rest, plan):
    *_above, tactics = plan.branch("投稿", "広告", metric="followers", kpis=["leads"])
    posting, ads = tactics
    rest("patch", f"/strategy/tactic/{posting}", {"scope": "operation"})
    hours = {"day": "2026-04-06", "minutes": 90}
    rest("put", "/effort/hours", hours | {"tactic_id": posting})
    rest("put", "/effort/hours", hours | {"tactic_id": ads})
    rest("put", "/effort/hours", hours | {"activity": "会議"})
    rest("post", "/effort/costs", {"day": "2026-04-07", "amount": 50000, "label": "広告費"})
    rest("post", "/effort/tasks", {"title": "素材を探す"})
    refused = rest("post", "/effort/months/2026-04/close", status=409)
    for name in ("広告", "会議", "広告費", "素材を探す"):
        assert name in str(refused)
    month = rest("get", "/effort/months/2026-04")
    for one in month["blocking"]:
        tag = {"kind": one["kind"], "id": one["id"], "scope": "marketing"}
        rest("post", "/effort/tags", tag, status=204)
    found = rest("post", "/effort/months/2026-04/close")
    for part in ("minutes", "money", "kpis"):
        assert found[part]["marketing"] >= found[part]["operation"]
        assert found[part]["untagged"] == 0
    assert found["minutes"] == {
        "operation": 90,
        "beyond_operation": 180,
        "marketing": 270,
        "untagged": 0,
    }
    assert (found["kpis"]["operation"], found["kpis"]["marketing"]) == (1, 2)
    rest("put", "/effort/hours", hours | {"tactic_id": ads, "minutes": 5}, status=409)
    rest("delete", "/effort/months/2026-04/close", status=204)
    rest("put", "/effort/hours", hours | {"tactic_id": ads, "minutes": 5})


@pytest.mark.requirement("R019")
def test_a_marketing_plan_without_a_business_kpi_is_a_mixup(rest, plan):
    *_above, objective, _tactics = plan.branch(metric="followers", kpis=["posting_frequency"])
    (warning,) = rest("get", "/effort/mixups")
    assert warning["mixup"] == "no_business_kpi"
    assert "leads" in warning["sentence"]
    rest("post", f"/strategy/objectives/{objective}/kpis", {"key": "leads"})
    assert rest("get", "/effort/mixups") == []


@pytest.mark.requirement("R077")
@pytest.mark.parametrize(
    ("hours", "yen", "rate", "cost"), [(80, 1_200_000, 2500, 1_400_000), (7, 90_000, 3000, 111_000)]
)
def test_hours_and_money_become_one_cost(rest, plan, april, hours, yen, rate, cost):
    *_above, tactics = plan.branch("投稿", "広告")
    rest("patch", f"/strategy/tactic/{tactics[0]}", {"scope": "operation"})
    for day in range(1, 11):
        body = {"day": f"2026-04-{day:02d}", "minutes": hours * 6, "tactic_id": tactics[0]}
        rest("put", "/effort/hours", body)
    entry = {"day": "2026-04-10", "amount": yen, "label": "広告", "scope": "marketing"}
    entry = rest("post", "/effort/costs", entry | {"kind": "media"})
    before = rest("get", "/effort/months/2026-04")
    assert before["minutes"]["operation"] == hours * 60
    assert (before["money"]["operation"], before["money"]["marketing"]) == (0, yen)
    assert before["cost"] is None
    rest("put", "/effort/settings", {"currency": "JPY", "hourly_rate": rate})
    after = rest("get", "/effort/months/2026-04")
    assert after["cost"]["marketing"] == cost
    assert after["cost"]["operation"] == hours * rate

    def kpi(key, last="2026-04-12"):
        return rest("get", f"/kpis/{key}?first=2026-04-01&last={last}")["value"]

    assert (kpi("spend"), kpi("labour_cost"), kpi("cost")) == (yen, hours * rate, cost)
    assert kpi("spend", "2026-04-09") is None
    april(12, 5)
    rest("put", "/effort/hours", {"day": "2026-04-01", "minutes": 0, "tactic_id": tactics[0]})
    rest("delete", f"/effort/costs/{entry['id']}", status=204)
    assert (kpi("spend"), kpi("cost")) == (0, pytest.approx(hours * rate * 0.9))


def test_a_timer_books_its_minutes_on_each_local_day(rest, april):
    april(12, 14)  # 23:00 in Tokyo
    rest("post", "/effort/timer", {"activity": "返信", "scope": "operation"})
    april(12, 16)
    assert rest("delete", "/effort/timer") == {"minutes": 120}
    (row,) = rest("get", "/effort/sheet?day=2026-04-12")["rows"]
    assert row["minutes"][6] == 60
    (next_week,) = rest("get", "/effort/sheet?day=2026-04-13")["rows"]
    assert next_week["minutes"][0] == 60
    rest("delete", "/effort/timer", status=409)


# --- canvas, risks, budget, outside --------------------------------------------------------


@pytest.mark.requirement("R024")
def test_the_canvas_names_its_empty_boxes_and_exports_its_coverage(rest, plan):
    _goal, strategy, *_rest = plan.branch(boxes=["customers", "value"])
    plan.add("objective", "箱なし", strategy)
    for box in ("customers", "analysis", "value", "planning"):
        found = rest("put", f"/canvas/{box}", {"text": f"{box}のこと"})
    assert (found["filled"], found["of"]) == (4, 6)
    assert found["empty"] == ["resources", "goals"]
    assert found["objectives_without_box"] == 1
    answer = rest.client.get("/api/v1/canvas.csv", headers=rest.headers)
    lines = answer.content.decode().splitlines()
    assert lines[1] == "広める,1,0,1,0,0,0"
    assert lines[2] == "箱なし,0,0,0,0,0,0"
    rest("patch", f"/strategy/strategy/{strategy}", FOUR)
    refused = rest("post", f"/strategy/strategies/{strategy}/approve", status=409)
    assert "箱なし" in str(refused)


@pytest.mark.requirement("R024")
def test_risks_sort_by_their_product_and_close_on_evidence(rest, plan):
    _goal, strategy, *_rest = plan.branch()
    for title, probability, impact in (("軽い", 2, 2), ("炎上", 4, 5), ("退職", 5, 3)):
        body = {"title": title, "probability": probability, "impact": impact}
        rest("post", "/risks", body | {"strategy_id": strategy})
    found = rest("get", "/risks")
    assert [(one["title"], one["score"]) for one in found] == [
        ("炎上", 20),
        ("退職", 15),
        ("軽い", 4),
    ]
    worst = found[0]["id"]
    rest("post", f"/risks/{worst}/close", {"evidence": "  "}, status=400)
    rest("post", f"/risks/{worst}/close", {"evidence": "監視体制が3か月無事故"})
    assert [one["title"] for one in rest("get", "/risks")] == ["退職", "軽い", "炎上"]
    option = {"strategy_id": strategy, "title": "外注する", "note": "早いが高い"}
    made = rest("post", "/options", option)
    rest("post", f"/options/{made['id']}/decide", {"chosen": False, "reason": ""}, status=400)
    decision = {"chosen": False, "reason": "予算がない"}
    assert rest("post", f"/options/{made['id']}/decide", decision)["state"] == "rejected"


@pytest.mark.requirement("R024")
def test_spending_beyond_the_budget_waits_for_an_approver(rest, plan, program_of, make_actor):
    analyst = program_of(make_actor(Role.ANALYST))
    _goal, strategy, _objective, (tactic,) = plan.branch("広告")
    rest("patch", f"/strategy/strategy/{strategy}", {"budget": 100_000})
    rest("patch", f"/strategy/tactic/{tactic}", {"scope": "marketing"})
    cost = {"day": "2026-04-05", "label": "広告", "tactic_id": tactic}
    assert not analyst("post", "/effort/costs", cost | {"amount": 100_000})["over_budget"]
    over = analyst("post", "/effort/costs", cost | {"amount": 1})
    assert over["over_budget"]
    (budget,) = rest("get", "/budgets")
    assert (budget["share"], budget["waiting"]) == (100, 1)
    analyst("post", f"/effort/costs/{over['id']}/approve", {"reason": "少しだけ"}, status=403)
    rest("post", "/effort/months/2026-04/close", status=409)
    rest("post", f"/effort/costs/{over['id']}/approve", {"reason": "反応が良いので継続"})
    rest("post", "/effort/months/2026-04/close")


@pytest.mark.requirement("R030")
def test_a_new_law_puts_influencer_tactics_under_review(rest, plan):
    *_above, tactics = plan.branch("インフルエンサーに紹介を依頼する", "朝の写真")
    law = {
        "area": "legal",
        "title": "ステマ告示",
        "effective": "2023-10-01",
        "keywords": ["インフルエンサー"],
    }
    made = rest("post", "/factors", law)
    assert made["effective"] == "2023-10-01"
    (link,) = made["links"]
    assert (link["tactic_id"], link["state"]) == (tactics[0], "needs review")
    rest("post", f"/factors/links/{link['id']}/review", {"finding": ""}, status=400)
    rest("post", f"/factors/links/{link['id']}/review", {"finding": "PR表記を契約に入れた"})
    ((reviewed,),) = [one["links"] for one in rest("get", "/factors")]
    assert reviewed["state"] == "reviewed"


# --- alignment -----------------------------------------------------------------------------


@pytest.mark.requirement("R025")
def test_three_unlinked_posts_of_ten_are_30_percent_until_one_is_linked(rest, plan, workspace):
    *_above, (tactic,) = plan.branch("投稿")
    posts = [Post.objects.create(workspace=workspace, text=f"投稿{n}") for n in range(10)]
    for post in posts[3:]:
        rest("post", f"/strategy/tactics/{tactic}/posts", {"post_id": str(post.id)})
    found = rest("get", "/strategy-alignment")
    assert found["posts"]["percent"] == 30
    assert {one["text"] for one in found["orphan_posts"]} == {"投稿0", "投稿1", "投稿2"}
    rest("post", f"/strategy/tactics/{tactic}/posts", {"post_id": str(posts[0].id)})
    assert rest("get", "/strategy-alignment")["posts"]["percent"] == 20


@pytest.mark.requirement("R025")
def test_what_hangs_on_a_dropped_goal_is_orphaned(rest, plan, workspace):
    goal, _strategy, objective, (tactic,) = plan.branch("投稿", metric="followers")
    post = Post.objects.create(workspace=workspace, text="朝")
    rest("post", f"/strategy/tactics/{tactic}/posts", {"post_id": str(post.id)})
    rest("put", "/kpis/leads/watch", status=204)
    found = rest("get", "/strategy-alignment")
    assert (found["tactics"]["orphans"], found["orphan_kpis"]) == (0, ["leads"])
    rest("patch", f"/strategy/goal/{goal}", {"status": "dropped"})
    lost = rest("get", "/strategy-alignment")
    assert (lost["tactics"]["percent"], lost["posts"]["percent"]) == (100, 100)
    assert lost["orphan_kpis"] == ["followers", "leads"]
    rest("patch", f"/strategy/goal/{goal}", {"status": "active"})
    rest("post", f"/strategy/objectives/{objective}/kpis", {"key": "leads"})
    assert rest("get", "/strategy-alignment")["kpis"]["orphans"] == 0


# --- versions, deletions, reviews ----------------------------------------------------------


def test_a_version_is_compared_and_restored_with_everything_on_it(rest, plan, workspace):
    goal, strategy, objective, (tactic,) = plan.branch("朝の写真", metric="followers")
    post = Post.objects.create(workspace=workspace, text="朝")
    rest("post", f"/strategy/tactics/{tactic}/posts", {"post_id": str(post.id)})
    line = {"kind": "hours", "amount": 120, "rhythm": "weekly"}
    rest("post", f"/strategy/tactics/{tactic}/lines", line)
    kept = rest("post", "/strategy-versions", {"label": "期首"})
    rest("patch", f"/strategy/objective/{objective}", {"title": "もっと広める", "target": 500})
    rest("delete", f"/strategy/tactic/{tactic}", status=204)
    plan.add("tactic", "夜の写真", objective)
    found = rest("get", f"/strategy-versions/{kept['id']}/compare")["differences"]
    changes = {(one["level"], one["change"], one["title"]) for one in found}
    assert changes == {
        ("objective", "changed", "もっと広める"),
        ("tactic", "removed", "朝の写真"),
        ("tactic", "added", "夜の写真"),
    }
    rest("post", f"/strategy-versions/{kept['id']}/restore")
    assert rest("get", f"/strategy-versions/{kept['id']}/compare")["differences"] == []
    back = rest("get", f"/strategy/tactics/{tactic}")
    assert [one["text"] for one in back["posts"]] == ["朝"]
    assert Tactic.objects.get().lines.get().amount == 120
    assert [one["number"] for one in rest("get", "/strategy-versions")] == [2, 1]
    assert str(Objective.objects.get().strategy_id) == strategy
    assert str(Goal.objects.get().id) == goal


def test_a_restored_version_drops_what_has_hours_on_it(rest, plan):
    *_above, objective, _tactics = plan.branch()
    kept = rest("post", "/strategy-versions", {})
    later = plan.add("tactic", "後から", objective)
    rest("put", "/effort/hours", {"day": "2026-04-10", "minutes": 30, "tactic_id": later})
    rest("delete", f"/strategy/tactic/{later}", status=409)
    rest("post", f"/strategy-versions/{kept['id']}/restore")
    assert Tactic.objects.get().status == "dropped"


def test_a_deletion_is_undone(rest, plan):
    *_above, tactics = plan.branch("朝", "夜")
    rest("delete", f"/strategy/tactic/{tactics[0]}", status=204)
    (gone,) = rest("get", "/strategy-deleted")
    rest("post", f"/strategy-deleted/{gone['id']}/restore")
    assert [str(one.id) for one in Tactic.objects.order_by("position")] == tactics
    rest("post", f"/strategy-deleted/{gone['id']}/restore", status=404)


@pytest.mark.requirement("R027")
def test_a_kpi_without_data_says_since_when_and_is_never_0(rest, plan, workspace, april):
    *_above, objective, _tactics = plan.branch(metric="ideas", kpis=["backers"])
    april(1)
    rest("post", "/log/numbers", {"metric": "ideas", "value": 12, "subject": "春"})
    april(12)
    programme = {one["kpi"]["key"]: one["kpi"] for one in rest("get", "/strategy-programme")}
    assert programme["ideas"]["value"] == 12
    assert programme["ideas"]["no_data_since"] == "2026-04-01"
    assert programme["backers"]["value"] is None
    assert programme["backers"]["is_silent"]
    april(8)
    fresh = {one["kpi"]["key"]: one["kpi"] for one in rest("get", "/strategy-programme")}
    assert fresh["ideas"]["no_data_since"] is None
    assert objective


@pytest.mark.requirement("R027")
def test_last_months_review_drafts_itself_and_keeps_every_minute(rest, plan, april):
    plan.branch(metric="ideas")
    april(20, month=3)
    rest("post", "/log/numbers", {"metric": "ideas", "value": 5, "subject": "案"})
    april(2)
    draft_reviews({})
    draft_reviews({})
    review = Review.objects.get()
    assert review.month == date(2026, 3, 1)
    (row,) = review.rows
    assert (row["kpi"], row["value"], row["no_data_since"]) == ("ideas", 5.0, "2026-03-20")
    path = f"/strategy-reviews/{review.id}"
    rest("post", f"{path}/minutes", {"text": "順調"})
    rest("post", f"{path}/minutes", {"text": "順調。次は動画"})
    rest("post", f"{path}/minutes", {"text": ""}, status=400)
    found = rest("get", path)
    assert [(one["number"], one["text"]) for one in found["minutes"]] == [
        (2, "順調。次は動画"),
        (1, "順調"),
    ]


def acts(channel_source, kind, people, day):
    record(
        NewActivity(
            workspace_id=channel_source,
            type=kind,
            key=f"{kind}-{person}",
            source="import:shop",
            occurred_at=datetime(2026, 4, day, 2, tzinfo=UTC),
            direction=Direction.INBOUND,
            actor_key=f"person:{person}",
        )
        for person in people
    )


@pytest.mark.requirement("R034")
def test_leads_and_customers_pace_together(rest, plan, workspace, april):
    april(30)
    acts(workspace.id, "schema:RegisterAction", range(310), 2)
    acts(workspace.id, "schema:BuyAction", range(27), 20)
    dates = {"start": "2026-04-01", "end": "2026-06-30", "baseline": 0}
    _goal, strategy, leads, _tactics = plan.branch(metric="leads", target=1000, **dates)
    customers = plan.add(
        "objective", "顧客", strategy, metric="purchases", target=100, upstream_id=leads, **dates
    )
    found = rest("get", f"/strategy/objectives/{leads}")
    assert round(found["pacing"]["expected"], 1) == 329.7
    assert round(found["pacing"]["ratio"] * 100, 1) == 94.0
    assert (found["pacing"]["needed"], found["pacing"]["days_left"]) == (690, 61)
    assert round(found["pacing"]["needed_per_day"], 1) == 11.3
    (second,) = found["second_levels"]
    assert second["second_id"] == customers
    assert round(second["conversion"]["rate"] * 100, 1) == 8.7
    assert second["conversion"]["needed"] == 73
    assert round(second["conversion"]["needed_rate"] * 100, 1) == 10.6
