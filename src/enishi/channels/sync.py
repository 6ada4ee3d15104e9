"""Reading a channel: its own posts, what people did, and its numbers, into the log.

1. Each kind of thing is read for itself: when one fails, the others go on.
   What people said comes first: our own answers among the own posts then find their thread.
2. A page is recorded, announced to the slices above and its cursor saved in one transaction.
   Whoever reads the same page twice records it once; whoever comes second with a cursor
   stops.
3. Expired credentials stop everything and ask a person to reconnect.
4. An outage is noted and logged when it begins and when it ends, not in between.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import transaction
from django.utils import translation

from enishi.activities import log
from enishi.activities.models import Activity
from enishi.channels import health, recording, registry, service, signals, stream_state
from enishi.channels.contract import (
    Adapter,
    Capability,
    Metric,
    Page,
    ReadsHistory,
    ReadsInbox,
    ReportsMetrics,
)
from enishi.channels.core import pace
from enishi.channels.core.lifecycle import READABLE
from enishi.channels.errors import AdapterError, AuthExpiredError, TransientError
from enishi.channels.models import Channel, Reading
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError
from enishi.vocab import Node

logger = logging.getLogger(__name__)

MAX_PAGES = 40
"""How many pages one run reads of a kind; the rest waits for the next run."""
SUBJECTS = 50
_SUBJECTS_A_CALL = 25
_Record = Callable[[Channel, Node], log.NewActivity]


@dataclass(slots=True)
class Synced:
    """What a run brought."""

    new: int = 0
    observed: int = 0
    more: bool = False
    problems: dict[str, str] = field(default_factory=dict)
    retry_after: float | None = None


async def sync_channel(channel_id: UUID) -> Synced:
    """Read everything that the channel can give. Safe to repeat and to run twice at once."""
    done = Synced()
    channel = await sync_to_async(_load)(channel_id)
    if channel is None:
        return done
    try:
        async with service.open_adapter(channel) as adapter:
            await _read_all(channel, adapter, done)
    except (AuthExpiredError, ConflictError) as error:
        await sync_to_async(health.credentials_refused)(channel, error)
        done.problems["credentials"] = health.words(channel, error)
    await sync_to_async(_finish)(channel, done)
    return done


def _load(channel_id: UUID) -> Channel | None:
    rows = Channel.objects.select_related("workspace").filter(state__in=READABLE)
    return rows.filter(id=channel_id).first()


async def _read_all(channel: Channel, adapter: Adapter, done: Synced) -> None:
    manifest = registry.get(channel.adapter).manifest
    for capability, read in _READS.items():
        if not manifest.supports(capability):
            continue
        reading = await sync_to_async(_reading)(channel, capability)
        try:
            await read(channel, adapter, reading, done)
        except AuthExpiredError:
            raise
        except AdapterError as error:
            await sync_to_async(health.reading_failed)(channel, reading, error)
            done.problems[capability] = health.words(channel, error)
            if isinstance(error, TransientError) and error.retry_after is not None:
                done.retry_after = max(done.retry_after or 0, error.retry_after)
        else:
            await sync_to_async(health.reading_worked)(channel, reading)


def _reading(channel: Channel, capability: Capability) -> Reading:
    reading, _ = Reading.objects.get_or_create(channel=channel, capability=capability.value)
    return reading


# ── pages of activities ──


async def _read_history(channel: Channel, adapter: Adapter, reading: Reading, done: Synced) -> None:
    if isinstance(adapter, ReadsHistory):
        await _pages(channel, adapter.history, reading, done)


async def _read_inbox(channel: Channel, adapter: Adapter, reading: Reading, done: Synced) -> None:
    if isinstance(adapter, ReadsInbox):
        await _pages(channel, adapter.inbox, reading, done)


async def _pages(
    channel: Channel, read: Callable[[str], Awaitable[Page]], reading: Reading, done: Synced
) -> None:
    for _ in range(MAX_PAGES):
        page = await read(reading.cursor)
        new = await sync_to_async(_keep_page)(channel, reading, page)
        if new is None:
            return
        done.new += new
        if not page.more:
            return
    done.more = True


def _keep_page(channel: Channel, reading: Reading, page: Page) -> int | None:
    """Record a page and move the cursor; None when the page must be read again later."""
    is_history = reading.capability == Capability.HISTORY
    with transaction.atomic(), translation.override(channel.workspace.language):
        row = Reading.objects.select_for_update().get(id=reading.id)
        if row.cursor != reading.cursor:
            return None
        if is_history and page.items and _is_sending(channel):
            return None
        new = _record(channel, page.items, recording.own if is_history else recording.inbound)
        if is_history and page.items:
            _note_newest(channel, page.items)
        if new:
            signal = signals.history_read if is_history else signals.activities_read
            signal.send(Channel, channel=channel, activities=new)
        Reading.objects.filter(id=row.id).update(cursor=page.cursor)
    reading.cursor = page.cursor
    return len(new)


def _is_sending(channel: Channel) -> bool:
    return any(answer for _, answer in signals.sending_asked.send(Channel, channel=channel))


def _record(channel: Channel, items: Sequence[Node], to_row: _Record) -> list[tuple[UUID, Node]]:
    """Record a page; returns what was new, in the order in which it happened."""
    rows = [to_row(channel, item) for item in items]
    nodes = {row.id: item for row, item in zip(rows, items, strict=True)}
    return [(identifier, nodes[identifier]) for identifier in log.record(rows).new]


def _note_newest(channel: Channel, items: Sequence[Node]) -> None:
    times = [row.occurred_at for row in (recording.own(channel, item) for item in items)]
    newest = max(times)
    if channel.last_post_at is None or newest > channel.last_post_at:
        channel.last_post_at = newest
        Channel.objects.filter(id=channel.id).update(last_post_at=newest)


# ── numbers ──


async def _read_metrics(channel: Channel, adapter: Adapter, reading: Reading, done: Synced) -> None:
    if not isinstance(adapter, ReportsMetrics) or not _is_time(reading, clock.now()):
        return
    subjects = await sync_to_async(_subjects)(channel)
    metrics = list(await adapter.metrics(()))
    for some in pace.chunks(subjects, _SUBJECTS_A_CALL):
        metrics.extend(await adapter.metrics(some))
    done.observed += await sync_to_async(_keep_metrics)(channel, reading, metrics)


def _is_time(reading: Reading, now: datetime) -> bool:
    return reading.read_at is None or now - reading.read_at >= pace.METRICS_EVERY


def _subjects(channel: Channel) -> list[str]:
    """The posts whose numbers are worth reading: the newest, unless a slice above knows."""
    answers = signals.subjects_asked.send(Channel, channel=channel, limit=SUBJECTS)
    asked = [subject for _, answer in answers if answer for subject in answer]
    if asked:
        return list(dict.fromkeys(asked))[:SUBJECTS]
    own = Activity.objects.filter(
        workspace_id=channel.workspace_id,
        type="Create",
        channel_id=channel.id,
        direction=log.Direction.OUTBOUND,
    )
    return list(own.order_by("-id").values_list("object_key", flat=True)[:SUBJECTS])


@transaction.atomic
def _keep_metrics(channel: Channel, reading: Reading, metrics: Sequence[Metric]) -> int:
    news, seen = pace.Seen.read(reading.cursor).changed(metrics, clock.now().date())
    Reading.objects.filter(id=reading.id).update(cursor=seen.cursor())
    return log.observe(recording.observations(channel, news))


_READS = {
    Capability.INBOX: _read_inbox,
    Capability.HISTORY: _read_history,
    Capability.METRICS: _read_metrics,
}


# ── afterwards ──


def _finish(channel: Channel, done: Synced) -> None:
    """Note when it was read, and when it is to be read next."""
    now = clock.now()
    failures = max([0, *channel.readings.values_list("failures", flat=True)])
    again = (
        now
        if done.more and not done.problems
        else pace.next_read(
            now,
            poll_seconds=stream_state.poll_seconds(
                channel, registry.get(channel.adapter).manifest.poll_seconds
            ),
            failures=failures if done.problems else 0,
            retry_after=done.retry_after,
        )
    )
    changes: dict[str, object] = {"next_read_at": again}
    if not done.problems:
        changes |= {"last_read_at": now, "last_error": "", "last_error_at": None}
    Channel.objects.filter(id=channel.id).update(**changes)
