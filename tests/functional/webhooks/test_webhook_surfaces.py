"""Webhooks through pages, REST, command line and MCP."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Permission
from enishi.jobs.testing import run_until_idle
from enishi.webhooks import actions
from enishi.webhooks.models import Endpoint, Sending

URL = "https://example.com/enishi"
WORDS = {
    "en": ("Copy it now", "Delivery log", "Send a test", "Waiting"),
    "ja": ("今すぐコピー", "送信の記録", "テストを送信", "待機中"),
}


@pytest.mark.parametrize("language", WORDS)
def test_it_shows_the_secret_once_and_the_log_afterwards(page, base, language):
    once, log, test, waiting = WORDS[language]
    page.cookies["enishi_language"] = language
    made = page.post(f"{base}/settings/webhooks/", {"url": URL, "events": ["delivery.failed"]})
    assert once in made.content.decode()
    assert "whsec_" in made.content.decode()
    listed = page.get(f"{base}/settings/webhooks/").content.decode()
    assert URL in listed
    assert "whsec_" not in listed
    endpoint = Endpoint.objects.get()
    here = f"{base}/settings/webhooks/{endpoint.id}/"
    page.post(f"{here}test/")
    shown = page.get(here).content.decode()
    for words in (log, test, waiting, "webhook.test"):
        assert words in shown


def test_it_shows_what_is_wrong_with_an_address(page, base):
    page.cookies["enishi_language"] = "en"
    shown = page.post(f"{base}/settings/webhooks/", {"url": "http://10.0.0.8/x"}).content.decode()
    assert "This address lies in a private network." in shown
    assert not Endpoint.objects.exists()


def test_it_changes_pauses_rotates_and_removes(page, base, owner):
    endpoint = actions.add_endpoint(owner, url=URL).endpoint
    here = f"{base}/settings/webhooks/{endpoint.id}/"
    page.post(f"{here}edit/", {"url": URL + "2", "events": ["post.created"]})
    page.post(f"{here}pause/")
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events, endpoint.state) == (
        URL + "2",
        ["post.created"],
        "paused",
    )
    assert b"whsec_" in page.post(f"{here}rotate/").content
    page.post(f"{here}resume/")
    assert page.post(f"{here}nonsense/").status_code == 404
    page.post(f"{here}remove/")
    assert not Endpoint.objects.exists()


def test_it_is_hidden_from_those_who_may_not(client_of, member, base, stranger, owner):
    assert client_of(member).get(f"{base}/settings/webhooks/").status_code == 403
    assert client_of(stranger).get(f"{base}/settings/webhooks/").status_code == 404
    assert b"settings/webhooks" not in client_of(member).get(f"{base}/settings/me/").content


@pytest.fixture
def rest(owner) -> Client:
    made = accounts.create_token(
        owner, name="test", days=1, scopes=[Permission.WEBHOOKS_MANAGE, Permission.WORKSPACE_VIEW]
    )
    return Client(headers={"authorization": f"Bearer {made.secret}"})


def test_it_works_over_rest(rest):
    made = rest.post(
        "/api/v1/webhooks",
        json.dumps({"url": URL, "events": ["delivery.failed"]}),
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    endpoint = made.json()
    assert endpoint["secret"].startswith("whsec_")
    here = f"/api/v1/webhooks/{endpoint['id']}"
    assert "secret" not in rest.get(here).json()
    fresh = rest.post(f"{here}/rotate").json()["secret"]
    assert fresh != endpoint["secret"]
    message = rest.post(f"{here}/test").json()
    assert rest.get(f"{here}/messages").json()["items"][0]["id"] == message["id"]
    Sending.objects.update(state="failed")
    assert (
        rest.post(f"/api/v1/webhooks/messages/{message['id']}/resend").json()["state"] == "waiting"
    )
    assert (
        rest.patch(
            here, json.dumps({"events": ["nope"]}), content_type="application/json"
        ).status_code
        == 400
    )
    assert len(rest.get("/api/v1/webhooks/event-types").json()) > 10
    assert rest.delete(here).status_code == 204
    assert rest.get(here).status_code == 404


def test_it_runs_nothing_for_a_removed_webhook(owner):
    endpoint = actions.add_endpoint(owner, url=URL).endpoint
    actions.send_test(owner, endpoint_id=endpoint.id)
    actions.remove_endpoint(owner, endpoint_id=endpoint.id)
    run_until_idle()
    assert not Sending.objects.exists()
