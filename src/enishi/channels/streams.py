"""Being told at once: a worker holds the streams of channels open and has them read.

A stream only rings the bell. What happened is read from the cursor where reading stopped, by
the same task as ever, so that a stream that breaks, rings twice or opens late loses nothing
and doubles nothing. Channels without an open stream are read regularly.

One worker holds a stream at a time: it takes the row by compare-and-set and renews it; a hold
that was not renewed for a minute is free.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.db.models import Q

from enishi.channels import registry, service
from enishi.channels.contract import Capability, Streams
from enishi.channels.core.lifecycle import READABLE
from enishi.channels.errors import AdapterError
from enishi.channels.models import Channel, Stream
from enishi.channels.stream_state import HELD
from enishi.channels.tasks import request_sync
from enishi.jobs.registry import companion
from enishi.kernel import clock
from enishi.kernel.errors import EnishiError

logger = logging.getLogger(__name__)

LOOK_SECONDS = 15.0
AT_MOST = 200
"""How many streams one worker holds."""
_SOON = timedelta(seconds=5)
_LONGEST = timedelta(hours=1)
_DOUBLINGS = 10


def claim(worker_id: UUID, holding: Collection[UUID]) -> tuple[list[UUID], set[UUID]]:
    """Renew what this worker holds and take what is free: (taken, still held)."""
    now = clock.now()
    kinds = [one.manifest.id for one in registry.all() if one.manifest.supports(Capability.STREAM)]
    channels = Channel.objects.filter(adapter__in=kinds, state__in=READABLE)
    missing = channels.filter(stream__isnull=True).values_list("id", flat=True)
    Stream.objects.bulk_create([Stream(channel_id=one) for one in missing], ignore_conflicts=True)
    mine = Stream.objects.filter(holder=worker_id, channel__in=channels, channel_id__in=holding)
    kept = set(mine.values_list("channel_id", flat=True))
    Stream.objects.filter(channel_id__in=kept, holder=worker_id).update(alive_at=now)
    free = Stream.objects.filter(channel__in=channels).filter(
        Q(holder__isnull=True) | Q(alive_at__isnull=True) | Q(alive_at__lt=now - HELD),
        Q(retry_at__isnull=True) | Q(retry_at__lte=now),
    )
    rows = free.order_by("retry_at", "channel_id")[: max(0, AT_MOST - len(kept))]
    return [row.channel_id for row in rows if _take(row, worker_id, now)], kept


def _take(row: Stream, worker_id: UUID, now: datetime) -> bool:
    unchanged = Stream.objects.filter(
        channel_id=row.channel_id, holder=row.holder, alive_at=row.alive_at
    )
    return bool(unchanged.update(holder=worker_id, alive_at=now))


def opened(channel: Channel) -> None:
    """The server has opened the stream: what happened before is read now."""
    Stream.objects.filter(channel_id=channel.id).update(failures=0, retry_at=None)
    request_sync(channel)


def let_go(channel_id: UUID, worker_id: UUID, *, was_open: bool) -> None:
    """It closed: free it, to be tried again soon, or later and later if it never opened."""
    row = Stream.objects.filter(channel_id=channel_id, holder=worker_id).first()
    if row is None:
        return
    failures = 0 if was_open else row.failures + 1
    wait = min(_SOON * (1 << min(failures, _DOUBLINGS)), _LONGEST)
    Stream.objects.filter(channel_id=channel_id, holder=worker_id).update(
        holder=None, alive_at=None, failures=failures, retry_at=clock.now() + wait
    )


@companion
async def hold(worker_id: UUID, stopping: asyncio.Event) -> None:
    """Hold streams for as long as the worker runs."""
    held: dict[UUID, asyncio.Task[None]] = {}
    try:
        while not stopping.is_set():
            held = {one: task for one, task in held.items() if not task.done()}
            try:
                taken, kept = await sync_to_async(claim)(worker_id, list(held))
            except DatabaseError:
                logger.exception("streams.claim")
                taken, kept = [], set(held)
            for lost in held.keys() - kept:
                held[lost].cancel()
            for channel_id in taken:
                held[channel_id] = asyncio.create_task(listen(channel_id, worker_id))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)
    finally:
        for task in held.values():
            task.cancel()
        await asyncio.gather(*held.values(), return_exceptions=True)


async def listen(channel_id: UUID, worker_id: UUID) -> None:
    """Hold one stream until it closes."""
    was_open = False
    try:
        channel = await Channel.objects.aget(id=channel_id)
        async with service.open_adapter(channel) as adapter:
            if not isinstance(adapter, Streams):
                return
            async for _event in adapter.happenings():
                await sync_to_async(request_sync if was_open else opened)(channel)
                was_open = True
    except (AdapterError, EnishiError, Channel.DoesNotExist) as error:
        logger.info(
            "streams.closed", extra={"channel": str(channel_id), "reason": type(error).__name__}
        )
    finally:
        await sync_to_async(let_go)(channel_id, worker_id, was_open=was_open)
