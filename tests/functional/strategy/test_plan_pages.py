"""Every page around the plan, as a person sees and uses it without scripts."""

from __future__ import annotations

from html import unescape

import pytest

from enishi.accounts.permissions import Role
from enishi.channels.models import Channel
from enishi.inbox.models import Conversation
from enishi.kernel import clock
from enishi.publishing.models import Post
from enishi.strategy import actions
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.models import (
    CostEntry,
    Goal,
    Minutes,
    MonthClose,
    Objective,
    Review,
    Risk,
    Strategy,
    Tactic,
    WorkEntry,
)

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PAGES = (
    "",
    "starters/",
    "hours/",
    "month/",
    "resources/",
    "canvas/",
    "risks/",
    "outside/",
    "alignment/",
    "versions/",
    "reviews/",
    "one-page/",
    "kpis/",
)


@pytest.fixture
def nodes(owner, april):
    """One goal, strategy, objective and two tactics, by level."""
    found, parent = {}, None
    for level, title in (
        (Level.GOAL, "店を知ってもらう"),
        (Level.STRATEGY, "毎日見せる"),
        (Level.OBJECTIVE, "広める"),
        (Level.TACTIC, "朝の写真"),
    ):
        measure = Measure(metric="followers") if level is Level.OBJECTIVE else None
        made = actions.create_node(
            owner, level=level, details=Details(title), parent_id=parent, measure=measure
        )
        found[level.value] = parent = made.id
    return found


@pytest.fixture
def at(page, base):
    """`at("risks/")`: the text of a page of the strategy."""

    def read(path, **query):
        return text_of(page.get(f"{base}/strategy/{path}", query, headers=ENGLISH))

    return read


@pytest.fixture
def send(page, base):
    """`send("risks/change/", {...})`: a form is sent; the text of where it leads."""

    def post(path, fields=None, status=200):
        answer = page.post(f"{base}/strategy/{path}", fields or {}, follow=True, headers=ENGLISH)
        assert answer.status_code == status, text_of(answer)
        return text_of(answer)

    return post


def text_of(answer):
    return unescape(answer.content.decode())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_shows_every_page_empty_and_full(page, base, owner, april, path, language):
    headers = {"accept-language": language}
    assert page.get(f"{base}/strategy/{path}", headers=headers).status_code == 200
    actions.create_from_starter(owner, key="customers", language=language)
    answer = page.get(f"{base}/strategy/{path}", headers=headers)
    assert answer.status_code == 200
    assert 'class="tabs"' in text_of(answer) or path in {"starters/", "one-page/"}


@pytest.mark.parametrize("path", [one for one in PAGES if one != "hours/"])
def test_it_shows_strangers_nothing_and_responders_no_plan(
    client_of, stranger, make_actor, base, nodes, path
):
    assert client_of(stranger).get(f"{base}/strategy/{path}").status_code == 404
    responder = client_of(make_actor(Role.RESPONDER))
    assert responder.get(f"{base}/strategy/{path}").status_code == 403


@pytest.mark.requirement("R023")
def test_an_empty_pillar_stands_there_with_its_reason(at, send, nodes):
    assert "Not chosen (no reason given yet)" in at("")
    send("pillars/employees/", {"reason": "来年度から"})
    assert "Not chosen (来年度から)" in at("")


@pytest.mark.requirement("R043")
def test_a_template_is_previewed_made_by_one_click_and_taken_back(at, send, april):
    preview = at("starters/", key="sales")
    for words in ("Bring people from social media", "Announce a coupon", "ad spend ÷ leads"):
        assert words in preview
    made = send("starters/sales/")
    assert "A template was put into the plan" in made
    assert Goal.objects.get().pillar == "marketing"
    use = made.split('name="use" value="')[1].split('"')[0]
    send("starters/undo/", {"use": use})
    assert not Goal.objects.exists()


@pytest.mark.requirement("R020")
def test_each_node_shows_owner_status_and_kpi(at, owner, nodes):
    for level in Level:
        details = Details(f"{level} title", owner_id=owner.user_id)
        actions.update_node(owner, level=level, node_id=nodes[level.value], details=details)
    text = at("")
    for level in Level:
        row = text.split(f"{level} title")[1].split("data-row")[0]
        for words in ("In progress", "Olga", "Followers"):
            assert words in row


