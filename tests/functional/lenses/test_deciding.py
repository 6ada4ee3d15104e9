"""Deciding with the lenses: evidence, effort, whether at all, plans, rules, believing."""

from __future__ import annotations

from datetime import date

import pytest

from enishi.activities.models import Activity
from enishi.lenses import tasks
from enishi.lenses.models import ApproachPlan, Trigger
from enishi.notifications.models import Notification
from enishi.strategy.models import Goal, Objective, Strategy

pytestmark = pytest.mark.django_db


def arms(log, sns, cns, better=3):
    """Posts that lived from people, and posts that lived from content."""
    for number in range(sns):
        log.post(reach=better * (100 + number), reach_followers=90, reach_search=10)
    for number in range(cns):
        log.post(reach=100 + number, reach_search=80, reach_followers=10)


@pytest.mark.requirement("R038")
def test_it_says_insufficient_data_below_eight_posts_in_an_arm(api, see, log):
    arms(log, 7, 9)
    found = api("get", "/lenses/evidence", {"purpose": "awareness"})
    assert (found["verdict"], found["uncertainty"]) == ("insufficient", "insufficient data")
    assert found["posts"] == {"sns": 7, "cns": 9, "unassigned": 0}
    text = see("decide/?purpose=awareness")
    assert "Insufficient data: each arm needs 8 posts." in text


@pytest.mark.requirement("R038")
@pytest.mark.parametrize(("better", "verdict"), [(3, "sns"), (0.2, "cns"), (1, "unclear")])
def test_it_always_states_purpose_window_and_uncertainty(api, see, log, better, verdict):
    arms(log, 9, 9, better)
    found = api("get", "/lenses/evidence", {"purpose": "awareness", "hours": 20})
    assert found["verdict"] == verdict
    assert (found["purpose"], found["first"], found["last"]) == (
        "awareness",
        "2026-01-13",
        "2026-04-12",
    )
    assert found["uncertainty"].startswith("90 % interval:")
    moved = {"sns": 0.4, "cns": 0.2, "unclear": 0.3}[verdict]
    assert found["split"]["network"] == pytest.approx(moved)
    text = see("decide/?purpose=awareness")
    for said in ("Awareness", "1/13/2026", "90 % interval", "n = 9"):
        assert said in text


@pytest.mark.requirement("R040")
def test_it_favours_conversations_for_loyalty_and_keeps_an_override_with_its_reason(
    api, page, workspace, channel
):
    body = {"purpose": "loyalty", "hours": 20}
    suggested = api("post", "/lenses/splits", body, status=201)
    assert (suggested["suggested"], suggested["chosen"]) == (0.7, 0.7)
    assert api("get", "/lenses/evidence", body)["split"]["network_hours"] == 14
    refused = api("post", "/lenses/splits", body | {"network": 0.4}, status=400)
    assert refused["field"] == "reason"
    form = {"purpose": "loyalty", "hours": "20", "network": "40", "reason": "Workshop season"}
    page.post(f"/w/{workspace.slug}/lenses/decide/split/", form)
    kept = {
        (one["suggested"], one["chosen"], one["reason"]) for one in api("get", "/lenses/splits")
    }
    assert (0.7, 0.4, "Workshop season") in kept


ALL_YES = dict.fromkeys(
    ["audience", "resources", "purpose", "content", "answering", "risk", "measuring"], 2
)


