from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from enishi.accounts import actions as accounts
from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Permission, Role
from enishi.activities import sealer
from enishi.activities.log import Direction, NewActivity, record
from enishi.activities.models import Activity

APRIL = datetime(2026, 4, 1, tzinfo=UTC)
HANAKO = "did:plc:hanako"


@pytest.fixture(autouse=True)
def lake_folder(tmp_path: Path, settings: Any) -> None:
    settings.ENISHI_LAKE = tmp_path / "lake"


def happened(workspace: Workspace, minute: int, **values: Any) -> NewActivity:
    defaults: dict[str, Any] = {
        "workspace_id": workspace.pk,
        "type": "Like",
        "key": f"act-{minute}",
        "source": "test",
        "occurred_at": APRIL + timedelta(minutes=minute),
        "direction": Direction.INBOUND,
        "actor_key": HANAKO,
        "actor_name": "Hanako",
        "object_key": "at://post/1",
        "text": f"act number {minute}",
        "document": {"type": "Like", "actor": HANAKO, "summary": "縁"},
    }
    return NewActivity(**(defaults | values))


def numbers_on(page: Any) -> list[int]:
    return [int(number) for number in re.findall(r"act number (\d+)", page.content.decode())]


@pytest.fixture
def a_log(workspace: Workspace) -> None:
    """Sixty activities sealed and sixty hot, two of them not likes."""
    record([happened(workspace, minute) for minute in range(60)])
    sealer.seal_all()
    others = {61: {"type": "Create", "text": "act number 61 コーヒー", "actor_name": "Taro"}}
    record([happened(workspace, minute, **others.get(minute, {})) for minute in range(60, 120)])


def test_it_shows_an_empty_log(page: Client, base: str) -> None:
    answer = page.get(f"{base}/log/", headers={"accept-language": "en"})
    assert "Nothing has happened yet" in answer.content.decode()


def test_it_pages_through_hot_and_sealed_activities(page: Client, base: str, a_log: None) -> None:
    seen, address = [], f"{base}/log/"
    for _ in range(3):
        answer = page.get(address)
        seen += numbers_on(answer)
        following = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        address = f"{base}/log/{following[1]}".replace("&amp;", "&") if following else ""
    assert seen == list(range(119, -1, -1))
    assert not address


def test_scripts_get_only_the_further_rows(page: Client, base: str, a_log: None) -> None:
    first = page.get(f"{base}/log/")
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following
    further = page.get(f"{base}/log/{following[1]}", headers={"HX-Request": "true"})
    assert "<html" not in further.content.decode()
    assert numbers_on(further) == list(range(69, 19, -1))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=Create", [61]),
        ("text=コーヒー", [61]),
        ("text=NUMBER+61", [61]),
        ("person=taro", [61]),
        ("person=nobody", []),
        ("direction=outbound", []),
        ("type=Like&text=number+59", [59]),
        ("first=2026-04-02", []),
        ("last=2026-03-31", []),
        ("text=number+7&first=2026-04-01&last=2026-04-01", [*range(79, 69, -1), 7]),
    ],
)  # fmt: skip
def test_it_filters(page: Client, base: str, a_log: None, query: str, expected: list[int]) -> None:
    assert numbers_on(page.get(f"{base}/log/?{query}")) == expected


def test_days_are_those_of_the_workspace(page: Client, base: str, workspace: Workspace) -> None:
    record([happened(workspace, 1, occurred_at=datetime(2026, 3, 31, 15, 30, tzinfo=UTC))])
    assert numbers_on(page.get(f"{base}/log/?first=2026-04-01")) == [1]
    assert numbers_on(page.get(f"{base}/log/?last=2026-03-31")) == []


def test_it_says_when_the_dates_are_the_wrong_way_round(page: Client, base: str) -> None:
    answer = page.get(
        f"{base}/log/?first=2026-04-02&last=2026-04-01", headers={"accept-language": "en"}
    )
    assert "The last day is before the first." in answer.content.decode()


@pytest.mark.parametrize("minute", [3, 100])
def test_each_activity_has_a_page_wherever_it_lies(
    page: Client, base: str, workspace: Workspace, a_log: None, minute: int
) -> None:
    identifier = happened(workspace, minute).id
    content = page.get(f"{base}/log/{identifier}/").content.decode()
    assert f"act number {minute}" in content
    assert "&quot;summary&quot;: &quot;縁&quot;" in content, "the raw document"
    assert content.count("row-item") == 20, "related activities"


def test_a_wrong_address_is_not_found(page: Client, base: str, a_log: None) -> None:
    assert page.get(f"{base}/log/01900000-0000-7000-8000-000000000000/").status_code == 404
    assert page.get(f"{base}/log/?before=nonsense").status_code == 400


