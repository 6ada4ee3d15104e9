"""People see and type times in their own zone; the workspace, slots and queues keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from enishi.accounts.models import User, Workspace
from enishi.accounts.permissions import Actor
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.publishing import actions, queries
from enishi.publishing.core.slots import Pattern, SeriesInput
from enishi.publishing.models import Post

SignIn = Callable[[Actor], Client]
NEW_YORK = "America/New_York"
DAY = date(2027, 4, 6)
"""New York is thirteen hours behind Tokyo."""


@pytest.fixture(autouse=True)
def march(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the end of March 2027."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 25, 3, tzinfo=UTC))


@pytest.fixture
def base(workspace: Workspace) -> str:
    return f"/w/{workspace.slug}/"


@pytest.fixture
def viewer(client_of: SignIn, owner: Actor, base: str) -> Client:
    """Somebody in New York, in a workspace of Tokyo."""
    page = client_of(owner)
    page.post(f"{base}settings/me/time-zone/", {"time_zone": NEW_YORK})
    return page


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
def slot(owner: Actor, channel: Channel) -> Post:
    """The post of a slot at nine in the evening in Tokyo."""
    pattern = Pattern("FREQ=DAILY", (time(21),), "Asia/Tokyo", DAY, DAY)
    content = SeriesInput("Evening photo", [channel.id], pattern, days_ahead=30)
    actions.create_series(owner, content=content)
    return Post.objects.get()


@pytest.mark.requirement("R048")
def test_a_viewer_in_new_york_sees_the_evening_of_tokyo_in_the_morning(
    viewer: Client, base: str, slot: Post, owner: Actor
) -> None:
    shown = viewer.get(f"{base}calendar/?view=day&date={DAY}").content.decode()
    assert '<span class="post-row-time">08:00</span>' in shown
    assert NEW_YORK in shown
    assert "Asia/Tokyo" not in shown
    page = viewer.get(f"{base}posts/{slot.id}/").content.decode()
    assert "08:00" in page
    assert NEW_YORK in page
    [found] = queries.calendar(owner, first=DAY, last=DAY)
    assert found.posts[0].local is not None
    assert found.posts[0].local.hour == 21


@pytest.mark.requirement("R048")
def test_what_a_viewer_types_is_meant_in_their_zone(
    viewer: Client, base: str, channel: Channel
) -> None:
    fields = {"text": "Hi", "channels": str(channel.id), "when": "schedule"}
    limit = {"until_date": f"{DAY}", "until_time": "12:00"}
    viewer.post(f"{base}posts/new/", fields | limit | {"date": f"{DAY}", "time": "08:00"})
    post = Post.objects.get()
    assert post.due_at is not None
    assert post.valid_until is not None
    assert f"{post.due_at.astimezone(ZoneInfo(NEW_YORK)):%H:%M}" == "08:00"
    assert post.valid_until - post.due_at == timedelta(hours=4)
    edit = viewer.get(f"{base}posts/{post.id}/edit/").content.decode()
    assert 'name="time" value="08:00"' in edit
    viewer.post(f"{base}posts/{post.id}/move/", {"date": f"{DAY}", "time": "09:00"})
    post.refresh_from_db()
    assert f"{post.due_at.astimezone(ZoneInfo(NEW_YORK)):%H:%M}" == "09:00"


def test_it_keeps_no_zone_that_is_none_and_goes_back_to_that_of_the_workspace(
    viewer: Client, base: str
) -> None:
    viewer.post(f"{base}settings/me/time-zone/", {"time_zone": "Asia/Nowhere"})
    assert User.objects.get().time_zone == NEW_YORK
    assert f'value="{NEW_YORK}" selected' in viewer.get(f"{base}settings/me/").content.decode()
    viewer.post(f"{base}settings/me/time-zone/", {"time_zone": ""})
    assert "Asia/Tokyo" in viewer.get(f"{base}calendar/").content.decode()