@pytest.mark.requirement("R029")
def test_it_says_do_not_use_now_with_reasons_and_a_day_to_ask_again(api, page, see, workspace):
    answers = ALL_YES | {"audience": 0, "resources": 0}
    page.post(f"/w/{workspace.slug}/lenses/decide/assess/", answers | {"about": "Hotels"})
    (found,) = api("get", "/lenses/assessments")
    assert (found["verdict"], found["verdict_name"]) == ("no_go", "Do not use now")
    assert found["reasons"] == [
        "The people you want to reach are hardly there.",
        "Nobody has hours for it.",
    ]
    assert found["recheck_on"] == "2026-10-09"
    assert "Do not use now" in see("decide/")
    for form, kind in (("json", "application/json"), ("csv", "text/csv"), ("md", "text/markdown")):
        path = f"/w/{workspace.slug}/lenses/decide/assessment/{found['id']}.{form}"
        answer = page.get(path, headers={"accept-language": "en"})
        assert answer["Content-Type"].startswith(kind)
        assert "2026-10-09" in answer.content.decode()
        assert "Nobody has hours for it." in answer.content.decode()


@pytest.mark.requirement("R029")
def test_it_says_when_it_is_time_to_ask_again(api, day_12):
    body = {"purpose": "x", "answers": ALL_YES, "recheck_on": "2026-05-01"}
    assert api("post", "/lenses/assessments", body, status=201)["is_due"] is False
    day_12(days=19)
    assert api("get", "/lenses/assessments")[0]["is_due"] is True


def test_it_refuses_an_assessment_with_a_question_open(api):
    body = {"purpose": "x", "answers": {"audience": 2}}
    assert api("post", "/lenses/assessments", body, status=400)["field"] == "resources"


@pytest.mark.requirement("R036")
def test_a_content_plan_runs_without_account_and_influencer_and_reports_what_people_say(
    api, see, page, workspace
):
    body = {"title": "おうちコーヒー", "approach": "content", "topics": ["#ドリップ", "V60"]}
    made = api("post", "/lenses/plans", body, status=201)
    assert (made["channels"], made["influencers"], made["missing"]) == ([], 0, [])
    for number, said in enumerate(["朝の#ドリップ", "v60でドリップ", "紅茶"]):
        event = {"kind": "mention", "text": said, "actor_key": f"p{number}", "key": f"m{number}"}
        api("post", "/log/events", event)
    api("post", f"/lenses/plans/{made['id']}/start", status=200)
    found = api("get", f"/lenses/plans/{made['id']}")
    assert found["state"] == "running"
    assert {one["topic"]: (one["posts"], one["people"]) for one in found["topic_reports"]} == {
        "ドリップ": (2, 2),
        "V60": (1, 1),
    }
    assert 'data-topic="V60"' in see(f"plans/{made['id']}/")


@pytest.mark.requirement("R036")
def test_an_account_plan_refuses_to_start_without_an_account(api, page, see, workspace, channel):
    made = api("post", "/lenses/plans", {"title": "Regulars", "approach": "account"}, status=201)
    refused = api("post", f"/lenses/plans/{made['id']}/start", status=409)
    assert refused["field"] == "channels"
    page.post(f"/w/{workspace.slug}/lenses/plans/{made['id']}/start/")
    assert ApproachPlan.objects.get().state == "draft"
    body = {"title": "Regulars", "approach": "account", "channel_ids": [str(channel.id)]}
    api("put", f"/lenses/plans/{made['id']}", body, status=200)
    assert api("post", f"/lenses/plans/{made['id']}/start")["state"] == "running"
    alone = body | {"channel_ids": []}
    assert api("put", f"/lenses/plans/{made['id']}", alone, status=409)["field"] == "channels"


@pytest.mark.requirement("R036")
def test_it_compares_plans_with_their_like_only(api, see, channel):
    for title, approach in (("A1", "account"), ("A2", "account"), ("C", "content")):
        body = {"title": title, "approach": approach, "topics": ["x"]}
        api("post", "/lenses/plans", body, status=201)
    rows = {
        one["title"]: [kpi["key"] for kpi in one["kpis"]] for one in api("get", "/lenses/plans")
    }
    assert rows["A1"] == rows["A2"] != rows["C"]
    assert "share_of_voice" in rows["C"]
    text = see("plans/")
    account = text[
        text.index("people come for who we are") : text.index("people come for what is said")
    ]
    assert account.count("A1") == account.count("A2") == 1
    assert ">C<" not in account


