"""What the lenses show, on pages and over REST."""

from __future__ import annotations

import re

import pytest

from enishi.channels.actions.classifying import set_taxonomy
from tests.functional.lenses.conftest import DAY_12, Log

pytestmark = pytest.mark.django_db


def talk(log, posts, threads):
    """So many posts, and threads that somebody began and we answered."""
    for number in range(posts):
        log.post("おはよう", back=1 + number * 0.2)
    for number in range(threads):
        said = log.act("Create", back=4, key=f"{log.channel.name}/said/{number}",
                       object_key=f"{log.channel.name}/said/{number}", target_key="",
                       actor_key=f"person-{number}")  # fmt: skip
        log.act("Create", back=3.9, inbound=False, target_key=said,
                key=f"{log.channel.name}/answer/{number}",
                object_key=f"{log.channel.name}/answer/{number}")  # fmt: skip


@pytest.mark.requirement("R015")
def test_it_scores_the_broadcaster_nearer_to_media_with_formulas_shown(api, see, new_channel):
    loud, kind = new_channel("loud"), new_channel("kind")
    talk(Log(loud), 30, 3)
    talk(Log(kind), 30, 60)
    found = {
        one.name: api("get", "/lenses/balance", {"channel_id": str(one.id)}) for one in (loud, kind)
    }
    assert found["loud"]["balance"] < found["kind"]["balance"]
    styles = {
        name: next(one for one in answer["indicators"] if one["indicator"] == "style")
        for name, answer in found.items()
    }
    assert (styles["loud"]["numerator"], styles["loud"]["denominator"]) == (3, 33)
    assert (styles["kind"]["numerator"], styles["kind"]["denominator"]) == (60, 90)
    text = see(f"?channel={kind.id}")
    assert text.count("data-indicator=") == 5
    assert "two-way threads ÷ (two-way threads + our posts)" in text
    assert "60 ÷ 90 = 66.7 %" in text


@pytest.mark.requirement("R015")
@pytest.mark.parametrize(("declared", "wide"), [(90, True), (50, False)])
def test_it_flags_the_gap_between_plan_and_behaviour(api, see, channel, log, declared, wide):
    talk(log, 10, 10)
    body = {"title": "Talk", "approach": "account", "networking": declared}
    api("post", "/lenses/plans", body | {"channel_ids": [str(channel.id)]}, status=201)
    (plan,) = api("get", "/lenses/balance")["plans"]
    assert plan["gap"]["is_wide"] is wide
    assert plan["gap"]["gap"] == pytest.approx(plan["measured"] - declared / 100, abs=1e-3)
    assert ("You broadcast more than you planned." in see()) is wide


@pytest.mark.requirement("R015")
def test_it_shows_the_same_number_of_events_through_any_lens(api, see, log, new_channel):
    other = Log(new_channel("blog", adapter="feed"))
    talk(log, 5, 3)
    other.post("long read")
    log.act("Follow", actor_key="a")
    log.act("Undo", object_type="Like", object_key="x")
    log.act("schema:BuyAction")
    seen = [
        api("get", "/lenses/events", {"lens": lens, "scheme": scheme, "level": level})
        for lens in ("network", "media")
        for scheme in ("mic-2015", "function-4")
        for level in ("class", "frame", "channel")
    ]
    (events,) = {one["events"] for one in seen}
    assert events >= 15
    assert {one["total"] for one in seen} == {events}
    for one in seen:
        assert sum(sum(row["cells"].values()) for row in one["groups"]) == events
    pages = [
        see(f"?lens={lens}&level={level}")
        for lens in ("network", "media")
        for level in ("class", "channel")
    ]
    assert {re.search(r'data-total="(\d+)"', text)[1] for text in pages} == {str(events)}


def test_it_refuses_a_scheme_or_level_that_there_is_not(api):
    assert api("get", "/lenses/events", {"scheme": "best"}, status=400)["field"] == "scheme"
    assert api("get", "/lenses/events", {"level": "deep"}, status=400)["field"] == "level"


PRINTED = {
    "reach_followers": 3200, "reach_reshares": 1300, "reach_recommendation": 2500,
    "reach_hashtag": 1200, "reach_search": 800, "reach_paid": 1000,
}  # fmt: skip
OTHER = {"reach_followers": 100, "reach_search": 300, "reach_paid": 50}


