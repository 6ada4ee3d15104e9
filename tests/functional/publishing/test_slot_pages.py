"""Recurring slots, queues, missed posts and pauses, as a browser without scripts uses them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.publishing import actions
from enishi.publishing.actions import PostInput, VariantInput
from enishi.publishing.models import Delivery, Pause, Post
from enishi.publishing.slot_models import Queue, Series

SignIn = Callable[[Actor], Client]
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def base(workspace: Workspace) -> str:
    return f"/w/{workspace.slug}/"


@pytest.fixture
def channel(workspace: Workspace) -> Channel:
    return Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="Kissa",
        handle="kissa",
        remote_id="1",
        state="active",
        connected_at=clock.now(),
    )


@pytest.fixture
def page(client_of: SignIn, owner: Actor) -> Client:
    return client_of(owner)


def in_days(days: int) -> str:
    return f"{clock.now().astimezone(TOKYO) + timedelta(days=days):%Y-%m-%d}"


def slot_form(channel: Channel, **fields: object) -> dict[str, object]:
    return {
        "name": "Evening photo",
        "channels": [str(channel.id)],
        "times": "21:00",
        "weekdays": ["0", "1", "2", "3", "4", "5", "6"],
        "every": "1",
        "starts_on": in_days(1),
        "ends_on": in_days(5),
        "time_zone": "Asia/Tokyo",
        "topic": "Sweets",
        "checklist": "Alt text?\nHashtag?",
        "days_ahead": "10",
        "warn_hours": "24",
    } | fields


@pytest.fixture
def series(page: Client, base: str, channel: Channel) -> Series:
    response = page.post(f"{base}slots/new/", slot_form(channel))
    assert response.status_code == 302
    return Series.objects.get()


@pytest.fixture
def queue(page: Client, base: str) -> Queue:
    page.post(
        f"{base}queues/new/",
        {"name": "News", "time_zone": "Asia/Tokyo", "closes_gaps": "on", "day_0": "9:00, 18:00"},
    )
    return Queue.objects.get()


@pytest.mark.requirement("R048")
def test_a_slot_puts_empty_drafts_into_the_calendar(
    page: Client, base: str, series: Series
) -> None:
    assert Post.objects.count() == 5
    shown = page.get(f"{base}calendar/?view=list&date={in_days(1)}").content.decode()
    assert shown.count("Sweets") >= 5
    detail = page.get(f"{base}slots/{series.id}/").content.decode()
    assert "21:00" in detail
    assert page.get(f"{base}slots/").content.decode().count("Evening photo") == 1


def test_a_slot_is_filled_in_with_its_checklist_at_hand(
    page: Client, base: str, channel: Channel, series: Series
) -> None:
    post = Post.objects.order_by("due_at")[0]
    shown = page.get(f"{base}posts/{post.id}/edit/").content.decode()
    assert "Hashtag?" in shown
    assert in_days(1) in shown
    page.post(
        f"{base}posts/{post.id}/edit/",
        {
            "text": "Dango",
            "channels": str(channel.id),
            "version": "1",
            "when": "schedule",
            "date": in_days(1),
            "time": "21:00",
        },
    )
    post.refresh_from_db()
    assert (post.state, post.text) == ("scheduled", "Dango")


def test_what_of_the_checklist_is_done_is_kept(
    page: Client, base: str, channel: Channel, series: Series
) -> None:
    address = f"{base}posts/{Post.objects.order_by('due_at')[0].id}/edit/"
    fields = {"text": "Dango", "channels": str(channel.id), "when": "draft", "checklist": "1"}
    page.post(address, fields | {"version": "1", "done": ["Hashtag?", "Not of this slot"]})
    assert page.get(address).context["ticked"] == ["Hashtag?"]
    assert b'value="Hashtag?" checked' in page.get(address).content
    assert b'value="Alt text?" checked' not in page.get(address).content
    page.post(address, fields | {"version": "2"})
    assert page.get(address).context["ticked"] == []


def test_a_slot_is_changed_skipped_paused_and_deleted(
    page: Client, base: str, channel: Channel, series: Series
) -> None:
    address = f"{base}slots/{series.id}/"
    page.post(f"{address}edit/", slot_form(channel, times="20:00", version="1"))
    assert {f"{p.due_at.astimezone(TOKYO):%H:%M}" for p in Post.objects.all() if p.due_at} == {
        "20:00"
    }
    wall = f"{in_days(2)}T20:00"
    page.post(f"{address}skip/", {"wall": wall})
    assert Post.objects.count() == 4
    page.post(f"{address}skip/", {"wall": wall, "restore": "1"})
    assert Post.objects.count() == 5
    page.post(f"{address}pause/")
    assert Series.objects.get().paused
    page.post(f"{address}resume/")
    assert not Series.objects.get().paused
    assert page.get(f"{address}delete/").status_code == 200
    page.post(f"{address}delete/", {"drafts": "drop_empty"})
    assert not Series.objects.exists()
    assert not Post.objects.exists()


def test_a_wrong_slot_is_shown_again_with_what_is_wrong(
    page: Client, base: str, channel: Channel
) -> None:
    for wrong in ({"times": "25:61"}, {"name": ""}, {"rule": "FREQ=HOURLY"}, {"channels": []}):
        response = page.post(f"{base}slots/new/", slot_form(channel, **wrong))
        assert response.status_code == 422, wrong
        assert b"errorlist" in response.content
    assert not Series.objects.exists()


def test_two_editors_of_a_slot_get_a_conflict(
    page: Client, base: str, channel: Channel, series: Series
) -> None:
    address = f"{base}slots/{series.id}/edit/"
    page.post(address, slot_form(channel, version="1"))
    assert page.post(address, slot_form(channel, version="1", name="Mine")).status_code == 422
    assert Series.objects.get().name == "Evening photo"


def test_the_composer_puts_a_post_into_a_queue(
    page: Client, base: str, channel: Channel, queue: Queue
) -> None:
    assert b'value="queue"' in page.get(f"{base}posts/new/?queue={queue.id}").content
    for text in ("One", "Two", "Three"):
        page.post(
            f"{base}posts/new/",
            {"text": text, "channels": str(channel.id), "when": "queue", "queue": str(queue.id)},
        )
    assert order(queue) == ["One", "Two", "Three"]
    shown = page.get(f"{base}queues/{queue.id}/").content.decode()
    assert shown.index("One") < shown.index("Two") < shown.index("Three")
    assert page.get(f"{base}queues/").content.decode().count("News") == 1


@pytest.mark.requirement("R049")
def test_a_queued_post_takes_its_end_and_keeps_its_place_when_it_is_edited(
    owner: Actor, page: Client, base: str, channel: Channel, queue: Queue
) -> None:
    fields = {"channels": str(channel.id), "when": "queue", "queue": str(queue.id)}
    for text in ("One", "Two"):
        page.post(f"{base}posts/new/", fields | {"text": text, "until_date": in_days(20)})
    first = queue.entries.order_by("due_at")[0].post
    until = Delivery.objects.get(post=first).valid_until
    assert until is not None
    assert until.astimezone(TOKYO).isoformat() == f"{in_days(20)}T23:59:00+09:00"
    edit = page.get(f"{base}posts/{first.id}/edit/")
    assert edit.context["form"]["when"].value() == "queue"
    assert f'name="until_date" value="{in_days(20)}"' in edit.content.decode()
    page.post(edit.request["PATH_INFO"], fields | {"text": "First", "version": str(first.version)})
    assert order(queue) == ["First", "Two"]
    assert Delivery.objects.get(post=first).valid_until is None
    refused = page.post(f"{base}posts/new/", fields | {"text": "Three", "until_date": in_days(-1)})
    assert list(refused.context["form"].errors) == ["until_date"]
    assert order(queue) == ["First", "Two"]


def order(queue: Queue) -> list[str]:
    return [entry.post.text for entry in queue.entries.order_by("due_at")]


def test_a_queue_is_put_into_another_order_by_buttons(
    owner: Actor, page: Client, base: str, channel: Channel, queue: Queue
) -> None:
    posts = [queued(owner, channel, queue, text) for text in ("One", "Two", "Three")]
    address = f"{base}queues/{queue.id}/order/"
    page.post(address, {"do": "down", "post": str(posts[0].id)})
    assert order(queue) == ["Two", "One", "Three"]
    page.post(address, {"do": "front", "post": str(posts[2].id), "place": "0"})
    assert order(queue) == ["Three", "Two", "One"]
    part = page.post(
        address,
        {"do": "place", "post": str(posts[2].id), "place": "2"},
        headers={"HX-Request": "true", "HX-Target": "queue-posts"},
    )
    assert part.content.decode().startswith('\n<section class="card" id="queue-posts"')
    assert order(queue) == ["Two", "One", "Three"]
    page.post(address, {"do": "shuffle"})
    page.post(address, {"do": "out", "post": str(posts[0].id)})
    assert sorted(order(queue)) == ["Three", "Two"]
    page.post(
        f"{base}queues/{queue.id}/edit/", {"name": "N", "time_zone": "Asia/Tokyo", "day_2": "7:00"}
    )
    assert {entry.due_at.astimezone(TOKYO).hour for entry in queue.entries.all()} == {7}
    page.post(f"{base}queues/{queue.id}/delete/")
    assert not Queue.objects.exists()


def queued(owner: Actor, channel: Channel, queue: Queue, text: str) -> Post:
    post = actions.create_post(owner, content=PostInput(text, [VariantInput(channel.id)]))
    return actions.add_to_queue(owner, post_id=post.id, queue_id=queue.id)


def test_a_wrong_queue_is_shown_again(page: Client, base: str, queue: Queue) -> None:
    for fields in ({"day_0": "nine"}, {"name": ""}, {"name": "News"}):
        data = {"name": "X", "time_zone": "Asia/Tokyo", "day_0": "9:00"} | fields
        assert page.post(f"{base}queues/new/", data).status_code == 422
    wrong = page.post(f"{base}posts/new/", {"text": "A", "when": "queue"})
    assert wrong.status_code == 422


@pytest.fixture
def late(owner: Actor, channel: Channel) -> list[Post]:
    """Two that were missed, one that is stale."""
    posts = []
    for text, state, reason in (
        ("Bread", "missed", "late"),
        ("Cake", "missed", "late"),
        ("Flash sale", "held", "stale"),
    ):
        post = actions.create_post(owner, content=PostInput(text, [VariantInput(channel.id)]))
        actions.schedule_post(owner, post_id=post.id, at=clock.now() + timedelta(hours=1))
        Delivery.objects.filter(post=post).update(state=state, reason=reason)
        Post.objects.filter(id=post.id).update(state=state)
        posts.append(post)
    return posts


@pytest.mark.requirement("R049")
def test_home_tells_of_missed_posts_and_their_page_asks(
    page: Client, base: str, late: list[Post]
) -> None:
    assert f"{base}missed/" in page.get(base).content.decode()
    shown = page.get(f"{base}missed/").content.decode()
    assert all(text in shown for text in ("Bread", "Cake", "Flash sale"))


@pytest.mark.requirement("R049")
def test_missed_posts_are_published_or_dropped_one_by_one_or_all(
    page: Client, base: str, late: list[Post]
) -> None:
    address = f"{base}missed/decide/"
    page.post(address, {"do": "publish", "post": [str(post.id) for post in late[:2]]})
    page.post(address, {"do": "drop", "post": str(late[2].id)})
    page.post(address, {"do": "drop"})
    page.post(address, {"do": "publish", "post": "nonsense"})
    states = {post.text: post.state for post in Post.objects.all()}
    assert states == {"Bread": "scheduled", "Cake": "scheduled", "Flash sale": "cancelled"}


@pytest.mark.requirement("R049")
def test_missed_posts_are_spread_over_the_next_days(
    page: Client, base: str, late: list[Post]
) -> None:
    shown = page.get(f"{base}missed/").content.decode()
    assert f'name="date" value="{in_days(1)}"' in shown
    chosen = {"do": "spread", "post": [str(post.id) for post in late], "gap": "1440"}
    refused = page.post(f"{base}missed/decide/", chosen, follow=True).content.decode()
    assert "Choose the day and the time of the first one." in refused
    page.post(f"{base}missed/decide/", chosen | {"date": in_days(1), "time": "09:00"})
    times = Delivery.objects.order_by("due_at").values_list("post__text", "wall_time", "state")
    assert list(times) == [
        ("Bread", f"{in_days(1)}T09:00:00", "scheduled"),
        ("Cake", f"{in_days(2)}T09:00:00", "scheduled"),
        ("Flash sale", f"{in_days(3)}T09:00:00", "scheduled"),
    ]


@pytest.mark.requirement("R049")
def test_missed_posts_go_into_the_free_times_of_a_queue(
    page: Client, base: str, late: list[Post], queue: Queue
) -> None:
    chosen = {"do": "queue", "post": [str(post.id) for post in late]}
    page.post(f"{base}missed/decide/", chosen)
    assert order(queue) == []
    page.post(f"{base}missed/decide/", chosen | {"queue": str(queue.id)})
    assert order(queue) == ["Bread", "Cake", "Flash sale"]
    assert set(Post.objects.values_list("state", flat=True)) == {"scheduled"}


def test_pausing_shows_a_banner_everywhere_and_resuming_previews(
    page: Client, base: str, owner: Actor, channel: Channel
) -> None:
    page.post(f"{base}pause/", {"channel": "", "reason": "Earthquake in Sendai"})
    assert Pause.objects.get().reason == "Earthquake in Sendai"
    for path in ("", "calendar/", "inbox/", "strategy/", "pause/"):
        assert "Earthquake in Sendai" in page.get(f"{base}{path}").content.decode(), path
    post = actions.create_post(owner, content=PostInput("Waited", [VariantInput(channel.id)]))
    actions.publish_now(owner, post_id=post.id)
    assert "Waited" in page.get(f"{base}pause/resume/").content.decode()
    response = page.post(f"{base}pause/resume/", {"waiting": "ask", "minutes": "15"})
    assert response.headers["Location"] == f"{base}missed/"
    assert not Pause.objects.exists()
    assert Post.objects.get().state == "missed"
    assert page.get(f"{base}pause/resume/").status_code == 404


def test_one_channel_is_paused_and_spread_out_again(
    page: Client, base: str, owner: Actor, channel: Channel
) -> None:
    page.post(f"{base}pause/", {"channel": str(channel.id)})
    assert page.post(f"{base}pause/", {"channel": str(channel.id)}).status_code == 422
    for text in ("One", "Two"):
        post = actions.create_post(owner, content=PostInput(text, [VariantInput(channel.id)]))
        actions.publish_now(owner, post_id=post.id)
    page.post(f"{base}pause/resume/?channel={channel.id}", {"waiting": "spread", "minutes": "30"})
    first, second = Delivery.objects.order_by("due_at")
    assert second.due_at - first.due_at == timedelta(minutes=30)


def test_a_creator_can_look_but_not_stop_or_resume(
    client_of: SignIn, member: Actor, page: Client, base: str, queue: Queue
) -> None:
    page.post(f"{base}pause/", {})
    creator = client_of(member)
    assert creator.get(f"{base}pause/").status_code == 200
    assert creator.get(f"{base}queues/{queue.id}/").status_code == 200
    assert creator.get(f"{base}pause/resume/").status_code == 403
    assert creator.get(f"{base}queues/new/").status_code == 403


def test_strangers_see_nothing(
    client_of: SignIn, stranger: Actor, base: str, series: Series
) -> None:
    assert client_of(stranger).get(f"{base}slots/{series.id}/").status_code == 404


@pytest.mark.requirement("R046")
def test_the_second_of_two_who_move_a_post_gets_a_conflict(
    page: Client, base: str, owner: Actor, channel: Channel
) -> None:
    post = actions.create_post(owner, content=PostInput("Bread", [VariantInput(channel.id)]))
    actions.schedule_post(owner, post_id=post.id, at=f"{in_days(2)}T09:00")
    seen = Post.objects.get().version
    shown = page.get(f"{base}calendar/?view=list&date={in_days(2)}").content.decode()
    assert f'data-version="{seen}"' in shown
    address = f"{base}posts/{post.id}/move/"
    drag = {"HX-Request": "true", "HX-Target": "calendar", "HX-Current-URL": f"{base}calendar/"}
    first = page.post(address, {"date": in_days(3), "version": seen}, headers=drag)
    second = page.post(address, {"date": in_days(4), "version": seen}, headers=drag)
    assert (first.status_code, second.status_code) == (200, 409)
    assert Delivery.objects.get().wall_time == f"{in_days(3)}T09:00:00"
    by_form = page.post(address, {"date": in_days(5), "time": "09:00", "version": seen})
    assert b'role="alert"' in by_form.content
    assert Delivery.objects.get().wall_time == f"{in_days(3)}T09:00:00"
