"""The pages of publishing, as a browser without scripts uses them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.channels.models import Channel
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from enishi.publishing import actions
from enishi.publishing.actions import PostInput
from enishi.publishing.models import Attempt, Delivery, Media, Post

TOKYO = ZoneInfo("Asia/Tokyo")
SignIn = Callable[[Actor], Client]


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


def form(channel: Channel, **fields: object) -> dict[str, object]:
    return {"text": "Good morning", "channels": str(channel.id), "when": "draft"} | fields


def in_days(days: int) -> str:
    return f"{clock.now().astimezone(TOKYO) + timedelta(days=days):%Y-%m-%d}"


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return SimpleUploadedFile("bread.png", content.getvalue(), "image/png")


def test_it_keeps_a_draft(page: Client, base: str, channel: Channel) -> None:
    response = page.post(f"{base}posts/new/", form(channel))
    post = Post.objects.get()
    assert response.headers["Location"] == f"{base}posts/{post.id}/"
    assert (post.state, post.text) == ("draft", "Good morning")
    assert page.get(f"{base}posts/?show=drafts").content.count(b"Good morning") == 1


def test_it_schedules_in_the_workspaces_zone(page: Client, base: str, channel: Channel) -> None:
    day = in_days(3)
    page.post(f"{base}posts/new/", form(channel, when="schedule", date=day, time="09:30"))
    delivery = Delivery.objects.get()
    assert delivery.due_at.astimezone(TOKYO).isoformat() == f"{day}T09:30:00+09:00"
    shown = page.get(f"{base}calendar/?date={day}").content.decode()
    assert "09:30" in shown
    assert "Good morning" in shown
    assert '<span title="Kissa">' in shown


def test_it_keeps_what_was_written_when_it_is_refused(
    page: Client, base: str, channel: Channel
) -> None:
    fields = form(channel, text="あ" * 900, when="now")
    response = page.post(f"{base}posts/new/", fields)
    assert response.status_code == 422
    assert "あ" * 900 in response.content.decode()
    assert not Post.objects.exists()


def test_it_refuses_a_time_that_has_passed(page: Client, base: str, channel: Channel) -> None:
    fields = form(channel, when="schedule", date=in_days(-1), time="09:30")
    response = page.post(f"{base}posts/new/", fields)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not Post.objects.exists()


def test_it_asks_for_the_day_when_scheduling(page: Client, base: str, channel: Channel) -> None:
    response = page.post(f"{base}posts/new/", form(channel, when="schedule", date="", time=""))
    assert response.status_code == 422
    assert not Post.objects.exists()


def test_it_takes_images_with_descriptions(page: Client, base: str, channel: Channel) -> None:
    page.post(f"{base}posts/new/", form(channel, files=picture(), new_alt="A loaf"))
    attached = Post.objects.get().attachments.get()
    assert attached.alt == "A loaf"
    response = page.get(f"{base}media/{attached.media_id}/")
    assert response.headers["Content-Type"] == "image/png"
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]


def test_it_refuses_what_is_not_an_image(page: Client, base: str) -> None:
    file = SimpleUploadedFile("bread.png", b"no picture", "image/png")
    response = page.post(f"{base}posts/media/", {"files": file})
    assert response.status_code == 422
    assert not Media.objects.exists()


def test_it_counts_as_the_network_counts(page: Client, base: str, channel: Channel) -> None:
    response = page.post(f"{base}posts/check/", form(channel, text="👨‍👩‍👧 hi"))
    assert '<span class="number">4</span>' in response.content.decode()


def test_it_uses_the_text_of_a_channel(page: Client, base: str, channel: Channel) -> None:
    own = {f"own-{channel.id}": "1", f"variant-{channel.id}": "Only here"}
    page.post(f"{base}posts/new/", form(channel, **own))
    assert Post.objects.get().variants.get().text == "Only here"


def test_it_tells_when_somebody_was_faster(
    page: Client, base: str, channel: Channel, owner: Actor
) -> None:
    post = actions.create_post(owner, content=PostInput(text="One"))
    actions.update_post(owner, post_id=post.id, version=1, content=PostInput(text="Two"))
    response = page.post(f"{base}posts/{post.id}/edit/", form(channel, text="Three", version=1))
    assert response.status_code == 409
    assert "Three" in response.content.decode()
    assert Post.objects.get().text == "Two"


def test_it_moves_a_post_and_keeps_its_time(page: Client, base: str, channel: Channel) -> None:
    fields = form(channel, when="schedule", date=in_days(3), time="09:30")
    page.post(f"{base}posts/new/", fields)
    post = Post.objects.get()
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": f"http://testserver{base}calendar/?view=week",
    }
    response = page.post(f"{base}posts/{post.id}/move/", {"date": in_days(5)}, headers=headers)
    assert 'id="calendar"' in response.content.decode()
    post.refresh_from_db()
    assert post.wall_time == f"{in_days(5)}T09:30:00"


def test_it_says_how_many_more_a_day_has(page: Client, base: str, owner: Actor) -> None:
    for number in range(7):
        post = actions.create_post(owner, content=PostInput(text=f"Post {number}"))
        actions.move_post(owner, post_id=post.id, at=f"{in_days(2)}T10:0{number}")
    shown = page.get(f"{base}calendar/?date={in_days(2)}").content.decode()
    assert shown.count('class="entry ') == 4
    assert "3" in shown.split('class="cal-more"')[1].split("</a>")[0]
    whole = page.get(f"{base}calendar/?view=day&date={in_days(2)}").content.decode()
    assert all(f"Post {number}" in whole for number in range(7))


def test_it_shows_holidays(page: Client, base: str) -> None:
    page.cookies["enishi_language"] = "ja"
    assert "文化の日" in page.get(f"{base}calendar/?date=2026-11-01").content.decode()


@pytest.mark.parametrize("query", ["view=nonsense", "date=nonsense", "channel=nonsense"])
def test_it_ignores_nonsense_in_an_address(page: Client, base: str, query: str) -> None:
    assert page.get(f"{base}calendar/?{query}").status_code == 200


def test_it_asks_the_database_little(
    page: Client, base: str, owner: Actor, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(30):
        post = actions.create_post(owner, content=PostInput(text=f"Post {number}"))
        actions.move_post(owner, post_id=post.id, at=f"{in_days(number % 5 + 1)}T10:00")
    page.get(base)  # the first request of a session writes down where it comes from
    for path in ("calendar/", "posts/?show=drafts", "posts/new/"):
        with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
            assert page.get(base + path).status_code == 200


def test_it_lets_a_creator_write_but_not_publish(
    client_of: SignIn, member: Actor, base: str, channel: Channel
) -> None:
    page = client_of(member)
    assert 'value="now"' not in page.get(f"{base}posts/new/").content.decode()
    response = page.post(f"{base}posts/new/", form(channel, when="now"))
    assert response.status_code == 422
    assert not Post.objects.exists()


def test_it_hides_everything_from_strangers(
    client_of: SignIn, stranger: Actor, owner: Actor, base: str
) -> None:
    post = actions.create_post(owner, content=PostInput(text="Secret"))
    page = client_of(stranger)
    for path in ("calendar/", "posts/", f"posts/{post.id}/", "posts/new/"):
        assert page.get(base + path).status_code == 404


@pytest.mark.requirement("R049")
def test_it_holds_a_post_past_the_end_that_was_set_and_tells_its_owner(
    page: Client, base: str, channel: Channel, workspace: Workspace
) -> None:
    day = in_days(3)
    limit = {"until_date": day, "until_time": "12:00"}
    fields = form(channel, when="schedule", date=day, time="09:30")
    shown = page.post(f"{base}posts/new/", fields | limit)
    post = Post.objects.get()
    edited = page.get(f"{base}posts/{post.id}/edit/").content.decode()
    assert f'name="until_date" value="{day}"' in edited
    assert 'name="until_time" value="12:00"' in edited
    run_until_idle(after=timedelta(days=4))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == ("held", "stale")
    assert not Attempt.objects.exists()
    page.cookies["enishi_language"] = "ja"
    assert "有効期限が過ぎました。" in page.get(shown.headers["Location"]).content.decode()
    assert "bell-rings" in page.get(f"{base}posts/").content.decode()
    news = page.get(f"{base}notifications/").content.decode()
    assert "投稿が保留されています" in news
    assert "有効期限が過ぎました。" in news
    told = page.get(f"{base}notifications/").context["page"].items[0]
    assert page.post(f"{base}notifications/{told.id}/").url == f"{base}posts/{post.id}/"


@pytest.mark.requirement("R049")
def test_an_end_without_a_time_is_the_end_of_its_day(
    page: Client, base: str, channel: Channel
) -> None:
    day = in_days(3)
    fields = form(channel, when="schedule", date=day, time="09:30")
    page.post(f"{base}posts/new/", fields | {"until_date": day})
    until = Delivery.objects.get().valid_until
    assert until is not None
    assert until.astimezone(TOKYO).isoformat() == f"{day}T23:59:00+09:00"


@pytest.mark.requirement("R049")
@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"until_time": "12:00"}, "有効期限の日を選んでください。"),
        ({"until_date": "day", "until_time": "09:00"}, "もっと後の期限にするか"),
        ({"until_date": "nonsense"}, "日付"),
    ],
)
def test_an_end_that_makes_no_sense_is_told_beside_its_field(
    page: Client, base: str, channel: Channel, limit: dict[str, str], words: str
) -> None:
    page.cookies["enishi_language"] = "ja"
    day = in_days(3)
    given = {name: value.replace("day", day) for name, value in limit.items()}
    fields = form(channel, when="schedule", date=day, time="09:30")
    response = page.post(f"{base}posts/new/", fields | given)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["until_date"]
    assert words in response.content.decode()
    assert not Post.objects.exists()