@pytest.mark.requirement("R026")
def test_a_strategy_without_why_cannot_be_approved_on_its_page(at, send, nodes):
    strategy = nodes["strategy"]
    form = {"title": "毎日見せる", "status": "active", "what": "写真", "who": "店長", "how": "毎朝"}
    send(f"strategy/{strategy}/edit/", form)
    assert "Still missing before it can be approved:" in at(f"strategy/{strategy}/")
    assert "Still missing: why, a canvas box for “広める”." in send(f"strategy/{strategy}/approve/")
    boxes = {"title": "広める", "status": "active", "boxes": ["customers"]}
    send(f"objective/{nodes['objective']}/edit/", boxes)
    send(f"strategy/{strategy}/edit/", form | {"why": "選ばれたい", "budget": "¥120,000"})
    assert "Approved by Olga" in send(f"strategy/{strategy}/approve/")
    assert Strategy.objects.get().budget == 120_000
    assert "Make it a draft again" in at(f"strategy/{strategy}/")


@pytest.mark.requirement("R026")
def test_the_page_of_resources_says_minus_seven_and_what_to_drop(at, send, nodes, owner):
    later = actions.create_node(
        owner,
        level=Level.TACTIC,
        details=Details("夜の動画"),
        parent_id=nodes["objective"],
        facets={"priority": 3},
    )
    line = {"do": "line", "kind": "hours", "rhythm": "weekly"}
    send(f"tactic/{nodes['tactic']}/change/", line | {"amount": "14:00"})
    send(f"tactic/{later.id}/change/", line | {"amount": "8"})
    person = {"kind": "person", "name": "佐藤", "hours": "15"}
    text = send("resources/change/", person)
    assert "−7 h" in text
    assert "The week lacks −7 hours" in text
    assert text.split("夜の動画")[1].split("</li>")[0].count("Could be dropped") == 1
    assert "Could be dropped" not in text.split("朝の写真")[1].split("</li>")[0]
    money = {"do": "line", "kind": "money", "rhythm": "monthly", "amount": "30,000"}
    assert "¥30,000" in send(f"tactic/{later.id}/change/", money)
    tree = at("")
    assert "22 h/week" in tree
    assert "¥30,000/month" in tree


@pytest.mark.requirement("R018")
def test_the_week_is_typed_in_and_the_month_lists_what_has_no_tag(at, send, nodes):
    tactic = nodes["tactic"]
    new = {"week": "2026-04-06", "new_day": "2026-04-06", "new_hours": "1:30"}
    assert "1:30" in send("hours/save/", new | {"new_tactic": tactic})
    cells = {"week": "2026-04-06", f"c:2026-04-07:{tactic}:": "2.5", f"b:2026-04-07:{tactic}:": "0"}
    assert "4:00" in send("hours/save/", cells)
    wrong = send("hours/save/", cells | {f"c:2026-04-07:{tactic}:": "ずっと"})
    assert "“ずっと” cannot be read as hours." in wrong
    assert sum(WorkEntry.objects.values_list("minutes", flat=True)) == 240
    assert "朝の写真" in at("month/").split("Before the month can be closed")[1]
    refused = send("month/change/", {"do": "close", "month": "2026-04"})
    assert "have to be seen to before the month can be closed" in refused
    tag = {"do": "tag", "month": "2026-04", "item": f"tactic:{tactic}", "scope": "operation"}
    assert "Everything is tagged and approved." in send("month/change/", tag)
    assert "Open again" in send("month/change/", {"do": "close", "month": "2026-04"})
    assert MonthClose.objects.get().totals["minutes"]["marketing"] == 240
    assert "readonly" in at("hours/", day="2026-04-07")


def test_a_timer_runs_and_is_booked(at, send, nodes, april):
    send("hours/timer/", {"do": "start", "tactic": nodes["tactic"]})
    assert "Stop and book" in at("hours/")
    april(12, 4)
    send("hours/timer/", {"do": "stop"})
    assert WorkEntry.objects.get().minutes == 60


