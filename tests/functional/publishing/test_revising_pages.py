"""Changing a published post on the page, by REST and through MCP's and the CLI's own action."""

from __future__ import annotations

from enishi.jobs.testing import run_until_idle
from enishi.publishing import actions, board, queries
from tests.integration.publishing.conftest import (  # noqa: F401 - fixtures of the town
    home,
    make_channel,
    make_post,
    town,
)
from tests.integration.publishing.model import Step
from tests.integration.publishing.test_revising import (  # noqa: F401 - fixtures
    channel,
    platform,
    post,
    revise,
    shown,
    the_edit,
)


def test_it_is_changed_on_its_page_and_the_network_follows(page, base, post, platform):  # noqa: F811
    page.cookies["enishi_language"] = "ja"
    assert "文面を変更" in page.get(f"{base}/posts/{post.id}/").content.decode()
    assert page.get(f"{base}/posts/{post.id}/edit/").url.endswith("/revise/")
    form = {"version": post.version, "text": "Spring menu"}
    answer = page.post(f"{base}/posts/{post.id}/revise/", form, follow=True)
    assert "変更を送信します。" in answer.content.decode()
    run_until_idle()
    assert shown(platform) == ["Spring menu"]
    assert (
        "SNSの表示はここの内容と同じになりました"
        in page.get(f"{base}/posts/{post.id}/").content.decode()
    )


def test_two_editors_do_not_overwrite_each_other(page, base, post):  # noqa: F811
    page.cookies["enishi_language"] = "en"
    address, form = f"{base}/posts/{post.id}/revise/", {"version": post.version}
    page.post(address, form | {"text": "Spring menu"})
    answer = page.post(address, form | {"text": "My words"})
    assert answer.status_code == 409
    assert "My words" in answer.content.decode()
    assert "Somebody else changed this post" in answer.content.decode()


def test_a_change_that_was_refused_waits_among_what_needs_attention(
    page,
    base,
    owner,
    post,  # noqa: F811
    platform,  # noqa: F811
):
    page.cookies["enishi_language"] = "ja"
    revise(owner, post, "Spring menu")
    platform.steps = [Step.REFUSED]
    assert queries.needs_attention(owner) == []
    run_until_idle()
    listed = page.get(f"{base}/posts/?show=attention").content.decode()
    assert "変更が未反映" in listed
    assert str(post.id) in listed
    assert board.counts(owner)["attention"] == 1
    assert [card.id for card in queries.needs_attention(owner)] == [post.id]
    assert "変更が未反映" in page.get(f"{base}/").content.decode()
    actions.give_up(owner, delivery_id=the_edit(post).id)
    assert queries.needs_attention(owner) == []
    assert board.counts(owner)["attention"] == 0


def test_where_it_cannot_be_changed_the_page_says_what_to_do(
    page,
    base,
    owner,
    platform,  # noqa: F811
    make_channel,  # noqa: F811
    make_post,  # noqa: F811
):
    stiff = make_channel(adapter="loopback_person", service_url="http://127.0.0.1:1")
    made = make_post("Spring manu", stiff)
    actions.publish_now(owner, post_id=made.id)
    run_until_idle()
    page.cookies["enishi_language"] = "en"
    shown_page = page.get(f"{base}/posts/{made.id}/").content.decode()
    assert "delete it on the network and publish it anew" in shown_page
    assert "Change the words" not in shown_page
