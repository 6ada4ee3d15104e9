"""Functions of the company: who sees which numbers and cases, and what never leaves the house."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.accounts.models import Membership
from enishi.activities.models import Activity
from enishi.analytics.kpi import KPIS
from enishi.channels.models import Channel
from enishi.inbox.models import Conversation
from enishi.kernel import clock
from enishi.publishing.models import Delivery, Post
from enishi.reports import layouts
from enishi.reports.core.asking import BoardKind
from enishi.reports.layouts import SectionPlan
from enishi.strategy.core.functions import KPI_FUNCTIONS, functions_of

pytestmark = pytest.mark.django_db
HIRING, SALES = "applicants", "revenue"


@pytest.fixture(autouse=True)
def few_kpis(monkeypatch):
    plan = SectionPlan("some", "Some", (HIRING, SALES, "followers"), ())
    kinds = [one for one in BoardKind if one is not BoardKind.OBJECTIVE]
    monkeypatch.setattr(layouts, "LAYOUTS", {kind: [plan] for kind in kinds})
    monkeypatch.setattr(layouts, "_PACKS", {})


@pytest.fixture
def confined(rest, member, program_of, client_of):
    """`confined(*functions)`: the program and the browser of a member confined to them."""

    def make(*functions, role="analyst"):
        membership = Membership.objects.get(user=member.user_id)
        told = {"role": role, "functions": list(functions)}
        assert rest("patch", f"/members/{membership.pk}", told)["functions"] == list(functions)
        browser = client_of(member)
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return program_of(member), browser

    return make


@pytest.fixture
def objectives(rest):
    """One objective of HR, one of sales, one of everybody that paces by leads."""
    goal = rest("post", "/strategy/goal", {"title": "Grow"})["id"]
    strategy = rest("post", "/strategy/strategy", {"title": "Be seen", "parent_id": goal})["id"]

    def add(title, metric, function):
        told = {"title": title, "parent_id": strategy, "metric": metric, "function": function}
        return rest("post", "/strategy/objective", told)["id"]

    return {
        "hr": add("Applicants", HIRING, "hr"),
        "sales": add("Leads", SALES, "sales"),
        "open": add("Leads of all", SALES, ""),
    }


@pytest.mark.requirement("R028")
@pytest.mark.parametrize(
    ("function", "own", "foreign"), [("hr", HIRING, SALES), ("sales", SALES, HIRING)]
)
def test_a_function_sees_its_numbers_and_not_those_of_another(
    rest, confined, objectives, workspace, function, own, foreign
):
    for metric, value in ((HIRING, 7), (SALES, 31)):
        rest("post", "/log/numbers", {"metric": metric, "value": value})
    program, browser = confined(function)
    base = f"/w/{workspace.slug}"
    assert program("get", f"/kpis/{own}")["value"] == {HIRING: 7, SALES: 31}[own]
    program("get", f"/kpis/{foreign}", status=403)
    assert browser.get(f"{base}/strategy/kpi/{own}/explain/").status_code == 200
    assert browser.get(f"{base}/strategy/kpi/{foreign}/explain/").status_code == 403
    page = browser.get(f"{base}/strategy/").content.decode()
    assert objectives[function] in page
    other = {"hr": "sales", "sales": "hr"}[function]
    assert objectives[other] not in page
    assert (objectives["open"] in page) is (function == "sales")
    program("get", f"/strategy/objectives/{objectives[other]}", status=404)
    board = program("get", "/reports/board?board=boss")
    shown = {tile["key"] for section in board["sections"] for tile in section["figures"]}
    assert own in shown
    assert foreign not in shown
    assert browser.get(f"{base}/reports/{function}/").status_code == 200
    assert browser.get(f"{base}/reports/{other}/").status_code == 403
    program("get", "/log", status=403)


@pytest.mark.requirement("R028")
def test_a_case_is_seen_by_the_function_it_was_given_to(rest, confined, workspace):
    channel = Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="Kissa",
        remote_id="1",
        connected_at=clock.now(),
    )
    now = clock.now()
    cases = [
        Conversation.objects.create(
            workspace=workspace,
            channel=channel,
            root_id=name,
            kind="mention",
            person_key=name,
            person_name=name,
            last_message_at=now,
            created_at=now,
            updated_at=now,
        )
        for name in ("Applicant", "Buyer", "Anybody")
    ]
    path = "/inbox/conversations"
    for case, function in zip(cases, ("hr", "sales"), strict=False):
        told = rest("put", f"{path}/{case.id}/function", {"function": function})
        assert told["conversation"]["function"] == function
    program, browser = confined("hr", role="agency")
    seen = {one["person_name"] for one in program("get", path)["items"]}
    assert seen == {"Applicant", "Anybody"}
    program("get", f"{path}/{cases[1].id}", status=404)
    rest("put", f"/channels/{channel.id}/readers", {"function": "sales"})
    assert {one["person_name"] for one in program("get", path)["items"]} == {"Applicant"}
    page = browser.get(f"/w/{workspace.slug}/inbox/").content.decode()
    assert "Applicant" in page
    assert "Buyer" not in page
    rest("put", f"{path}/{cases[0].id}/function", {"function": "astrology"}, status=400)


@pytest.fixture
def post(rest, workspace):
    """`post(audience, *channels)`: a draft on new channels with these audiences."""

    def make(audience, *readers):
        made = [
            Channel.objects.create(
                workspace=workspace,
                adapter="sandbox",
                name=one,
                remote_id=f"{one}{number}",
                audience=one,
                state="active",
                connected_at=clock.now(),
            )
            for number, one in enumerate(readers)
        ]
        told = {
            "text": "New canteen menu",
            "audience": audience,
            "channels": [{"channel_id": str(one.id)} for one in made],
        }
        return rest("post", "/posts", told)["card"]["id"], made

    return make


@pytest.mark.requirement("R028")
@pytest.mark.parametrize("step", ["schedule", "publish"])
def test_an_internal_post_is_stopped_before_an_external_channel_and_that_is_kept(rest, post, step):
    post_id, _channels = post("internal", "internal", "external")
    body = {"at": f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"} if step == "schedule" else {}
    refused = rest("post", f"/posts/{post_id}/{step}", body, status=400)
    assert "external" in str(refused)
    assert not Delivery.objects.exists()
    (kept,) = Activity.objects.filter(type="Reject")
    assert kept.object_key == f"urn:uuid:{post_id}"
    assert kept.via == "api"


@pytest.mark.requirement("R028")
def test_an_internal_post_goes_out_where_only_the_company_reads(rest, post):
    post_id, (channel,) = post("internal", "internal")
    at = {"at": f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"}
    assert rest("post", f"/posts/{post_id}/schedule", at)["card"]["state"] == "scheduled"
    opened = rest("put", f"/channels/{channel.id}/readers", {"audience": "external"}, status=409)
    assert "company only" in str(opened)
    rest("post", f"/posts/{post_id}/cancel", {})
    rest("put", f"/channels/{channel.id}/readers", {"audience": "external"})
    rest("post", f"/posts/{post_id}/schedule", at, status=400)


@pytest.mark.requirement("R028")
def test_the_composer_stops_an_internal_post_and_keeps_that_in_the_log(
    client_of, owner, april, workspace, post
):
    _post, (channel,) = post("external", "external")
    page = client_of(owner)
    told = {"text": "Only for us", "channels": str(channel.id), "internal": "1", "when": "now"}
    answer = page.post(f"/w/{workspace.slug}/posts/new/", told, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert b"people outside read" in answer.content
    assert not Post.objects.filter(text="Only for us").exists()
    assert Activity.objects.filter(type="Reject", text__contains="internal").count() == 1
    kept = page.post(f"/w/{workspace.slug}/posts/new/", told | {"when": "draft"})
    assert kept.status_code == 302
    assert Post.objects.get(text="Only for us").audience == "internal"


def test_a_kpi_made_of_others_is_seen_by_no_wider_circle():
    assert set(KPI_FUNCTIONS) <= set(KPIS)
    for key, kpi in KPIS.items():
        for source in set(kpi.definition.sources) & set(KPI_FUNCTIONS):
            own = functions_of(key)
            assert own, f"{key} is made of {source}, which not everybody sees"
            assert own <= functions_of(source), key


def test_an_owner_is_confined_to_nothing(rest, owner):
    membership = Membership.objects.get(user=owner.user_id)
    told = {"role": "owner", "functions": ["hr"]}
    assert "whole company" in str(rest("patch", f"/members/{membership.pk}", told, status=400))
