"""Queues: the next free time, the order, and gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from enishi.accounts.permissions import Actor
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from enishi.publishing import actions, slot_queries, slot_watch
from enishi.publishing.core.slots import QueueInput, WeeklyTime
from enishi.publishing.models import Delivery, Post
from enishi.publishing.slot_models import Queue, QueueEntry
from tests.integration.publishing.conftest import MakePost

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 4, 5, 1, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Tokyo."""
CONTENT = QueueInput(
    "Shop news",
    [WeeklyTime(0, time(18)), WeeklyTime(2, time(12)), WeeklyTime(4, time(9, 30))],
    "Asia/Tokyo",
)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def queue(owner: Actor) -> Queue:
    return actions.create_queue(owner, content=CONTENT)


@pytest.fixture
def queued(owner: Actor, queue: Queue, make_post: MakePost) -> list[Post]:
    """Posts A, B, C, D in the queue."""
    return [
        actions.add_to_queue(owner, post_id=make_post(name).id, queue_id=queue.id)
        for name in "ABCD"
    ]


def shown(owner: Actor, queue: Queue) -> list[str]:
    found = slot_queries.queue_detail(owner, queue_id=queue.id)
    return [f"{item.card.text} {item.card.local:%a %d %H:%M}" for item in found.posts]


def test_it_puts_posts_at_the_next_free_times(
    owner: Actor, queue: Queue, queued: list[Post]
) -> None:
    assert shown(owner, queue) == [
        "A Mon 05 18:00",
        "B Wed 07 12:00",
        "C Fri 09 09:30",
        "D Mon 12 18:00",
    ]
    assert {post.state for post in queued} == {"scheduled"}
    delivery = Delivery.objects.get(post=queued[0])
    assert (delivery.due_at, delivery.wall_time) == (queued[0].due_at, "2027-04-05T18:00:00")


def test_it_reorders_over_the_same_times(owner: Actor, queue: Queue, queued: list[Post]) -> None:
    actions.step_in_queue(owner, queue_id=queue.id, post_id=queued[2].id, steps=-1)
    assert [line[0] for line in shown(owner, queue)] == ["A", "C", "B", "D"]
    actions.move_in_queue(owner, queue_id=queue.id, post_id=queued[3].id, place=0)
    assert shown(owner, queue) == [
        "D Mon 05 18:00",
        "A Wed 07 12:00",
        "C Fri 09 09:30",
        "B Mon 12 18:00",
    ]
    times = Delivery.objects.order_by("due_at").values_list("post__text", "planned_at", "due_at")
    assert [row[0] for row in times] == ["D", "A", "C", "B"]
    assert all(planned == due for _text, planned, due in times)


def test_it_pushes_a_new_post_to_the_front(
    owner: Actor, queue: Queue, queued: list[Post], make_post: MakePost
) -> None:
    post = actions.add_to_queue(owner, post_id=make_post("E").id, queue_id=queue.id, first=True)
    assert post.due_at == NOW.replace(hour=9)
    assert [line[0] for line in shown(owner, queue)] == ["E", "A", "B", "C", "D"]


def test_what_ends_soon_goes_in_if_it_is_pushed_to_the_front(
    owner: Actor, queue: Queue, queued: list[Post], make_post: MakePost
) -> None:
    post, until = make_post("E"), "2027-04-06T12:00"
    with pytest.raises(InvalidInputError):
        actions.add_to_queue(owner, post_id=post.id, queue_id=queue.id, valid_until=until)
    assert [line[0] for line in shown(owner, queue)] == ["A", "B", "C", "D"]
    actions.add_to_queue(owner, post_id=post.id, queue_id=queue.id, valid_until=until, first=True)
    assert [line[0] for line in shown(owner, queue)] == ["E", "A", "B", "C", "D"]


def test_what_changes_its_queue_leaves_no_gap(
    owner: Actor, queue: Queue, queued: list[Post]
) -> None:
    other = actions.create_queue(owner, content=replace(CONTENT, name="Other"))
    actions.add_to_queue(owner, post_id=queued[0].id, queue_id=other.id)
    assert shown(owner, queue)[0] == "B Mon 05 18:00"
    assert shown(owner, other) == ["A Mon 05 18:00"]


def test_it_shuffles_without_losing_a_post_or_a_time(
    owner: Actor, queue: Queue, queued: list[Post]
) -> None:
    before = shown(owner, queue)
    actions.shuffle_queue(owner, queue_id=queue.id, seed=4)
    after = shown(owner, queue)
    assert after != before
    assert sorted(line[0] for line in after) == ["A", "B", "C", "D"]
    assert [line[2:] for line in after] == [line[2:] for line in before]


