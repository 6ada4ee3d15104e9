"""Polls come to their end."""

from __future__ import annotations

from django.db import transaction

from enishi.hub import things
from enishi.hub.models import HubObject
from enishi.kernel import clock
from enishi.vocab.times import write_datetime


def close_ended() -> int:
    """Close polls whose time is over and tell everybody the result; returns how many."""
    now = write_datetime(clock.now())
    ended = [
        poll
        for poll in HubObject.objects.filter(type="Question", deleted_at=None)
        .exclude(data__has_key="closed")
        .select_related("actor__hub")
        if str(poll.data.get("end") or now) <= now
    ]
    for poll in ended:
        with transaction.atomic():
            poll.data = {**poll.data, "closed": poll.data.get("end") or now}
            poll.save(update_fields=["data"])
            things.announce_change(poll)
    return len(ended)
