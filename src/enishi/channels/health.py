"""How a channel is: what worked, what failed since when, and what a person must do."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from enishi.channels import signals
from enishi.channels.core.lifecycle import LIFECYCLE, ChannelState
from enishi.channels.errors import AdapterError, RateLimitedError, TransientError
from enishi.channels.models import Channel, Reading
from enishi.jobs.bulk import update_rows
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, EnishiError

logger = logging.getLogger(__name__)


def words(channel: Channel, error: AdapterError | EnishiError) -> str:
    """An error as the people of the workspace read it."""
    with translation.override(channel.workspace.language):
        return str(error.message) or str(_plain(error))


def _plain(error: AdapterError | EnishiError) -> object:
    if isinstance(error, RateLimitedError):
        return _("The network asks us to slow down; it goes on by itself.")
    if isinstance(error, TransientError):
        return _("The network does not answer just now; it is tried again by itself.")
    return _("The network could not be read.")


@transaction.atomic
def change_state(channel_id: UUID, new: ChannelState) -> bool:
    """Move a channel by compare-and-set and tell who listens; false if it may not move."""
    channel = Channel.objects.select_for_update().get(id=channel_id)
    old = ChannelState(channel.state)
    if old is new or not LIFECYCLE.allows(old, new):
        return False
    moved = Channel.objects.filter(id=channel_id, state=old).update(state=new)
    if moved:
        channel.state = new
        signals.channel_changed.send(Channel, channel=channel, old=old, new=new)
    return bool(moved)


@transaction.atomic
def credentials_refused(channel: Channel, error: AdapterError | EnishiError) -> None:
    """The network no longer accepts us: stop reading, ask for *Reconnect*."""
    problem = words(channel, error)
    Channel.objects.filter(id=channel.id).update(last_error=problem, last_error_at=clock.now())
    if change_state(channel.id, ChannelState.RECONNECT):
        logger.warning(
            "channel.credentials_refused",
            extra={"channel": str(channel.id), "is_key_missing": isinstance(error, ConflictError)},
        )


@transaction.atomic
def reading_failed(channel: Channel, reading: Reading, error: AdapterError) -> None:
    """Note a failure; only the first of a run is logged."""
    now, problem = clock.now(), words(channel, error)
    began = Reading.objects.filter(id=reading.id, failures=0).update(failed_at=now)
    Reading.objects.filter(id=reading.id).update(problem=problem, failures=F("failures") + 1)
    Channel.objects.filter(id=channel.id).update(last_error=problem, last_error_at=now)
    if began:
        logger.warning(
            "channel.reading_failed",
            extra={
                "channel": str(channel.id),
                "capability": reading.capability,
                "kind": type(error).__name__,
                "detail": error.detail,
            },
        )


@transaction.atomic
def reading_worked(channel: Channel, reading: Reading) -> None:
    """Note a success; the end of an outage is logged."""
    recovered = Reading.objects.filter(id=reading.id, failures__gt=0).update(
        failures=0, problem="", failed_at=None
    )
    Reading.objects.filter(id=reading.id).update(read_at=clock.now())
    if recovered:
        logger.warning(
            "channel.reading_recovered",
            extra={"channel": str(channel.id), "capability": reading.capability},
        )


def published(newest: Mapping[UUID, datetime]) -> None:
    """Something of ours came out on these channels' networks: publishing tells us when."""
    channels = Channel.objects.filter(id__in=list(newest)).order_by("id")
    if connection.features.has_select_for_update:
        # In one order, so that two workers do not wait for each other.
        list(channels.select_for_update().values_list("id", flat=True))
    update_rows(
        Channel,
        ("id",),
        ("last_publish_at", "last_post_at"),
        ((key, at, at) for key, at in sorted(newest.items())),
    )
