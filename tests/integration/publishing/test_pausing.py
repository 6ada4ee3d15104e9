"""The switch for a crisis: nothing goes out within a second, and everything goes on later."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from enishi.activities.models import Activity
from enishi.channels.manifest import Reconcile
from enishi.jobs.sources import ClaimRequest
from enishi.jobs.testing import TEST_WORKER, run_until_idle
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from enishi.publishing import actions, queries
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.delivery import DeliverySource
from enishi.publishing.models import Pause
from tests.integration.publishing.paper import PAPER

HOUR = timedelta(hours=1)


def test_it_holds_what_is_due_and_lets_it_go_on(owner, make_post, only_delivery, arrived):
    post = make_post("hello")
    actions.pause_publishing(owner, reason="An earthquake")
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    held = queries.post_detail(owner, post_id=post.id).deliveries[0]
    assert (held.state, arrived()) == (DeliveryState.HELD, [])
    assert "paused" in str(held.next.text)
    assert actions.resume_publishing(owner) == 1
    run_until_idle()
    assert arrived() == ["hello"]


def test_it_pauses_one_channel_and_not_the_others(owner, make_post, make_channel, town):
    stopped, other = make_channel(), make_channel()
    actions.pause_publishing(owner, channel_id=stopped.id)
    actions.publish_now(owner, post_id=make_post("hello", stopped, other).id)
    run_until_idle()
    assert len(town.own_posts(other.remote_id)) == 1
    assert town.own_posts(stopped.remote_id) == []


def test_a_pause_of_everything_outlives_that_of_a_channel(owner, make_post, channel, arrived):
    actions.pause_publishing(owner)
    actions.pause_publishing(owner, channel_id=channel.id)
    actions.publish_now(owner, post_id=make_post("hello").id)
    run_until_idle()
    assert actions.resume_publishing(owner, channel_id=channel.id) == 0
    assert actions.resume_publishing(owner) == 1
    run_until_idle()
    assert arrived() == ["hello"]


def test_it_stops_what_a_worker_holds_already(owner, make_post, only_delivery, arrived):
    post = make_post("hello")
    actions.publish_now(owner, post_id=post.id)
    source = DeliverySource()
    (work,) = source.claim(ClaimRequest(TEST_WORKER, clock.now(), 10)).works
    actions.pause_publishing(owner)
    time.sleep(0.6)
    finish(source, work)
    delivery = only_delivery(post)
    assert (delivery.state, delivery.reason) == (DeliveryState.HELD, "paused_all")
    assert arrived() == []
    assert delivery.tries.get().outcome == "paused"


def finish(source, work) -> None:

    source.settle([async_to_sync(source.deliver)(work)])


def test_it_stops_between_the_posts_of_a_thread_and_goes_on_there(
    owner, make_post, only_delivery, on_paper
):
    PAPER.seconds = 0.6
    PAPER.after = lambda text: text == "first" and actions.pause_publishing(owner)
    post = make_post("first", on_paper(Reconcile.PERSON), thread=("second", "third"))
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    assert PAPER.texts == ["first"]
    assert only_delivery(post).progress == {"thread:0": "paper-1"}
    PAPER.seconds = 0.0
    actions.resume_publishing(owner)
    run_until_idle()
    assert PAPER.texts == ["first", "second", "third"]
    assert only_delivery(post).state == DeliveryState.PUBLISHED


def test_answers_and_deletions_still_go_out(owner, make_post, only_delivery, arrived):
    post = make_post("a mistake")
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    actions.pause_publishing(owner)
    actions.delete_on_network(owner, delivery_id=only_delivery(post).id)
    run_until_idle()
    assert arrived() == []


def test_what_is_too_late_after_a_pause_asks(owner, make_post, only_delivery, workspace):
    workspace.missed_after_hours = 2
    workspace.save(update_fields=["missed_after_hours"])
    post = make_post("old news")
    actions.publish_now(owner, post_id=post.id)
    actions.pause_publishing(owner)
    run_until_idle()
    actions.resume_publishing(owner)
    run_until_idle(after=3 * HOUR)
    assert only_delivery(post).state == DeliveryState.MISSED


def test_the_usual_patience_is_two_days(owner, make_post, only_delivery):
    late, lost = make_post("late"), make_post("lost")
    actions.schedule_post(owner, post_id=late.id, at=clock.now() + 2 * HOUR)
    actions.schedule_post(owner, post_id=lost.id, at=clock.now() + HOUR)
    run_until_idle(after=49 * HOUR + timedelta(minutes=30))
    assert only_delivery(late).state == DeliveryState.PUBLISHED
    assert only_delivery(lost).state == DeliveryState.MISSED


def test_what_is_no_longer_valid_after_a_pause_is_held(owner, make_post, only_delivery):
    post = make_post("today only")
    now = clock.now()
    actions.schedule_post(owner, post_id=post.id, at=now + HOUR, valid_until=now + 3 * HOUR)
    actions.pause_publishing(owner)
    run_until_idle(after=2 * HOUR)
    actions.resume_publishing(owner)
    run_until_idle(after=4 * HOUR)
    assert (only_delivery(post).state, only_delivery(post).reason) == ("held", "stale")


def test_it_tells_the_pauses_in_force_and_records_the_switch(owner, channel, workspace):
    actions.pause_publishing(owner, channel_id=channel.id, reason="Rumours")
    actions.pause_publishing(owner)
    found = queries.pauses(workspace.id)
    assert [(pause.channel_id, pause.reason) for pause in found] == [
        (None, ""),
        (channel.id, "Rumours"),
    ]
    actions.resume_publishing(owner)
    kinds = Activity.objects.filter(workspace_id=workspace.id, object_type="Service")
    assert sorted(kinds.values_list("type", flat=True)) == ["Block", "Block", "Undo"]


def test_it_refuses_what_makes_no_sense(owner, member, stranger, channel):
    actions.pause_publishing(owner)
    with pytest.raises(ConflictError):
        actions.pause_publishing(owner)
    with pytest.raises(ConflictError):
        actions.resume_publishing(owner, channel_id=channel.id)
    with pytest.raises(InvalidInputError):
        actions.pause_publishing(owner, channel_id=channel.id, reason="a" * 301)
    with pytest.raises(NotAllowedError):
        actions.pause_publishing(member, channel_id=channel.id)
    with pytest.raises(NotFoundError):
        actions.pause_publishing(stranger, channel_id=channel.id)
    assert Pause.objects.count() == 1