RULE = {
    "conditions": [
        {"metric": "quality_followers", "least": 3000},
        {"metric": "talk_rate", "least": 0.02},
    ],
    "proposed": 50,
}


def running_plan(api, channel):
    body = {"title": "Stages", "approach": "account", "channel_ids": [str(channel.id)]}
    plan = api("post", "/lenses/plans", body, status=201)["id"]
    api("post", f"/lenses/plans/{plan}/start")
    return plan


def talk(log, replies, *, followers=3000):
    log.report({"followers": followers}, back=20)
    for number in range(replies):
        log.act(
            "Create", back=3, actor_key=f"p{number}", target_key="ours", object_key=f"r{number}"
        )


@pytest.mark.requirement("R037")
@pytest.mark.parametrize("accept", [True, False])
def test_a_rule_fires_once_and_what_is_decided_is_logged(
    api, page, see, workspace, channel, log, accept
):
    plan = running_plan(api, channel)
    talk(log, 60)
    rule = api("post", f"/lenses/plans/{plan}/rules", RULE, status=201)
    tasks.look_at_triggers({})
    tasks.look_at_triggers({})
    assert api("post", "/lenses/rules/check", {}) == []
    assert Activity.objects.filter(type="Offer").count() == 1
    (news,) = Notification.objects.filter(kind="rule_fired")
    assert news.path == f"lenses/plans/{plan}/"
    (found,) = api("get", f"/lenses/plans/{plan}")["rules"]
    assert (found["state"], found["replaced"], found["proposed"]) == ("proposed", 30, 50)
    assert "30 → 50 % SNS" in see(f"plans/{plan}/")
    form = {
        "plan": plan,
        "accept": "yes" if accept else "no",
        "reason": "" if accept else "Too early",
    }
    page.post(f"/w/{workspace.slug}/lenses/rule/{rule['id']}/decide/", form)
    assert ApproachPlan.objects.get().sns_share == (50 if accept else 30)
    told = Activity.objects.get(type="Accept" if accept else "Reject")
    assert told.actor_name
    assert ("Too early" in told.text) is not accept
    again = api("post", f"/lenses/rules/{rule['id']}/decide", {"accept": True}, status=409)
    assert again["status"] == 409


@pytest.mark.requirement("R037")
@pytest.mark.parametrize(("followers", "replies"), [(2999, 90), (3000, 59)])
def test_a_rule_waits_while_a_condition_is_not_met(api, channel, log, followers, replies):
    plan = running_plan(api, channel)
    talk(log, replies, followers=followers)
    api("post", f"/lenses/plans/{plan}/rules", RULE, status=201)
    assert api("post", "/lenses/rules/check", {}) == []
    assert Trigger.objects.get().state == "waiting"


def test_a_refusal_needs_a_reason_and_a_rule_a_kpi(api, channel, log):
    plan = running_plan(api, channel)
    talk(log, 60)
    wrong = {"conditions": [{"metric": "luck", "least": 1}], "proposed": 50}
    assert api("post", f"/lenses/plans/{plan}/rules", wrong, status=400)["field"] == "conditions"
    rule = api("post", f"/lenses/plans/{plan}/rules", RULE, status=201)["id"]
    assert len(api("post", "/lenses/rules/check", {})) == 1
    refused = api("post", f"/lenses/rules/{rule}/decide", {"accept": False}, status=400)
    assert refused["field"] == "reason"


# --- believing ------------------------------------------------------------------------------


def objective(workspace, baseline, target):
    goal = Goal.objects.create(workspace=workspace, title="g")
    way = Strategy.objects.create(workspace=workspace, title="s", goal=goal)
    return Objective.objects.create(
        workspace=workspace,
        title="More followers",
        strategy=way,
        metric="followers",
        baseline=baseline,
        target=target,
        start=date(2026, 4, 12),
        end=date(2026, 5, 11),
    )


