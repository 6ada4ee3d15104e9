"""What should have gone out by now: missed, stale, or held by a pause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from enishi.accounts.permissions import Actor
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotAllowedError
from enishi.publishing import actions, overdue
from enishi.publishing.actions import Overdue
from enishi.publishing.models import Delivery, Post
from tests.integration.publishing.conftest import MakePost

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 4, 5, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def be(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    be(NOW)
    return be


@pytest.fixture
def stopped(owner: Actor, make_post: MakePost) -> Callable[..., Post]:
    """`stopped("missed")`: a post that stopped in a state, for a reason."""

    def make(state: str, reason: str = "late") -> Post:
        post = make_post("Morning bread")
        actions.schedule_post(
            owner, post_id=post.id, at="2027-04-05T11:00", valid_until="2027-04-05T12:00"
        )
        Delivery.objects.filter(post=post).update(state=state, reason=reason)
        Post.objects.filter(id=post.id).update(state=state)
        post.refresh_from_db()
        return post

    return make


@pytest.mark.requirement("R049")
def test_missed_and_stale_posts_ask_and_others_do_not(
    owner: Actor, stopped: Callable[..., Post]
) -> None:
    missed, stale = stopped("missed"), stopped("held", "stale")
    stopped("held", "reconnect")
    stopped("failed", "refused")
    found = {item.card.id: item.why for item in overdue.overdue_posts(owner)}
    assert found == {missed.id: "missed", stale.id: "stale"}
    assert overdue.overdue_count(owner) == 2


@pytest.mark.requirement("R049")
@pytest.mark.parametrize(("state", "reason"), [("missed", "late"), ("held", "stale")])
def test_it_publishes_anyway_when_a_person_says_so(
    owner: Actor, stopped: Callable[..., Post], state: str, reason: str
) -> None:
    post = stopped(state, reason)
    actions.publish_overdue(owner, post_id=post.id)
    delivery = Delivery.objects.get(post=post)
    assert (delivery.state, delivery.planned_at, delivery.valid_until) == ("scheduled", NOW, None)


@pytest.mark.requirement("R049")
@pytest.mark.parametrize(("state", "reason"), [("missed", "late"), ("held", "stale")])
def test_it_drops_or_postpones(
    owner: Actor,
    stopped: Callable[..., Post],
    state: str,
    reason: str,
    now: Callable[[datetime], None],
) -> None:
    dropped, later = stopped(state, reason), stopped(state, reason)
    now(NOW + timedelta(days=1))
    actions.drop_overdue(owner, post_id=dropped.id)
    actions.postpone_overdue(owner, post_id=later.id, at="2027-04-07T09:00")
    states = {post.id: post.state for post in Post.objects.all()}
    assert states == {dropped.id: "cancelled", later.id: "scheduled"}
    assert Delivery.objects.get(post=later).valid_until is None


def test_it_does_the_same_with_several_and_tells_what_did_not_work(
    owner: Actor, stopped: Callable[..., Post], make_post: MakePost
) -> None:
    posts = [stopped("missed"), stopped("missed"), make_post("Draft without a schedule")]
    done, refused = actions.each_overdue(owner, [post.id for post in posts], actions.drop_overdue)
    assert (done, len(refused)) == (2, 1)


@pytest.fixture
def waiting(owner: Actor, make_post: MakePost, now: Callable[[datetime], None]) -> list[Post]:
    """Three posts whose time passed while everything was paused, and one to come."""
    posts = [make_post(f"Post {number}") for number in range(4)]
    for number, post in enumerate(posts):
        actions.schedule_post(owner, post_id=post.id, at=f"2027-04-05T1{1 + number * 2}:00")
    actions.pause_publishing(owner, reason="Earthquake")
    now(NOW + timedelta(hours=6))
    return posts


def test_it_previews_what_would_go_out_at_once(owner: Actor, waiting: list[Post]) -> None:
    shown = [card.id for card in overdue.resume_preview(owner)]
    assert shown == [post.id for post in waiting[:3]]


def test_it_sends_all_of_it(owner: Actor, waiting: list[Post]) -> None:
    assert actions.resume_with(owner, waiting=Overdue.SEND) == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"scheduled"}
    assert Delivery.objects.get(post=waiting[0]).due_at == waiting_due(waiting[0])


def waiting_due(post: Post) -> datetime | None:
    post.refresh_from_db()
    return post.due_at


def test_it_spreads_them_from_now_on(owner: Actor, waiting: list[Post]) -> None:
    actions.resume_with(owner, waiting=Overdue.SPREAD, minutes=20)
    start = NOW + timedelta(hours=6)
    planned = list(Delivery.objects.order_by("due_at").values_list("planned_at", "due_at"))
    assert [due for _planned, due in planned][:3] == [
        start,
        start + timedelta(minutes=20),
        start + timedelta(minutes=40),
    ]
    assert all(plan == due for plan, due in planned)
    assert waiting_due(waiting[2]) == start + timedelta(minutes=40)


def test_it_asks_about_each(owner: Actor, waiting: list[Post]) -> None:
    actions.resume_with(owner, waiting=Overdue.ASK)
    assert [item.why for item in overdue.overdue_posts(owner)] == ["missed"] * 3
    assert Post.objects.get(id=waiting[3].id).state == "scheduled"


def test_what_another_pause_still_holds_is_not_in_the_preview(
    owner: Actor, channel: Channel, waiting: list[Post]
) -> None:
    actions.pause_publishing(owner, channel_id=channel.id)
    assert overdue.resume_preview(owner) == []
    assert actions.resume_with(owner, waiting=Overdue.ASK) == 0
    assert len(overdue.resume_preview(owner, channel_id=channel.id)) == 3


def test_it_refuses_a_wrong_pace_and_people_who_may_not(
    owner: Actor, member: Actor, waiting: list[Post]
) -> None:
    with pytest.raises(InvalidInputError):
        actions.resume_with(owner, waiting=Overdue.SPREAD, minutes=0)
    with pytest.raises(NotAllowedError):
        actions.resume_with(member)
