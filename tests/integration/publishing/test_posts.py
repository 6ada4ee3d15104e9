"""Writing, scheduling, moving and cancelling; two people at once; what is refused and how."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from enishi.activities.models import Activity
from enishi.channels.core.lifecycle import ChannelState
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.publishing import actions, queries
from enishi.publishing.actions import AttachmentInput, PostInput, VariantInput
from enishi.publishing.core import keys
from enishi.publishing.core.states import DeliveryState, PostState
from enishi.publishing.models import Delivery, Post

HOUR = timedelta(hours=1)


def verbs() -> list[str]:
    rows = Activity.objects.filter(direction="internal").order_by("recorded_at", "id")
    return list(rows.values_list("type", flat=True))


def test_it_records_what_people_do(owner, make_post):
    post = make_post()
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)
    actions.move_post(owner, post_id=post.id, at=clock.now() + 2 * HOUR)
    actions.cancel_post(owner, post_id=post.id)
    actions.delete_post(owner, post_id=post.id)
    assert verbs() == ["Create", "Add", "Move", "Remove", "Delete"]


def test_it_gives_each_delivery_a_key_of_its_own(owner, make_post, make_channel, channel):
    post = make_post("Hi", channel, make_channel())
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)
    found = list(Delivery.objects.filter(post=post).values_list("key", flat=True))
    assert len(set(found)) == 2
    assert all(map(keys.is_tid, found))


@pytest.mark.requirement("R046")
def test_it_refuses_the_second_of_two_editors(owner, make_post):
    post = make_post()
    actions.move_post(owner, post_id=post.id, at=clock.now() + HOUR, version=1)
    with pytest.raises(ConflictError) as refused:
        actions.move_post(owner, post_id=post.id, at=clock.now() + 2 * HOUR, version=1)
    assert refused.value.remedy
    with pytest.raises(ConflictError):
        actions.update_post(owner, post_id=post.id, version=1, content=PostInput("other"))


def test_it_keeps_the_place_of_a_draft_that_is_moved(owner, make_post):
    post = make_post()
    moved = actions.move_post(owner, post_id=post.id, at="2027-04-01T09:30")
    assert moved.state == PostState.DRAFT
    assert moved.due_at is not None
    assert moved.due_at.isoformat() == "2027-04-01T00:30:00+00:00"
    assert not Delivery.objects.exists()


def test_it_follows_the_channels_of_a_scheduled_post(owner, make_post, make_channel, channel):
    other = make_channel()
    post = make_post("Hi", channel)
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)
    post = actions.update_post(
        owner, post_id=post.id, version=2, content=PostInput("Hi", [VariantInput(other.id)])
    )
    states = dict(Delivery.objects.values_list("channel_id", "state"))
    assert states == {channel.id: DeliveryState.CANCELLED, other.id: DeliveryState.SCHEDULED}
    assert post.state == PostState.SCHEDULED


def test_it_sends_the_variant_of_each_channel(owner, channel, arrived):
    content = PostInput("Base", [VariantInput(channel.id, "For the town")])
    post = actions.create_post(owner, content=content)
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    assert arrived() == ["For the town"]


def test_it_schedules_again_what_was_cancelled(owner, make_post, arrived):
    post = make_post("Again")
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)
    actions.cancel_post(owner, post_id=post.id)
    run_until_idle(after=2 * HOUR)
    assert arrived() == []
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    assert arrived() == ["Again"]


def test_it_changes_no_more_than_the_words_of_what_is_published_nor_throws_it_away(
    owner, make_post
):
    post = make_post()
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    post.refresh_from_db()
    with pytest.raises(InvalidInputError):
        actions.update_post(owner, post_id=post.id, version=post.version, content=PostInput("x"))
    with pytest.raises(ConflictError):
        actions.delete_post(owner, post_id=post.id)
    with pytest.raises(ConflictError):
        actions.publish_now(owner, post_id=post.id)
    with pytest.raises(ConflictError):
        actions.cancel_post(owner, post_id=post.id)


@pytest.mark.parametrize(
    ("text", "at", "field"),
    [
        ("Hi", "2020-01-01T09:00", "at"),
        ("x" * 501, "2027-04-01T09:00", "text"),
        ("", "2027-04-01T09:00", "text"),
    ],
)
def test_it_leaves_nothing_half_done_when_it_refuses(owner, make_post, text, at, field):
    post = make_post(text)
    with pytest.raises(InvalidInputError) as refused:
        actions.schedule_post(owner, post_id=post.id, at=at)
    assert refused.value.field == field
    post.refresh_from_db()
    assert (post.state, post.version) == (PostState.DRAFT, 1)
    assert not Delivery.objects.exists()


def test_it_names_the_gap_of_daylight_saving(owner, make_post):
    with pytest.raises(InvalidInputError, match="02:00 to 03:00"):
        actions.schedule_post(
            owner, post_id=make_post().id, at="2027-03-28T02:30", time_zone="Europe/Berlin"
        )


@pytest.mark.requirement("R042")
def test_it_schedules_nothing_on_a_channel_that_is_not_activated(owner, make_post, make_channel):
    post = make_post("Hi", make_channel(ChannelState.DRAFT))
    with pytest.raises(InvalidInputError, match="not activated"):
        actions.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)


def test_it_refuses_channels_and_media_of_others(owner, stranger, make_channel, channel):
    for content in (
        PostInput("a", [VariantInput(uuid4())]),
        PostInput("a", attachments=[AttachmentInput(uuid4())]),
    ):
        with pytest.raises(NotFoundError):
            actions.create_post(owner, content=content)
    with pytest.raises(NotFoundError):
        actions.create_post(stranger, content=PostInput("a", [VariantInput(channel.id)]))
    assert not Post.objects.exists()


def test_it_lets_a_person_settle_what_is_unknown(owner, make_post, only_delivery):
    post = make_post()
    actions.publish_now(owner, post_id=post.id)
    Delivery.objects.update(state=DeliveryState.UNKNOWN)
    delivery = only_delivery(post)
    with pytest.raises(InvalidInputError):
        actions.mark_published(owner, delivery_id=delivery.id, url="somewhere")
    actions.mark_published(owner, delivery_id=delivery.id, url="https://town.test/1")
    shown = queries.delivery_detail(owner, delivery_id=delivery.id)
    assert shown.state is DeliveryState.PUBLISHED
    assert shown.remote_url == "https://town.test/1"
    with pytest.raises(ConflictError):
        actions.mark_published(owner, delivery_id=delivery.id, url="https://town.test/1")


def test_it_gives_up_what_is_unknown_and_lets_it_be_sent_again(owner, make_post, only_delivery):
    post = make_post()
    actions.publish_now(owner, post_id=post.id)
    Delivery.objects.update(state=DeliveryState.UNKNOWN)
    actions.give_up(owner, delivery_id=only_delivery(post).id)
    assert only_delivery(post).state == DeliveryState.FAILED
    actions.retry_delivery(owner, delivery_id=only_delivery(post).id)
    run_until_idle()
    assert only_delivery(post).state == DeliveryState.PUBLISHED
