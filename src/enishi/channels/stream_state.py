"""Whether a channel's stream is open, and what that means for reading it."""

from __future__ import annotations

from datetime import timedelta

from enishi.channels.models import Channel, Stream
from enishi.kernel import clock

HELD = timedelta(seconds=60)
"""How long a hold on a stream lasts that is not renewed."""
POLL_SECONDS = 300
"""How often a channel is read even so while its stream is open."""


def is_open(row: Stream | None) -> bool:
    """Whether a worker holds the stream and the server keeps it open."""
    if row is None or row.holder is None or row.alive_at is None:
        return False
    return row.failures == 0 and clock.now() - row.alive_at < HELD


def poll_seconds(channel: Channel, usual: int) -> int:
    """How often to read: a channel that tells by itself need not be asked as often."""
    row = Stream.objects.filter(channel_id=channel.id).first()
    return max(usual, POLL_SECONDS) if is_open(row) else usual
