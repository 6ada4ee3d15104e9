"""Being told at once: a stream rings, and the channel is read from where reading stopped."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from enishi.channels import actions, stream_state, streams
from enishi.channels.models import Channel, Stream
from enishi.jobs import registry
from enishi.jobs.models import Task
from enishi.jobs.testing import run_until_idle, time_moved
from enishi.kernel import clock
from tests.lab.mastodon_fake import MASTODON, SNAC, running

ME, OTHER = UUID(int=1), UUID(int=2)


def connected(owner, server) -> Channel:
    return actions.connect_channel(
        owner,
        adapter="mastodon",
        service_url=server.base,
        fields={"access_token": server.token},
    )


async def until(check, seconds: float = 10) -> None:
    for _number in range(int(seconds * 50)):
        if await sync_to_async(check)():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to that")


def test_workers_run_what_holds_streams():
    assert streams.hold in registry.companions()


def test_one_worker_holds_a_stream_until_it_is_thought_dead(owner):
    with running(MASTODON) as (server, _site):
        channel = connected(owner, server)
    assert streams.claim(ME, ()) == ([channel.id], set())
    assert streams.claim(OTHER, ()) == ([], set())
    assert streams.claim(ME, [channel.id]) == ([], {channel.id})
    assert stream_state.is_open(Stream.objects.get())
    with time_moved(timedelta(minutes=2)):
        assert not stream_state.is_open(Stream.objects.get())
        assert streams.claim(OTHER, ()) == ([channel.id], set())
    streams.let_go(channel.id, OTHER, was_open=False)
    assert streams.claim(ME, ()) == ([], set())
    with time_moved(timedelta(minutes=2)):
        assert streams.claim(ME, ()) == ([channel.id], set())


def test_a_paused_channel_lets_its_stream_go(owner):
    with running(MASTODON) as (server, _site):
        channel = connected(owner, server)
    streams.claim(ME, ())
    actions.pause_channel(owner, channel.id)
    assert streams.claim(ME, [channel.id]) == ([], set())


@pytest.mark.django_db(transaction=True)
async def test_what_happens_is_read_at_once_and_after_a_break(owner):
    with running(MASTODON, now=lambda: clock.now()) as (server, site):  # noqa: PLW0108 - as elsewhere
        channel = await sync_to_async(connected)(owner, server)
        await sync_to_async(streams.claim)(ME, ())
        listening = asyncio.create_task(streams.listen(channel.id, ME))
        await until(lambda: site.streams == 1)
        await until(lambda: Task.objects.filter(name="channels.sync").exists())
        await sync_to_async(Task.objects.all().delete)()
        server.world.follow(server.other, server.me.id)
        await until(lambda: Task.objects.filter(name="channels.sync").exists())
        await asyncio.to_thread(site.cut)
        await asyncio.wait_for(listening, 10)
    row = await Stream.objects.aget()
    assert (row.holder, row.failures) == (None, 0)
    assert row.retry_at is not None
    assert row.retry_at - clock.now() < timedelta(seconds=10)


@pytest.mark.django_db(transaction=True)
async def test_a_server_without_a_stream_is_read_regularly(owner):
    with running(SNAC) as (server, _site):
        channel = await sync_to_async(connected)(owner, server)
        await sync_to_async(streams.claim)(ME, ())
        await streams.listen(channel.id, ME)
    await channel.arefresh_from_db()
    assert "stream" in channel.learnt["without"]
    row = await Stream.objects.aget()
    assert (row.holder, row.failures) == (None, 1)
    assert await sync_to_async(stream_state.poll_seconds)(channel, 60) == 60


def test_a_channel_whose_stream_is_open_is_asked_less_often(owner):
    with running(MASTODON) as (server, _site):
        channel = connected(owner, server)
        streams.claim(ME, ())
        run_until_idle()
    channel.refresh_from_db()
    assert channel.next_read_at is not None
    assert channel.next_read_at - clock.now() > timedelta(minutes=4)