@pytest.mark.requirement("R077")
def test_the_month_shows_hours_money_and_with_a_rate_one_cost(at, send, nodes, owner):
    facets = {"scope": "operation"}
    details = Details("朝の写真")
    tactic = nodes["tactic"]
    actions.update_node(owner, level=Level.TACTIC, node_id=tactic, details=details, facets=facets)
    for day in range(1, 11):
        on = clock.now().date().replace(day=day)
        actions.log_work(owner, day=on, minutes=480, tactic_id=tactic)
    cost = {"day": "2026-04-03", "amount": "1,200,000", "label": "広告", "scope": "marketing"}
    text = send("costs/", cost | {"month": "2026-04"})
    assert "80 h" in text
    assert "¥1,200,000" in text
    assert "One cost" not in text
    rate = {"do": "rate", "rate": "2,500", "currency": "JPY", "month": "2026-04"}
    assert "¥1,400,000" in send("month/change/", rate)
    assert "is not an amount" in send("costs/", cost | {"amount": "たくさん"})
    assert CostEntry.objects.count() == 1


@pytest.mark.requirement("R019")
def test_the_mix_up_is_told_where_the_strategy_is_read(at, send, nodes):
    form = {"title": "毎日見せる", "status": "active", "scope": "marketing"}
    send(f"strategy/{nodes['strategy']}/edit/", form)
    sentence = "This marketing plan has only KPIs of operation."
    assert sentence in at(f"strategy/{nodes['strategy']}/")
    assert sentence in at("month/")
    send(f"objective/{nodes['objective']}/kpis/", {"key": "leads"})
    assert sentence not in at(f"strategy/{nodes['strategy']}/")