@pytest.mark.parametrize("way", ["cancel", "move", "publish", "delete"])
def test_the_gap_closes_when_a_post_is_taken_away(
    owner: Actor, queue: Queue, queued: list[Post], way: str
) -> None:
    take_away(owner, queued[1], way)
    assert shown(owner, queue) == ["A Mon 05 18:00", "C Wed 07 12:00", "D Fri 09 09:30"]


def take_away(owner: Actor, post: Post, way: str) -> None:
    if way == "move":
        actions.move_post(owner, post_id=post.id, at="2027-04-20T10:00")
    elif way == "publish":
        actions.publish_now(owner, post_id=post.id)
    else:
        actions.cancel_post(owner, post_id=post.id)
        if way == "delete":
            actions.delete_post(owner, post_id=post.id)


def test_the_gap_stays_when_the_queue_says_so_and_the_next_post_fills_it(
    owner: Actor, queue: Queue, queued: list[Post], make_post: MakePost
) -> None:
    actions.update_queue(owner, queue_id=queue.id, content=replace(CONTENT, closes_gaps=False))
    actions.cancel_post(owner, post_id=queued[1].id)
    assert [line[0] for line in shown(owner, queue)] == ["A", "C", "D"]
    actions.add_to_queue(owner, post_id=make_post("E").id, queue_id=queue.id)
    assert [line[0] for line in shown(owner, queue)] == ["A", "E", "C", "D"]


def test_the_worker_forgets_what_no_longer_waits(
    owner: Actor, queue: Queue, queued: list[Post]
) -> None:
    Post.objects.filter(id=queued[0].id).update(state="failed")
    slot_watch.tick()
    assert shown(owner, queue) == ["B Mon 05 18:00", "C Wed 07 12:00", "D Fri 09 09:30"]
    assert QueueEntry.objects.count() == 3


def test_new_times_of_the_queue_are_handed_out_in_the_same_order(
    owner: Actor, queue: Queue, queued: list[Post]
) -> None:
    daily = [WeeklyTime(day, time(7)) for day in range(7)]
    actions.update_queue(owner, queue_id=queue.id, content=replace(CONTENT, times=daily))
    assert shown(owner, queue) == [
        "A Tue 06 07:00",
        "B Wed 07 07:00",
        "C Thu 08 07:00",
        "D Fri 09 07:00",
    ]


def test_a_deleted_queue_leaves_its_posts_scheduled(
    owner: Actor, queue: Queue, queued: list[Post]
) -> None:
    actions.delete_queue(owner, queue_id=queue.id)
    assert Post.objects.filter(state="scheduled").count() == 4


def test_it_skips_holidays_and_refuses_what_is_no_longer_valid_then(
    owner: Actor, make_post: MakePost
) -> None:
    content = QueueInput("Golden week", [WeeklyTime(3, time(9))], "Asia/Tokyo", skips_holidays=True)
    queue = actions.create_queue(owner, content=content)
    for _number in range(3):
        actions.add_to_queue(owner, post_id=make_post("Daily").id, queue_id=queue.id)
    post = actions.add_to_queue(owner, post_id=make_post("Next").id, queue_id=queue.id)
    assert post.wall_time[:10] == "2027-05-06"  # not the 29th of April
    late = make_post("News")
    Post.objects.filter(id=late.id).update(valid_until=NOW + timedelta(days=2))
    with pytest.raises(InvalidInputError) as caught:
        actions.add_to_queue(owner, post_id=late.id, queue_id=queue.id)
    assert caught.value.field == "valid_until"


def test_it_refuses_what_makes_no_sense(
    owner: Actor, member: Actor, stranger: Actor, queue: Queue, queued: list[Post]
) -> None:
    for content in (
        replace(CONTENT, name=""),
        replace(CONTENT, times=[]),
        CONTENT,
        replace(CONTENT, name="X", time_zone="Mars/Phobos"),
    ):
        with pytest.raises(InvalidInputError):
            actions.create_queue(owner, content=content)
    with pytest.raises(NotAllowedError):
        actions.shuffle_queue(member, queue_id=queue.id)
    with pytest.raises(NotFoundError):
        actions.shuffle_queue(stranger, queue_id=queue.id)
    actions.cancel_post(owner, post_id=queued[0].id)
    with pytest.raises(ConflictError):
        actions.step_in_queue(owner, queue_id=queue.id, post_id=queued[0].id, steps=1)
