"""The plan in a browser without scripts, and over REST."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from html import unescape

import pytest

from enishi.activities.log import Direction, NewActivity, NewObservation, observe, record
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.publishing.models import Post
from enishi.strategy.models import Goal, Objective, Strategy, Tactic

pytestmark = pytest.mark.django_db
DAY_12 = datetime(2026, 4, 12, 3, tzinfo=UTC)
SHARP = "4/1–4/30に+1,000フォロワー(4,200→5,200)"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def day_12(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: DAY_12)


@pytest.fixture
def channel(workspace):
    return Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="喫茶えにし",
        remote_id="acct:us",
        state="active",
        connected_at=DAY_12,
    )


def reports(channel, values, *, metric="followers", subject=""):
    observe(
        NewObservation(
            workspace_id=channel.workspace_id,
            channel_id=channel.id,
            subject=subject,
            metric=metric,
            value=value,
            observed_at=datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
            source=str(channel.id),
        )
        for day, value in values.items()
    )


def published(channel, key, day):
    recorded = record(
        [
            NewActivity(
                workspace_id=channel.workspace_id,
                type="Create",
                key=key,
                source=str(channel.id),
                occurred_at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
                channel_id=channel.id,
                direction=Direction.OUTBOUND,
                object_key=key,
                text="今日の一杯",
            )
        ]
    )
    return recorded.new[0]


def reacted(channel, kind, key, day):
    made = NewActivity(
        workspace_id=channel.workspace_id,
        type=kind,
        key=key,
        source=str(channel.id),
        occurred_at=datetime(2026, 4, day, 3, tzinfo=UTC),
        channel_id=channel.id,
        direction=Direction.INBOUND,
        object_key="ours" if kind == "Like" else key,
        target_key="" if kind == "Like" else "ours",
    )
    record([made])


def add(page, base, level, title, parent=None):
    query = f"?parent={parent.id}" if parent else ""
    page.post(f"{base}/strategy/{level}/new/{query}", {"title": title, "quick": "1"})


@pytest.fixture
def objective(page, base):
    """A goal, a strategy and an objective, typed into the outline."""
    add(page, base, "goal", "店を知ってもらう")
    add(page, base, "strategy", "毎日の一杯を見せる", Goal.objects.get())
    add(page, base, "objective", SHARP, Strategy.objects.get())
    return Objective.objects.get()


def text_of(answer):
    return unescape(answer.content.decode())


def test_an_empty_plan_teaches_the_levels(page, base):
    text = text_of(page.get(f"{base}/strategy/", headers=ENGLISH))
    assert "Begin with what you want" in text
    assert 'name="quick"' in text


def test_the_outline_is_typed_in_title_by_title(page, base, objective):
    add(page, base, "tactic", "朝の写真", objective)
    text = text_of(page.get(f"{base}/strategy/"))
    for title in ("店を知ってもらう", "毎日の一杯を見せる", SHARP, "朝の写真"):
        assert title in text
    assert (objective.metric, objective.baseline, objective.target) == ("followers", 4200, 5200)


@pytest.mark.requirement("R033")
def test_the_pacing_card_tells_all_figures_in_words(page, base, objective, channel):
    reports(channel, {date(2026, 4, 1): 4215, date(2026, 4, 12): 4630})
    text = text_of(page.get(f"{base}/strategy/objective/{objective.id}/", headers=ENGLISH))
    for figure in ("+400", "+430", "107.5 %", "+1,075", "On track"):
        assert figure in text
    assert "Expected +400 by day 12, actual +430." in text
    assert "Still needed: +570 in 18 days (31.7/day)." in text
    assert 'data-chart="pacing"' in text


@pytest.mark.requirement("R034")
def test_an_objective_in_leads_paces_on_its_page(page, base, objective, channel, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 4, 30, 3, tzinfo=UTC))
    record(
        NewActivity(
            workspace_id=channel.workspace_id,
            type="schema:RegisterAction",
            key=f"lead-{number}",
            source="import:leads",
            occurred_at=datetime(2026, 4, 2, tzinfo=UTC),
            channel_id=channel.id,
            direction=Direction.INBOUND,
        )
        for number in range(310)
    )
    form = {
        "title": "リード1,000件",
        "status": "active",
        "metric": "leads",
        "baseline": "0",
        "target": "1,000",
        "start": "2026-04-01",
        "end": "2026-06-30",
    }
    page.post(f"{base}/strategy/objective/{objective.id}/edit/", form)
    text = text_of(page.get(f"{base}/strategy/objective/{objective.id}/", headers=ENGLISH))
    for figure in ("+329.7", "+310", "94.0 %", "+690", "11.3"):
        assert figure in text


@pytest.mark.requirement("R020")
def test_a_tree_refuses_to_lose_its_tactics(page, base, objective):
    for title in "ABC":
        add(page, base, "tactic", title, objective)
    answer = page.post(
        f"{base}/strategy/objective/{objective.id}/delete/", follow=True, headers=ENGLISH
    )
    assert "This objective has 3 tactics." in text_of(answer)
    assert Objective.objects.exists()
    for tactic in Tactic.objects.all():
        page.post(f"{base}/strategy/tactic/{tactic.id}/delete/")
    page.post(f"{base}/strategy/objective/{objective.id}/delete/")
    assert not Objective.objects.exists()


@pytest.mark.requirement("R021")
def test_the_check_answers_while_one_types(page, base, objective, channel):
    days = [date.fromordinal(date(2026, 3, 31).toordinal() - n) for n in range(30)]
    reports(channel, {day: 4200 - 40 * n for n, day in enumerate(days)})
    parent = Strategy.objects.get().id

    def verdicts(title):
        answer = page.post(f"{base}/strategy/smart/?parent={parent}", {"title": title})
        found = answer.context["letters"].letters
        return {one.letter: one.verdict for one in found}

    wish = verdicts("エンゲージメントを上げる")
    assert {letter for letter, verdict in wish.items() if verdict == "fail"} == set("SMT")
    assert set(verdicts(SHARP).values()) == {"pass"}


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(page, base, objective):
    form = {
        "title": "目標",
        "status": "active",
        "metric": "followers",
        "baseline": "たくさん",
        "start": "2026-04-30",
        "end": "2026-04-01",
    }
    answer = page.post(f"{base}/strategy/objective/{objective.id}/edit/", form, headers=ENGLISH)
    assert answer.status_code == 400
    assert "This is not a number." in text_of(answer)
    form["baseline"] = "４２００"
    again = page.post(f"{base}/strategy/objective/{objective.id}/edit/", form, headers=ENGLISH)
    assert "The last day lies before the first." in text_of(again)
    objective.refresh_from_db()
    assert objective.title == SHARP


def test_rates_are_typed_in_per_cent(page, base, objective):
    form = {
        "title": "率を上げる",
        "status": "active",
        "metric": "engagement_rate_by_followers",
        "baseline": "2.5",
        "target": "3.5%",
        "start": "2026-04-01",
        "end": "2026-04-30",
    }
    page.post(f"{base}/strategy/objective/{objective.id}/edit/", form)
    objective.refresh_from_db()
    assert (objective.baseline, objective.target) == (0.025, 0.035)
    text = text_of(page.get(f"{base}/strategy/objective/{objective.id}/edit/"))
    assert 'value="2.5"' in text
    assert 'value="3.5"' in text


def test_nodes_move_up_and_down(page, base, objective):
    for title in "ABC":
        add(page, base, "tactic", title, objective)
    last = Tactic.objects.get(title="C")
    page.post(f"{base}/strategy/tactic/{last.id}/move/", {"direction": "up"})
    titles = Tactic.objects.order_by("position").values_list("title", flat=True)
    assert "".join(titles) == "ACB"
    assert page.post(f"{base}/strategy/tactic/{last.id}/move/", {}).status_code == 400


def test_posts_are_put_on_a_tactic_and_taken_off(page, base, workspace, objective):
    add(page, base, "tactic", "朝の写真", objective)
    tactic, post = Tactic.objects.get(), Post.objects.create(workspace=workspace, text="おはよう")
    here = f"{base}/strategy/tactic/{tactic.id}/"
    assert "おはよう" in text_of(page.get(here))
    page.post(f"{here}posts/", {"post": str(post.id)})
    assert list(tactic.posts.all()) == [post]
    assert "おはよう" in text_of(page.get(f"{base}/strategy/objective/{objective.id}/"))
    page.post(f"{here}posts/remove/", {"post": str(post.id)})
    assert not tactic.posts.exists()


@pytest.mark.requirement("R051")
def test_four_engagement_rates_stand_side_by_side_each_under_its_name(page, base, channel):
    reports(channel, {date(2026, 4, 4): 2000})
    published(channel, "post-1", date(2026, 4, 5))
    values = {"likes": 30, "replies": 10, "reach": 800, "impressions": 1000, "views": 500}
    for metric, value in values.items():
        reports(channel, {date(2026, 4, 6): value}, metric=metric, subject="post-1")
    text = text_of(page.get(f"{base}/strategy/kpis/?first=2026-04-01", headers=ENGLISH))
    for name in ("reach", "impressions", "followers", "views"):
        assert f"Engagement rate by {name}" in text
    for rate in ("5.00 %", "4.00 %", "2.00 %", "8.00 %"):
        assert rate in text
    assert "Posting frequency" in text


@pytest.mark.requirement("R051")
@pytest.mark.parametrize(("likes", "answers"), [((6, 0, 4), 2), ((1, 1, 1), 0)])
def test_an_engagement_rate_by_day_averages_the_days(rest, channel, likes, answers):
    reports(channel, {date(2026, 4, 4): 2000, date(2026, 4, 7): 1000})
    for back, count in enumerate(likes):
        for number in range(count):
            reacted(channel, "Like", f"like {back}/{number}", 5 + back)
    for number in range(answers):
        reacted(channel, "Create", f"answer {number}", 5)
    found = rest("get", "/kpis/engagement_rate_by_day?first=2026-04-05&last=2026-04-07")
    days = [(likes[0] + answers) / 2000, likes[1] / 2000, likes[2] / 1000]
    assert found["value"] == pytest.approx(sum(days) / 3)
    assert found["name"] == "Engagement rate by day"


def test_a_number_opens_to_formula_source_window_and_rows(page, base, channel):
    reports(channel, {date(2026, 4, 4): 2000})
    activity = published(channel, "post-1", date(2026, 4, 5))
    address = f"{base}/strategy/kpi/posting_frequency/explain/?first=2026-04-01&last=2026-04-12"
    text = text_of(page.get(address, headers=ENGLISH))
    for part in ("posts ÷ days × 7", "1 ÷ 12 × 7", "喫茶えにし", "Asia/Tokyo", "Rests on"):
        assert part in text
    assert f"{base}/log/{activity}/" in text
    part = page.get(address, headers=ENGLISH | {"hx-request": "true"})
    assert "<html" not in text_of(part)


@pytest.mark.parametrize(
    "path",
    [
        "kpis/?first=x",
        "kpis/?first=2026-04-10&last=2026-04-01",
        "kpi/likes/explain/?channel=x",
        "kpis/?first=2001-01-01",
    ],
)
def test_windows_that_make_no_sense_are_refused_in_words(page, base, path):
    assert page.get(f"{base}/strategy/{path}").status_code == 400


def test_what_is_not_there_is_not_found(page, base):
    missing = "0190a5c8-0000-7000-8000-000000000000"
    for path in (f"objective/{missing}/", f"tactic/{missing}/", "kpi/happiness/explain/"):
        assert page.get(f"{base}/strategy/{path}").status_code == 404
    assert page.get(f"{base}/strategy/wish/new/").status_code == 404


def test_a_reader_sees_no_forms_and_cannot_write(base, client_of, member, objective):
    reader = client_of(member)
    text = text_of(reader.get(f"{base}/strategy/"))
    assert SHARP in text
    assert 'name="quick"' not in text
    assert reader.get(f"{base}/strategy/goal/new/").status_code == 403
    assert reader.post(f"{base}/strategy/objective/{objective.id}/delete/").status_code == 302
    assert Objective.objects.exists()


def test_pages_take_at_most_fifteen_statements(
    page, base, objective, channel, django_assert_max_num_queries
):
    reports(channel, {date(2026, 4, 12): 4630})
    for path in ("", f"objective/{objective.id}/", "kpis/"):
        page.get(f"{base}/strategy/{path}")
        with django_assert_max_num_queries(15):
            page.get(f"{base}/strategy/{path}")


def test_the_pages_speak_japanese(page, base, objective):
    headers = {"accept-language": "ja"}
    text = text_of(page.get(f"{base}/strategy/objective/{objective.id}/", headers=headers))
    assert "進捗ペース" in text


# --- REST ----------------------------------------------------------------------------------


@pytest.fixture
def api(owner, client):
    from enishi.accounts import actions as accounts  # noqa: PLC0415 - only these tests need it

    scopes = ["strategy.view", "strategy.edit", "workspace.view"]
    secret = accounts.create_token(owner, name="test", scopes=scopes).secret

    def call(method, path, body=None):
        return getattr(client, method)(
            f"/api/v1{path}",
            data=json.dumps(body) if body is not None else None,
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}"},
        )

    return call


@pytest.mark.requirement("R033")
def test_programs_build_a_plan_and_read_its_pace(api, workspace, channel):
    reports(channel, {date(2026, 4, 1): 4215, date(2026, 4, 12): 4630})
    goal = api("post", "/strategy/goal", {"title": "店を知ってもらう"}).json()
    strategy = api("post", "/strategy/strategy", {"title": "道", "parent_id": goal["id"]}).json()
    body = {"title": SHARP, "parent_id": strategy["id"]}
    objective = api("post", "/strategy/objective", body).json()
    tactic = api("post", "/strategy/tactic", {"title": "朝", "parent_id": objective["id"]}).json()
    found = api("get", f"/strategy/objectives/{objective['id']}").json()
    assert found["pacing"]["ratio"] == pytest.approx(1.075)
    assert (found["value"], found["status_of_pace"]) == (4630, "on_track")
    assert len(found["days"]) == 30
    post = Post.objects.create(workspace=workspace, text="おはよう")
    linked = api("post", f"/strategy/tactics/{tactic['id']}/posts", {"post_id": str(post.id)})
    assert linked.json()["posts"][0]["text"] == "おはよう"
    refused = api("delete", f"/strategy/objective/{objective['id']}")
    assert refused.status_code == 409
    patched = api("patch", f"/strategy/objective/{objective['id']}", {"target": 6000})
    assert patched.status_code == 200
    again = api("get", f"/strategy/objectives/{objective['id']}").json()
    assert (again["measure"]["target"], again["measure"]["baseline"]) == (6000, 4200)
    assert api("delete", f"/strategy/tactics/{tactic['id']}/posts/{post.id}").status_code == 204
    assert api("delete", f"/strategy/tactic/{tactic['id']}").status_code == 204
    [tree] = api("get", "/strategy").json()
    assert tree["strategies"][0]["objectives"][0]["tactics"] == []
    moved = api("post", f"/strategy/goal/{goal['id']}/move", {"position": 0})
    assert moved.status_code == 200


def test_programs_check_statements_and_read_kpis(api, channel):
    reports(channel, {date(2026, 4, 4): 2000})
    check = api("post", "/strategy-check", {"title": "エンゲージメントを上げる"}).json()
    assert {one["letter"]: one["verdict"] for one in check["letters"]}["S"] == "fail"
    items = {one["key"]: one for one in api("get", "/kpis").json()["items"]}
    assert items["followers"]["value"] == 2000
    assert items["engagement_rate_by_reach"]["value"] is None
    found = api("get", f"/kpis/followers?channel_id={channel.id}&limit=5").json()
    assert found["observations"][0]["value"] == 2000
    assert found["channels"] == ["喫茶えにし"]