def test_it_needs_few_queries(
    page: Client,
    base: str,
    a_log: None,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(15):
        page.get(f"{base}/log/")


def test_an_owner_erases_a_person(
    page: Client, base: str, workspace: Workspace, a_log: None
) -> None:
    address = f"{base}/log/{happened(workspace, 3).id}/"
    assert f"{base}/log/erase/" in page.get(address).content.decode()
    answer = page.post(f"{base}/log/erase/", {"actor_key": HANAKO}, follow=True)
    assert numbers_on(answer) == []
    assert page.get(address).status_code == 404
    assert not Activity.objects.filter(actor_key=HANAKO).exists()


def test_only_those_who_may_see_the_log(
    client_of: Callable[[Actor], Client],
    make_actor: Callable[..., Actor],
    base: str,
    workspace: Workspace,
    member: Actor,
    stranger: Actor,
    a_log: None,
) -> None:
    one = f"{base}/log/{happened(workspace, 3).id}/"
    responder = make_actor(Role.RESPONDER)
    for actor, status in ((member, 200), (stranger, 404), (responder, 403)):
        browser = client_of(actor)
        assert browser.get(f"{base}/log/").status_code == status
        assert browser.get(one).status_code == status
    assert "/log/erase/" not in client_of(member).get(one).content.decode()
    for actor, status in ((member, 403), (stranger, 404)):
        answer = client_of(actor).post(f"{base}/log/erase/", {"actor_key": HANAKO})
        assert answer.status_code == status
    assert Activity.objects.filter(actor_key=HANAKO).exists()


def test_nobody_sees_the_activities_of_another_workspace(
    client_of: Callable[[Actor], Client], stranger: Actor, workspace: Workspace, a_log: None
) -> None:
    elsewhere = Workspace.objects.get(pk=stranger.workspace_id)
    browser = client_of(stranger)
    assert numbers_on(browser.get(f"/w/{elsewhere.slug}/log/")) == []
    identifier = happened(workspace, 3).id
    assert browser.get(f"/w/{elsewhere.slug}/log/{identifier}/").status_code == 404


@pytest.fixture
def api(owner: Actor) -> Callable[..., Any]:
    """`api("get", "/log")`: a call with a token that may do everything with the log."""
    scopes = [Permission.LOG_VIEW, Permission.LOG_WRITE, Permission.LOG_ERASE]
    secret = accounts.create_token(owner, name="test", scopes=scopes, days=1).secret
    client = Client(headers={"authorization": f"Bearer {secret}"})

    def call(method: str, path: str, body: object = None) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(client, method)(f"/api/v1{path}", **sent)

    return call


def test_programs_read_the_log(api: Callable[..., Any], workspace: Workspace, a_log: None) -> None:
    first = api("get", "/log?type=Like&limit=100").json()
    second = api("get", f"/log?type=Like&limit=100&before={first['next']}").json()
    assert len(first["items"]) == 100
    assert (len(second["items"]), second["next"]) == (19, "")
    one = api("get", f"/log/{happened(workspace, 3).id}").json()
    assert one["document"] == {"type": "Like", "actor": HANAKO, "summary": "縁"}
    assert api("get", "/log?first=2026-04-01&zone=Mars/Base").status_code == 400


def test_programs_record_events_once(api: Callable[..., Any], workspace: Workspace) -> None:
    order = {"kind": "purchase", "key": "order-7", "amount": 1280, "currency": "jpy"}
    order["occurred_at"] = "2026-04-01T09:00:00+09:00"
    first, again = api("post", "/log/events", order), api("post", "/log/events", order)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    stored = Activity.objects.get(type="schema:BuyAction")
    assert stored.document["type"] == ["Activity", "schema:BuyAction"]
    assert stored.document["enishi:amount"] == 1280


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "dance"}, "kind"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": "2026-04-01T09:00:00"}, "occurred_at"),
        ({"amount": 5}, "amount"),
        ({"amount": 5, "currency": "円"}, "currency"),
        ({"key": "k" * 501}, "key"),
    ],
)
def test_programs_are_told_what_is_wrong_with_an_event(
    api: Callable[..., Any], change: dict[str, Any], field: str
) -> None:
    answer = api("post", "/log/events", {"kind": "lead", **change})
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert not Activity.objects.filter(type="schema:RegisterAction").exists()


def test_programs_erase_people(api: Callable[..., Any], a_log: None) -> None:
    assert api("post", "/log/erasures", {"actor_key": HANAKO}).json() == {"deleted": 60}
    assert api("get", f"/log?person={HANAKO}").json()["items"] == []