@pytest.mark.requirement("R024")
def test_the_canvas_lists_its_empty_boxes_and_gives_a_file(page, base, at, send, nodes):
    for box in ("customers", "analysis", "value", "planning"):
        send("canvas/save/", {"box": box, "text": "書いた"})
    text = at("canvas/")
    assert "4 of 6 boxes are filled." in text
    assert "Resources (people, skills, capital, partners), Goals" in text
    answer = page.get(f"{base}/strategy/canvas/coverage.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "広める,0,0,0,0,0,0" in answer.content.decode()


@pytest.mark.requirement("R024")
def test_a_risk_is_closed_on_its_page_by_evidence_only(send, nodes):
    risk = {"strategy": nodes["strategy"], "probability": "4", "impact": "5"}
    send("risks/change/", risk | {"title": "軽い", "probability": "1"})
    text = send("risks/change/", risk | {"title": "炎上"})
    assert text.index("炎上") < text.index("軽い")
    worst = Risk.objects.get(title="炎上")
    close = {"do": "close", "risk": worst.id}
    assert "A risk is closed on evidence only." in send("risks/change/", close)
    assert "Closed: 契約済み" in send("risks/change/", close | {"evidence": "契約済み"})


@pytest.mark.requirement("R030")
def test_a_law_marks_the_tactics_that_it_touches(at, send, nodes, owner):
    actions.create_node(
        owner,
        level=Level.TACTIC,
        details=Details("インフルエンサー紹介"),
        parent_id=nodes["objective"],
    )
    law = {
        "area": "legal",
        "title": "ステマ告示",
        "effective": "2023-10-01",
        "keywords": "インフルエンサー、PR",
    }
    assert "1 needs review" in send("outside/change/", law)
    marked = at("").split("インフルエンサー紹介")[1]
    assert "Needs review" in marked.split("data-row")[0]
    touched = Tactic.objects.get(title="インフルエンサー紹介")
    assert "ステマ告示" in at(f"tactic/{touched.id}/")
    link = touched.factor_links.get()
    send("outside/change/", {"do": "review", "link": link.id, "finding": "表記を契約に入れた"})
    assert "Needs review" not in at("")


@pytest.mark.requirement("R025")
def test_linking_from_the_list_takes_the_rate_from_30_to_20(at, send, nodes, workspace, owner):
    posts = [Post.objects.create(workspace=workspace, text=f"投稿{n}") for n in range(10)]
    for post in posts[3:]:
        actions.link_post(owner, tactic_id=nodes["tactic"], post_id=post.id)
    before = at("alignment/")
    assert "30 %" in before
    assert "3 / 10" in before
    link = {"tactic": nodes["tactic"], "posts": [posts[0].id]}
    assert "20 %" in send("alignment/link/", link)


@pytest.mark.requirement("R020")
def test_a_conversation_is_put_on_a_tactic_and_taken_off(page, base, nodes, workspace, april):
    channel = Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="店",
        remote_id="a",
        state="active",
        connected_at=clock.now(),
    )
    talk = Conversation.objects.create(
        workspace=workspace,
        channel=channel,
        root_id="r",
        kind="mention",
        person_key="p",
        person_name="花子",
        last_message_at=clock.now(),
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    tactic = nodes["tactic"]
    address = f"{base}/strategy/conversations/{talk.id}/"
    page.post(address, {"add": tactic})
    beside = text_of(page.get(f"{base}/inbox/{talk.id}/person/"))
    assert "朝の写真" in beside.split("conversation-tactics-title")[-1]
    assert "花子" in text_of(page.get(f"{base}/strategy/tactic/{tactic}/"))
    page.post(address, {"remove": tactic})
    assert "花子" not in text_of(page.get(f"{base}/strategy/tactic/{tactic}/"))


@pytest.mark.requirement("R027")
def test_the_programme_says_since_when_a_kpi_is_silent(at, send, nodes, april):
    assert "No data yet" in at("reviews/")
    send("reviews/draft/", {"month": "2026-03"})
    review = Review.objects.get().id
    detail = at(f"reviews/{review}/")
    assert "No data yet" in detail
    for words in ("順調", "順調。次は動画"):
        send(f"reviews/{review}/minutes/", {"text": words})
    assert "Version 2" in at(f"reviews/{review}/")
    assert list(Minutes.objects.values_list("text", flat=True)) == ["順調", "順調。次は動画"]


def test_a_deletion_is_undone_from_the_outline(at, send, nodes):
    text = send(f"tactic/{nodes['tactic']}/delete/")
    deleted = text.split('name="deleted" value="')[1].split('"')[0]
    send("versions/change/", {"do": "undelete", "deleted": deleted})
    assert Tactic.objects.get().id == nodes["tactic"]


def test_two_versions_are_compared_in_words(at, send, nodes):
    send("versions/change/", {"do": "keep", "label": "期首"})
    send(f"goal/{nodes['goal']}/outline/", {"title": "もっと知ってもらう"}, status=204)
    address = at("versions/").split('href="?before=')[1].split("#")[0]
    text = at("versions/", before=address)
    assert "店を知ってもらう" in text.split("compared-title")[-1]
    assert "もっと知ってもらう" in text.split("compared-title")[-1]


def test_the_outline_changes_titles_targets_and_places_in_place(send, nodes, owner):
    objective = nodes["objective"]
    send(f"objective/{objective}/outline/", {"target": "５,２００"}, status=204)
    assert Objective.objects.get().target == 5200
    assert send(f"objective/{objective}/outline/", {"target": "多い"}, status=422)
    other = actions.create_node(
        owner, level=Level.OBJECTIVE, details=Details("別"), parent_id=nodes["strategy"]
    )
    send(f"tactic/{nodes['tactic']}/outline/", {"parent": other.id}, status=204)
    assert Tactic.objects.get().objective_id == other.id
    send(f"objective/{other.id}/outline/", {"position": "0"}, status=204)
    assert [one.title for one in Objective.objects.order_by("position")] == ["別", "広める"]


def test_one_page_holds_the_whole_plan(at, nodes, owner):
    actions.set_pillar_reason(owner, pillar="collaboration", reason="来年")
    text = at("one-page/")
    for words in ("店を知ってもらう", "広める", "朝の写真", "Not chosen (来年)", "data-print"):
        assert words in text
