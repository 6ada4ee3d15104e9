"""How other servers do: which are down, and which are given up."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from enishi.hub.models import Parcel, ParcelState, Server
from enishi.hub.protocol.signatures import Scheme

logger = logging.getLogger(__name__)

DEAD_AFTER = timedelta(days=7)
"""A server that took nothing for so long gets nothing more, until it is heard of again."""
DEAD_REST = timedelta(days=30)


def work_again(took: Mapping[str, Scheme | None], at: datetime) -> None:
    """Servers took something; with each, the dialect of the signature that it took, if known."""
    plain = ["failing_since", "rests_until", "last_success_at"]
    for is_told, columns in ((True, ["scheme", *plain]), (False, plain)):
        rows = [
            Server(host=host, scheme=scheme.value if scheme else "", last_success_at=at)
            for host, scheme in took.items()
            if bool(scheme) is is_told
        ]
        Server.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["host"], update_fields=columns
        )


def fails(host: str, now: datetime) -> None:
    """A server did not answer; one that is dead gets nothing more."""
    server, _ = Server.objects.get_or_create(host=host, defaults={"failing_since": now})
    since = server.failing_since or now
    if server.failing_since is None:
        Server.objects.filter(host=host).update(failing_since=now)
        logger.warning("hub.server_fails", extra={"host": host})
    if now - since > DEAD_AFTER:
        Server.objects.filter(host=host).update(rests_until=now + DEAD_REST)
        Parcel.objects.filter(host=host, state=ParcelState.DUE).update(
            state=ParcelState.DROPPED, settled_at=now, problem="the server was given up"
        )
        logger.warning("hub.server_given_up", extra={"host": host})


def heard_of(hosts: Collection[str]) -> None:
    """Servers that were given up send again: they get our posts again."""
    resting = Server.objects.filter(host__in=list(hosts), rests_until__isnull=False)
    resting.update(rests_until=None, failing_since=None)
