"""Posts go out, whatever the network does: every story ends in recovery or with a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.activities.models import Activity
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.channels.contract import Secrets
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.health import change_state
from enishi.channels.models import Channel
from enishi.channels.service import store_secrets
from enishi.jobs.testing import recover_all, run_until_idle
from enishi.kernel import clock
from enishi.publishing import actions
from enishi.publishing.core.states import DeliveryState, PostState
from enishi.publishing.models import Attempt, Delivery

HOUR = timedelta(hours=1)


def outcomes(delivery: Delivery) -> list[str]:
    rows = Attempt.objects.filter(delivery=delivery).order_by("number")
    return list(rows.values_list("outcome", flat=True))


def test_it_publishes_a_post_at_its_time(owner, make_post, only_delivery, arrived):
    post = make_post("Hello town")
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)
    run_until_idle()
    assert arrived() == []
    run_until_idle(after=HOUR)
    assert arrived() == ["Hello town"]
    post.refresh_from_db()
    delivery = only_delivery(post)
    assert post.state == PostState.PUBLISHED
    assert delivery.state == DeliveryState.PUBLISHED
    assert delivery.remote_id == "post-1"
    assert outcomes(delivery) == ["done"]


def test_it_records_what_came_out_once_under_the_key_of_the_network(
    owner, make_post, only_delivery, channel
):
    post = make_post("Hello town")
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    delivery = only_delivery(post)
    row = Activity.objects.get(type="Create", direction="outbound")
    assert (row.key, row.object_key) == (delivery.remote_id, delivery.remote_id)
    assert row.source == str(channel.id)
    assert row.occurred_at == delivery.published_at
    channel.refresh_from_db()
    assert channel.last_publish_at == delivery.published_at


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (FaultKind.DROP, False),
        (FaultKind.DROP, True),
        (FaultKind.BROKEN, False),
        (FaultKind.BROKEN, True),
        (FaultKind.HANG, True),
        (FaultKind.TOO_MANY, False),
    ],
)
def test_it_recovers_with_exactly_one_post(
    owner, make_post, only_delivery, arrived, town, kind, after
):
    town.arm(Fault(kind, operation="publish", after=after, seconds=0.01))
    post = make_post("Only once")
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    assert only_delivery(post).state == DeliveryState.SCHEDULED
    run_until_idle(after=HOUR)
    assert arrived() == ["Only once"]
    assert only_delivery(post).state == DeliveryState.PUBLISHED
    assert outcomes(only_delivery(post))[-1] == ("found" if after else "done")


def test_it_frees_what_a_dead_worker_held_and_looks_before_sending(
    owner, make_post, only_delivery, arrived, town
):
    post = make_post("Only once")
    actions.publish_now(owner, post_id=post.id)
    town.arm(Fault(FaultKind.BROKEN, operation="publish", after=True))
    run_until_idle()
    Delivery.objects.update(state=DeliveryState.PUBLISHING, worker_id="0" * 31 + "1")
    assert recover_all() == 1
    run_until_idle(after=HOUR)
    assert arrived() == ["Only once"]
    assert outcomes(only_delivery(post))[-1] == "found"


def test_it_asks_a_person_when_looking_never_works(owner, make_post, only_delivery, arrived, town):
    town.arm(Fault(FaultKind.BROKEN, operation="publish", after=True))
    town.arm(Fault(FaultKind.BROKEN, operation="find", times=50))
    post = make_post("Perhaps")
    actions.publish_now(owner, post_id=post.id)
    for hours in range(12):
        run_until_idle(after=HOUR * hours)
    delivery = only_delivery(post)
    assert delivery.state == DeliveryState.UNKNOWN
    town.disarm()
    actions.check_again(owner, delivery_id=delivery.id)
    run_until_idle(after=HOUR * 12)
    assert only_delivery(post).state == DeliveryState.PUBLISHED
    assert arrived() == ["Perhaps"]


def test_it_gives_up_when_the_network_stays_away_and_can_be_sent_again(
    owner, make_post, only_delivery, arrived, town
):
    town.arm(Fault(FaultKind.DROP, times=100))
    post = make_post("Later")
    actions.publish_now(owner, post_id=post.id)
    for hours in range(12):
        run_until_idle(after=HOUR * hours)
    delivery = only_delivery(post)
    post.refresh_from_db()
    assert (delivery.state, post.state) == (DeliveryState.FAILED, PostState.FAILED)
    assert delivery.problem
    town.disarm()
    actions.retry_delivery(owner, delivery_id=delivery.id)
    run_until_idle(after=HOUR * 12)
    assert arrived() == ["Later"]


def test_it_waits_for_reconnection_when_the_session_ended(
    owner, make_post, only_delivery, arrived, town, channel
):
    post, second = make_post("One"), make_post("Two")
    town.arm(Fault(FaultKind.EXPIRE, operation="publish"))
    actions.publish_now(owner, post_id=post.id)
    actions.publish_now(owner, post_id=second.id)
    run_until_idle()
    channel.refresh_from_db()
    assert channel.state == ChannelState.RECONNECT
    assert {only_delivery(p).state for p in (post, second)} == {DeliveryState.HELD}
    from_town = town.sign_in(channel.handle, "secret")
    store(channel, from_town)
    change_state(channel.id, ChannelState.ACTIVE)
    run_until_idle()
    assert sorted(arrived()) == ["One", "Two"]


def store(channel: Channel, token: str) -> None:
    store_secrets(channel.id, Secrets({"token": token}))


def test_it_tells_the_author_what_the_network_refuses(owner, make_post, only_delivery, town):
    post = make_post("x" * 500)
    actions.publish_now(owner, post_id=post.id)
    post.text = "x" * 501
    post.save(update_fields=["text"])
    run_until_idle()
    delivery = only_delivery(post)
    assert delivery.state == DeliveryState.FAILED
    assert "500" in delivery.problem


def test_it_does_not_send_unasked_what_is_two_days_late(owner, make_post, only_delivery, arrived):
    post = make_post("Yesterday's news")
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)
    run_until_idle(after=timedelta(hours=50))
    assert only_delivery(post).state == DeliveryState.MISSED
    assert arrived() == []
    actions.retry_delivery(owner, delivery_id=only_delivery(post).id)
    run_until_idle()
    assert arrived() == ["Yesterday's news"]


@pytest.mark.requirement("R049")
def test_it_holds_a_post_past_its_valid_until(owner, make_post, only_delivery, arrived):
    post = make_post("Today only")
    at = clock.now() + HOUR
    actions.schedule_post(owner, post_id=post.id, at=at, valid_until=at + HOUR)
    run_until_idle(after=3 * HOUR)
    assert only_delivery(post).state == DeliveryState.HELD
    assert arrived() == []


def test_it_sends_nothing_while_the_channel_is_paused(
    owner, make_post, only_delivery, arrived, channel
):
    post = make_post("Wait")
    actions.publish_now(owner, post_id=post.id)
    change_state(channel.id, ChannelState.PAUSED)
    run_until_idle()
    assert only_delivery(post).state == DeliveryState.HELD
    change_state(channel.id, ChannelState.ACTIVE)
    run_until_idle()
    assert arrived() == ["Wait"]


def test_it_takes_a_post_off_the_network(owner, make_post, only_delivery, arrived):
    post = make_post("Oops")
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    actions.delete_on_network(owner, delivery_id=only_delivery(post).id)
    run_until_idle()
    post.refresh_from_db()
    assert arrived() == []
    assert post.state == PostState.DELETED
    assert Activity.objects.filter(type="Delete", direction="outbound").count() == 1
