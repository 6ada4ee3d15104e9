"""The page of a post tells the truth about each delivery, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.kernel import clock
from enishi.publishing import actions
from enishi.publishing.models import Delivery
from tests.integration.publishing.conftest import (  # noqa: F401 - fixtures of the town
    channel,
    home,
    make_channel,
    make_post,
    only_delivery,
    town,
)
from tests.integration.publishing.test_decisions import CANDIDATE, unknown  # noqa: F401

BOTH = {
    "en": ("It may stand on the network", "It may never have arrived", "This is it"),
    "ja": ("すでに公開されているかもしれません", "届いていないかもしれません", "これです"),
}


@pytest.mark.parametrize("language", BOTH)
def test_it_shows_both_possibilities_side_by_side(page, base, unknown, language):  # noqa: F811
    page.cookies["enishi_language"] = language
    shown = page.get(f"{base}/posts/{unknown.post_id}/").content.decode()
    for words in BOTH[language]:
        assert words in shown
    assert CANDIDATE["url"] in shown


def test_it_marks_takes_back_and_shows_where_it_stands(page, base, unknown):  # noqa: F811
    step = f"{base}/deliveries/{unknown.id}"
    form = {"post": unknown.post_id, "remote_id": "post-9", "url": CANDIDATE["url"]}
    page.cookies["enishi_language"] = "en"
    answer = page.post(f"{step}/mark/", form, follow=True)
    assert b"A person confirmed that it is published." in answer.content
    assert b"Undo this decision" in answer.content
    page.post(f"{step}/undo/", {"post": unknown.post_id})
    unknown.refresh_from_db()
    assert unknown.state == "unknown"


def test_it_counts_down_and_asks_again_by_itself(page, base, owner, make_post):  # noqa: F811
    post = make_post("Soon")
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + timedelta(seconds=90))
    page.cookies["enishi_language"] = "en"
    delivery = Delivery.objects.get(post=post)
    shown = page.get(f"{base}/posts/{post.id}/").content.decode()
    assert "in 1 min" in shown
    assert 'hx-trigger="every 3s"' in shown
    part = page.get(f"{base}/deliveries/{delivery.id}/", headers={"HX-Request": "true"})
    assert b"hx-swap-oob" in part.content
    assert page.get(f"{base}/deliveries/{delivery.id}/").url.endswith(f"/posts/{post.id}/")
