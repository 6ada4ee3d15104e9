"""Background work: which channels are due, and reading one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from enishi.channels import elsewhere, registry
from enishi.channels.core.lifecycle import READABLE
from enishi.channels.models import Channel
from enishi.channels.sync import sync_channel
from enishi.jobs import actions as jobs
from enishi.jobs.registry import beforehand, periodic, task
from enishi.kernel import clock

beforehand(registry.all)

SYNC = "channels.sync"
_LEASE = timedelta(minutes=5)
"""When a reading dies with its worker, the channel is read again after this time."""


@task(SYNC, attempts=1)
async def sync(payload: dict[str, Any]) -> None:
    """Read one channel. What fails is noted on the channel, which is read again in time."""
    await sync_channel(UUID(payload["channel_id"]))


@periodic("channels.due", every=timedelta(seconds=5))
def enqueue_due(_payload: dict[str, Any]) -> None:
    """Give every channel whose time has come a task of its own."""
    now = clock.now()
    with transaction.atomic():
        due = Channel.objects.filter(state__in=READABLE).filter(
            Q(next_read_at__isnull=True) | Q(next_read_at__lte=now)
        )
        for channel in due.only("id", "workspace_id"):
            request_sync(channel)
            Channel.objects.filter(id=channel.id).update(next_read_at=now + _LEASE)


@periodic("channels.pictures", every=timedelta(hours=6))
def tidy_pictures(_payload: dict[str, Any]) -> None:
    """Forget pictures of other servers that nobody looked at lately."""
    elsewhere.tidy()


def request_sync(channel: Channel) -> None:
    """Have a channel read soon; one that already waits is not added again."""
    jobs.enqueue(
        SYNC,
        {"channel_id": str(channel.id)},
        key=str(channel.id),
        workspace_id=channel.workspace_id,
    )