@pytest.mark.requirement("R041")
@pytest.mark.parametrize(
    ("times", "likelihood", "said"),
    [
        (20, "implausible", "Implausible"),
        (2, "stretch", "A stretch"),
        (0.9, "within", "Within your best"),
    ],
)
def test_it_flags_a_target_beyond_the_best_month(
    api, see, page, workspace, log, times, likelihood, said
):
    for back in range(100, 0, -1):
        log.report({"followers": 4000 + (100 - back) * 4}, back=back)
    made = objective(workspace, 4400, 4400 + round(120 * times))
    (found,) = api("get", "/lenses/plausibility")
    assert (found["likelihood"], found["best_month"]) == (likelihood, pytest.approx(120, rel=0.05))
    assert found["ratio"] == pytest.approx(times, rel=0.05)
    assert said in see("growth/")
    answer = page.get(
        f"/w/{workspace.slug}/strategy/objective/{made.id}/", headers={"accept-language": "en"}
    )
    assert ("Implausible:" in answer.content.decode()) is (times == 20)


@pytest.mark.requirement("R041")
def test_it_flags_a_jump_without_reach_until_somebody_explains_it(
    api, page, see, workspace, channel, log
):
    for back in range(60, 0, -1):
        log.report({"followers": 4000 + (60 - back) * 10 + (5000 if back <= 20 else 0)}, back=back)
    (found,) = api("get", "/lenses/jumps")
    assert (found["day"], found["change"], found["verdict"]) == ("2026-03-23", 5010, "open")
    assert found["reach"] is None
    assert "To audit" in see("growth/")
    plan = running_plan(api, channel)
    api("post", f"/lenses/plans/{plan}/rules", RULE, status=201)
    quality = lambda: api("get", f"/lenses/plans/{plan}")["rules"][0]["conditions"][0]["value"]  # noqa: E731
    assert quality() == 4590 + 5000 - 5010
    form = {
        "channel": str(channel.id),
        "day": "2026-03-23",
        "genuine": "yes",
        "note": "On television",
    }
    page.post(f"/w/{workspace.slug}/lenses/growth/audit/", form)
    assert api("get", "/lenses/jumps")[0]["verdict"] == "genuine"
    assert quality() == 9590


def test_it_does_not_show_what_is_not_ones_own(client_of, stranger, workspace, api, channel):
    plan = running_plan(api, channel)
    browser = client_of(stranger)
    assert browser.get(f"/w/{workspace.slug}/lenses/plans/{plan}/").status_code == 404


@pytest.mark.requirement("R041")
@pytest.mark.requirement("R038")
def test_thresholds_are_set_for_a_workspace_and_decide_from_then_on(
    api, page, workspace, log, channel
):
    objective(workspace, 4400, 4640)
    for back in range(101, 0, -1):
        log.report({"followers": 4000 + (100 - back) * 4}, back=back)
    arms(log, 9, 9)
    assert api("get", "/lenses/plausibility")[0]["likelihood"] == "stretch"
    assert api("get", "/lenses/evidence", {"purpose": "awareness"})["verdict"] != "insufficient"
    api("put", "/strategy-thresholds", {"implausible": 1.5, "posts_per_arm": 90}, status=200)
    assert api("get", "/lenses/plausibility")[0]["likelihood"] == "implausible"
    assert api("get", "/lenses/evidence", {"purpose": "awareness"})["verdict"] == "insufficient"
    address = f"/w/{workspace.slug}/strategy/thresholds/"
    shown = page.get(address, headers={"accept-language": "en"}).content.decode()
    assert 'value="1.5"' in shown
    assert page.post(address, {"implausible": "0.2"}).status_code == 200
    page.post(address, {"stale_days": "14"})
    kept = api("get", "/strategy-thresholds")
    assert (kept["stale_days"], kept["implausible"], kept["posts_per_arm"]) == (14, 5, 8)
    api("put", "/strategy-thresholds", {"luck": 3}, status=400)
