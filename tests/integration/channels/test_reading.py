from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.dispatch import Signal

from enishi.activities.models import Activity, Observation
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.adapters.sandbox.network import Draft
from enishi.channels import actions, signals, tasks
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.models import Channel, Credential, Reading
from enishi.channels.sync import Synced, sync_channel
from enishi.jobs.models import Task
from enishi.kernel import clock


def read(channel: Channel) -> Synced:
    return async_to_sync(sync_channel)(channel.id)


@pytest.fixture
def channel(connect) -> Channel:
    return connect()


@pytest.fixture
def busy(channel, town) -> Channel:
    """A channel that posted yesterday; the town has reacted since."""
    yesterday = clock.now() - timedelta(days=1)
    for number in range(3):
        draft = Draft(f"今日のコーヒー {number} #coffee", language="ja")
        town.publish(channel.remote_id, [draft], at=yesterday + timedelta(minutes=number))
    return channel


@pytest.fixture
def heard():
    """What the signals of channels said: a list for each."""
    said: dict[str, list] = {"activities_read": [], "history_read": [], "channel_changed": []}
    kept = []
    for name, log in said.items():

        def hear(log=log, **told):
            log.append(told)

        signal: Signal = getattr(signals, name)
        signal.connect(hear, weak=False, dispatch_uid=f"test.{name}")
        kept.append((signal, f"test.{name}"))
    yield said
    for signal, uid in kept:
        signal.disconnect(dispatch_uid=uid)


def test_it_records_what_people_did_and_tells_the_slices_above(busy, heard):
    done = read(busy)
    inbound = Activity.objects.filter(channel_id=busy.id, direction="inbound")
    own = Activity.objects.filter(channel_id=busy.id, direction="outbound")
    assert own.count() == 3
    assert inbound.filter(type="Like").exists()
    assert inbound.filter(type="Follow").exists()
    assert inbound.filter(type="Create", target_key__startswith="post-").exists()
    assert done.new == inbound.count() + own.count()
    told = [id_ for one in heard["activities_read"] for id_, _ in one["activities"]]
    assert set(told) == set(inbound.values_list("id", flat=True))
    assert all(isinstance(id_, UUID) for id_ in told)
    assert len(heard["history_read"][0]["activities"]) == 3


def test_reading_twice_records_once(busy, heard):
    read(busy)
    before = Activity.objects.count()
    Reading.objects.update(cursor="", read_at=None)
    heard["activities_read"].clear()
    assert read(busy).new == 0
    assert Activity.objects.count() == before
    assert heard["activities_read"] == []


def test_it_goes_on_where_it_stopped(busy, town):
    read(busy)
    town.publish(busy.remote_id, [Draft("もう一つ")])
    done = read(busy)
    assert done.new == 1
    assert Activity.objects.filter(direction="outbound").count() == 4


def test_it_keeps_numbers_when_they_move_and_once_a_day(busy, town):
    read(busy)
    followers = Observation.objects.filter(subject="", metric="followers")
    likes = Observation.objects.filter(subject="post-1", metric="likes")
    assert (followers.count(), likes.count()) == (1, 1)
    assert followers.get().value == Activity.objects.filter(type="Follow").count()
    Reading.objects.update(read_at=clock.now() - timedelta(minutes=5))
    read(busy)
    assert followers.count() == 1


def test_one_broken_capability_does_not_hold_the_others(busy, town, caplog):
    town.arm(Fault(FaultKind.BROKEN, "inbox"))
    with caplog.at_level(logging.WARNING, logger="enishi.channels"):
        done = read(busy)
        town.arm(Fault(FaultKind.BROKEN, "inbox"))
        read(busy)
    assert list(done.problems) == ["inbox"]
    assert Activity.objects.filter(direction="outbound").count() == 3
    reading = Reading.objects.get(capability="inbox")
    assert (reading.failures, bool(reading.failed_at)) == (2, True)
    busy.refresh_from_db()
    assert busy.last_error
    assert busy.state == ChannelState.DRAFT
    assert [record.message for record in caplog.records] == ["channel.reading_failed"]
    read(busy)
    busy.refresh_from_db()
    assert (busy.last_error, Reading.objects.get(capability="inbox").failures) == ("", 0)
    assert Activity.objects.filter(direction="inbound").exists()


def test_it_asks_for_a_person_when_the_session_ended(busy, town, owner, heard):
    town.arm(Fault(FaultKind.EXPIRE))
    read(busy)
    busy.refresh_from_db()
    assert busy.state == ChannelState.RECONNECT
    assert busy.last_error
    assert heard["channel_changed"][-1]["new"] is ChannelState.RECONNECT
    assert read(busy) == Synced()
    fields = {"handle": "hinode", "password": "kouji"}
    actions.reconnect_channel(owner, busy.id, fields=fields)
    assert read(busy).problems == {}


def test_credentials_that_no_key_opens_ask_for_a_person_too(channel):
    Credential.objects.update(ciphertext=b"not ours")
    assert "credentials" in read(channel).problems
    channel.refresh_from_db()
    assert channel.state == ChannelState.RECONNECT


def test_it_waits_with_own_posts_while_something_is_being_sent(busy):
    def sending(**_told):
        return True

    signals.sending_asked.connect(sending)
    try:
        read(busy)
        assert not Activity.objects.filter(direction="outbound").exists()
    finally:
        signals.sending_asked.disconnect(sending)
    read(busy)
    assert Activity.objects.filter(direction="outbound").count() == 3


def test_a_receiver_that_fails_undoes_the_page(busy):
    def fail(**_told):
        raise RuntimeError("no room")

    signals.activities_read.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            read(busy)
        assert not Activity.objects.filter(direction="inbound").exists()
    finally:
        signals.activities_read.disconnect(fail)
    assert read(busy).new > 0
    assert Activity.objects.filter(direction="inbound").exists()


def test_a_channel_that_asks_us_to_wait_is_left_alone(busy, town):
    town.arm(Fault(FaultKind.TOO_MANY, "inbox", seconds=600))
    read(busy)
    busy.refresh_from_db()
    assert busy.next_read_at > clock.now() + timedelta(minutes=9)


def test_due_channels_get_one_task_each(channel, owner):
    Task.objects.all().delete()
    tasks.enqueue_due({})
    tasks.enqueue_due({})
    assert Task.objects.filter(name="channels.sync").count() == 1
    read(channel)
    channel.refresh_from_db()
    assert clock.now() < channel.next_read_at < clock.now() + timedelta(seconds=10)
    actions.pause_channel(owner, channel.id)
    Task.objects.all().delete()
    Channel.objects.update(next_read_at=None)
    tasks.enqueue_due({})
    assert not Task.objects.exists()