@pytest.mark.requirement("R013")
@pytest.mark.parametrize(
    ("numbers", "total", "organic", "sns", "unknown"),
    [
        (PRINTED, None, 9000, 0.5, None),
        (PRINTED, 10_400, 9000, 0.5, 400),
        (OTHER, 500, 400, 0.25, 50),
    ],
)
def test_it_splits_reach_and_shows_the_unknown_part(
    api, see, log, numbers, total, organic, sns, unknown
):
    log.report(numbers | ({"reach": total} if total else {}))
    found = api("get", "/lenses/reach")
    assert (found["organic"], found["paid"]) == (organic, numbers["reach_paid"])
    assert (found["sns_index"], found["cns_index"]) == (sns, 1 - sns)
    assert found["unknown"] == unknown
    text = see("reach/")
    assert f"<dd data-sns>{sns * 100:.0f} %</dd>" in text
    assert f"<dd data-unknown>{unknown if unknown is not None else 'Not observed'}</dd>" in text


def test_it_prefers_what_was_reported_of_single_posts(api, log):
    log.report({"reach_followers": 9000})
    log.post(reach=50, reach_followers=30, reach_search=10)
    log.post(reach=70)
    found = api("get", "/lenses/reach")
    assert found["sources"] == {"followers": 30, "search": 10}
    assert found["unknown"] == 10


@pytest.mark.requirement("R039")
def test_it_counts_each_spend_and_result_once_at_every_level(api, see, owner, new_channel):
    sns, cns, middle = (Log(new_channel(name)) for name in ("sns", "cns", "middle"))
    for log, weight in ((sns, 0.8), (cns, 0.2)):
        set_taxonomy(owner, log.channel.id, sns_weight=weight)
    for log, spend in ((sns, 1000), (cns, 700), (middle, 50)):
        log.report({"spend": spend}, subject=f"ad {spend}")
    sns.report({"spend": 300}, subject="flyer", channel=False)
    cns.act("schema:RegisterAction")
    sums = api("get", "/lenses/levels")["sums"]["spend"]
    assert (sums["sns"], sums["cns"], sums["other"]) == (1000, 700, 350)
    assert sums["sns"] + sums["cns"] + sums["other"] == sums["social"] == sums["marketing"]
    api(
        "put",
        "/lenses/placements",
        {"metric": "spend", "subject": "flyer", "place": "elsewhere"},
        status=204,
    )
    moved = api("get", "/lenses/levels")["sums"]["spend"]
    assert (moved["elsewhere"], moved["social"], moved["marketing"]) == (300, 1750, 2050)
    before = api("get", "/lenses/levels")["sums"]
    cns.report({"spend": 25}, subject="ad 25")
    after = api("get", "/lenses/levels")["sums"]
    changed = {place: after["spend"][place] - before["spend"][place] for place in before["spend"]}
    assert changed == {
        "cns": 25,
        "social": 25,
        "marketing": 25,
        "sns": 0,
        "other": 0,
        "elsewhere": 0,
    }
    assert after["leads"]["cns"] == after["leads"]["marketing"] == 1
    assert "CNS marketing" in see("reach/")


def test_it_corrects_a_note_instead_of_counting_it_twice(api, log):
    log.report({"spend": 100}, subject="ad", back=3)
    log.report({"spend": 120}, subject="ad", back=2)
    assert api("get", "/lenses/levels")["sums"]["spend"]["marketing"] == 120


@pytest.mark.requirement("R083")
def test_it_scores_the_same_rate_by_what_each_account_normally_gets(api, see, new_channel):
    unknown, admired = Log(new_channel("unknown")), Log(new_channel("admired"))
    for log, rate in ((unknown, 10), (admired, 40)):
        for number in range(8):
            log.post(back=2 + number * 0.1, reach=1000, likes=rate)
        log.post("hello", reach=1000, likes=20)
    found = api("get", "/lenses/scores", {"limit": 50})
    scores = {(one["channel"], one["text"]): one for one in found["items"]}
    assert scores["unknown", "hello"]["score"] == pytest.approx(200)
    assert scores["admired", "hello"]["score"] == pytest.approx(50)
    assert found["baselines"] == {"unknown": 0.01, "admired": 0.04}
    assert found["variant"] == "engagement_rate_by_reach"
    text = see("posts/")
    assert (
        "engagement rate by reach of the post ÷ median engagement rate by reach of its account"
        in text
    )


