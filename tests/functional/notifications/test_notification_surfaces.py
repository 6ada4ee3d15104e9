"""The bell, its page, preferences and the machine's ways, in both languages."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Permission
from enishi.notifications import actions, queries
from enishi.notifications.actions import News
from enishi.notifications.core.kinds import Choice, Kind, Mail

WORDS = {
    "en": ("a post was not published", "The network refused it", "Mark all as read"),
    "ja": ("1件を投稿できませんでした", "ネットワークに拒否されました", "すべて既読にする"),
}


@pytest.fixture
def told(owner) -> None:
    """Somebody was told of a failure."""
    actions.tell(
        [
            News(
                workspace_id=owner.workspace_id,
                kind=Kind.DELIVERY_FAILED,
                cause="x",
                user_ids=[owner.user_id],
                path="posts/",
                parameters={
                    "channel": "Hinode",
                    "state": "failed",
                    "reason": "refused",
                    "text": "<b>春</b>",
                },
            )
        ]
    )


@pytest.mark.parametrize("language", WORDS)
def test_it_rings_lists_opens_and_goes_quiet(page, base, told, owner, language):
    page.cookies["enishi_language"] = language
    home = page.get(f"{base}/posts/").content.decode()
    assert "bell-rings" in home
    shown = page.get(f"{base}/notifications/").content.decode()
    for words in WORDS[language]:
        assert words in shown
    assert "<b>春</b>" not in shown
    [item] = queries.listed(owner).items
    opened = page.post(f"{base}/notifications/{item.id}/")
    assert opened.url == f"{base}/posts/"
    assert "bell-rings" not in page.get(f"{base}/notifications/bell/").content.decode()


def test_it_marks_one_or_all_as_read(page, base, told, owner):
    [item] = queries.listed(owner).items
    page.post(f"{base}/notifications/{item.id}/read/")
    assert queries.unread_count(owner) == 0
    assert page.post(f"{base}/notifications/read/").status_code == 302
    empty = page.get(f"{base}/notifications/?show=unread")
    assert empty.status_code == 200


def test_it_keeps_what_a_person_chooses(page, base, owner):
    form = {f"{kind}-mail": "off" for kind in Kind} | {"delivery_failed-app": "on"}
    page.post(f"{base}/settings/notifications/", form)
    chosen = queries.choices(owner)
    assert chosen[Kind.DELIVERY_FAILED] == Choice(in_app=True, mail=Mail.OFF)
    assert chosen[Kind.DELIVERY_HELD] == Choice(in_app=False, mail=Mail.OFF)
    shown = page.get(f"{base}/settings/notifications/").content.decode()
    assert "ENISHI_EMAIL_URL" not in shown


def test_it_answers_over_rest(told, owner):
    made = accounts.create_token(owner, name="t", days=1, scopes=[Permission.WORKSPACE_VIEW])
    rest = Client(headers={"authorization": f"Bearer {made.secret}"})
    found = rest.get("/api/v1/notifications?unread=true").json()
    assert (found["unread"], found["items"][0]["kind"]) == (1, "delivery_failed")
    body = json.dumps({"ids": [found["items"][0]["id"]]})
    read = rest.post("/api/v1/notifications/read", body, content_type="application/json")
    assert read.json() == {"changed": 1}
    wish = json.dumps({"choices": {"delivery_held": {"in_app": False, "mail": "daily"}}})
    kept = rest.put("/api/v1/notifications/preferences", wish, content_type="application/json")
    assert kept.status_code == 200, kept.content
    assert kept.json()["delivery_held"] == {"in_app": False, "mail": "daily"}