@pytest.mark.requirement("R082")
def test_it_shows_the_lift_of_support_and_n(api, see, page, workspace, log):
    helped = [log.post("#v60 a", likes=likes) for likes in (20, 24, 22)]
    for likes in (10, 12, 11):
        log.post("#v60 b", likes=likes)
    for post in helped[:2]:
        api("post", "/lenses/support", {"post": post, "kind": "ad"}, status=201)
    (few,) = api("get", "/lenses/lifts")["items"]
    assert (few["verdict"], few["lift"]) == ("insufficient data", None)
    page.post(f"/w/{workspace.slug}/lenses/posts/support/", {"post": helped[2], "kind": "account"})
    (found,) = api("get", "/lenses/lifts")["items"]
    assert (found["supported"], found["unsupported"]) == (3, 3)
    assert found["lift"] == pytest.approx(1, abs=0.05)
    assert found["low"] < found["lift"] < found["high"]
    text = see("posts/")
    assert "+100 %" in text
    assert text.count("n = 3") == 2
    api("delete", f"/lenses/support?post={helped[2]}", status=204)
    assert api("get", "/lenses/lifts")["items"][0]["supported"] == 2


@pytest.mark.requirement("R052")
def test_it_makes_sources_losses_and_the_rest_add_up_to_the_net_change(api, see, log):
    log.report({"followers": 100}, back=40)
    post = log.post("hello", back=5)
    log.act("Like", back=4, actor_key="a", object_key=post)
    log.act("Follow", back=3.9, actor_key="a")
    log.act("Create", back=3, actor_key="b", object_key="b/1")
    log.act("Follow", back=2, actor_key="b")
    log.act("Like", back=9, actor_key="c", object_key=post)
    log.act("Follow", back=2, actor_key="c")
    log.act("Undo", back=1, actor_key="d", object_type="Follow")
    log.report({"followers": 108}, back=0.5)
    found = api("get", "/lenses/growth")
    assert {one["kind"]: one["gained"] for one in found["sources"]} == {"post": 1, "mention": 1}
    assert found["net"] == 8
    assert found["attributed"] - found["lost"] + found["unattributed"] == found["net"]
    assert (found["opening"], found["closing"], found["lost"]) == (100, 108, 1)
    assert found["existing"] + found["from_campaigns"] == found["closing"]
    assert "Our answer to somebody" not in see("growth/")


@pytest.mark.requirement("R052")
def test_it_tells_campaign_followers_from_others(api, owner, workspace, log):
    from enishi.publishing.models import Delivery, Post  # noqa: PLC0415 - one test needs them
    from enishi.strategy.models import Goal, Objective, Strategy, Tactic  # noqa: PLC0415

    remote = log.post("brew", back=5)
    post = Post.objects.create(workspace=workspace, text="brew")
    Delivery.objects.create(
        workspace=workspace,
        post=post,
        channel=log.channel,
        kind="publish",
        state="published",
        remote_id=remote,
        planned_at=DAY_12,
        due_at=DAY_12,
    )
    goal = Goal.objects.create(workspace=workspace, title="g")
    way = Strategy.objects.create(workspace=workspace, title="s", goal=goal)
    objective = Objective.objects.create(workspace=workspace, title="o", strategy=way)
    tactic = Tactic.objects.create(workspace=workspace, title="Brew notes", objective=objective)
    tactic.links.create(post=post)
    log.report({"followers": 10}, back=30)
    for who in "ab":
        log.act("Like", back=4, actor_key=who, object_key=remote)
        log.act("Follow", back=3, actor_key=who)
    log.report({"followers": 12}, back=0.5)
    found = api("get", "/lenses/growth")
    assert found["sources"] == [{"kind": "campaign", "name": "Brew notes", "gained": 2}]
    assert (found["from_campaigns"], found["existing"]) == (2, 10)


@pytest.mark.requirement("R050")
@pytest.mark.parametrize(("plan", "posts", "share", "gap"), [(5, 3, 60, 3), (4, 1, 25, 5)])
def test_it_shows_adherence_and_the_longest_gap(api, see, channel, log, plan, posts, share, gap):
    channel.posts_per_week = plan
    channel.save(update_fields=["posts_per_week"])
    for number in range(posts):
        log.post(back=6 - number)
    (found,) = api("get", "/lenses/cadence", {"first": "2026-04-05", "last": "2026-04-11"})[
        "channels"
    ]
    assert found["longest_gap_days"] == gap
    text = see("growth/?first=2026-04-05&last=2026-04-11")
    assert f"<dd data-adherence>{share} %</dd>" in text
    assert f"<dd data-gap>{gap} days</dd>" in text
