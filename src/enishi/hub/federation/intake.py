"""Taking in what other servers send: verified, once, not too much at a time.

Nothing is acted upon here. A verified activity becomes a row, and the worker goes through
the rows in their order (`federation.handling`).
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from django.db import IntegrityError
from django.http import HttpRequest

from enishi.hub.federation import forwarding, memory, rules, verifying
from enishi.hub.federation.recording import Arrived, recorder
from enishi.hub.models import Inbound, InboundState, RemoteActor
from enishi.hub.protocol import jsonld, signatures
from enishi.hub.protocol.errors import RefusedError, SignatureError
from enishi.hub.protocol.messages import host_of, same_host
from enishi.hub.protocol.signatures import Claim
from enishi.kernel import clock
from enishi.vocab import Node

logger = logging.getLogger(__name__)

PER_SECOND = 50.0
BURST = 1000.0
_HOSTS = 5000


class TooManyError(RefusedError):
    """A server sends faster than we take."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How an activity was received."""

    is_new: bool
    ignored: bool = False


class Meter:
    """How much each host sent lately, in this process (GCRA in memory)."""

    def __init__(self, per_second: float, burst: float) -> None:
        self.per_second, self.burst = per_second, burst
        self._arrivals: dict[str, float] = {}
        self._lock = threading.Lock()

    def has_room(self, host: str, now: float) -> bool:
        """Whether one more of this host may pass."""
        return self._arrivals.get(host, now) - now <= self.burst / self.per_second

    def count(self, host: str, now: float) -> None:
        """One of this host passed."""
        with self._lock:
            if len(self._arrivals) > _HOSTS:
                self._arrivals = {key: at for key, at in self._arrivals.items() if at > now}
            self._arrivals[host] = max(self._arrivals.get(host, now), now) + 1 / self.per_second


meter = Meter(PER_SECOND, BURST)


def receive(request: HttpRequest, body: bytes) -> Taken:
    """Take an activity that was posted to an inbox. Raises RefusedError, which says why not.

    1. It must be signed at all, before anything of it is read.
    2. Its document must be sound, and id and actor of one host.
    3. Blocked servers and those that send too fast are turned away before keys are fetched.
    4. The signature must be the actor's. Only then does it count against its server's share,
       which nobody else can use up.
    5. The same signature again is a replay; the same activity again is known already.
    6. What one server passes on from another is taken as a hint to read it there.
    """
    message = verifying.message_of(request, body)
    claim = signatures.read(message)
    activity = jsonld.read(body)
    actor = _checked(activity)
    is_forwarded = forwarding.is_forwarded(activity, claim.key_id)
    host = host_of(claim.key_id if is_forwarded else actor)
    if rules.is_blocked_here(host=host, actor=actor):
        raise RefusedError("blocked", host)
    if not meter.has_room(host, time.monotonic()):
        raise TooManyError("too-many", host)
    if _is_leaving(activity, actor):
        return Taken(is_new=False, ignored=True)
    expected = "" if is_forwarded else actor
    remote, claim = verifying.sender_of(message, expected=expected, claim=claim)
    meter.count(host, time.monotonic())
    return _stored(activity, remote, claim, is_forwarded=is_forwarded)


def _checked(activity: Node) -> str:
    """The actor of an activity whose ids belong together."""
    actor = activity.ref("actor")
    if not activity.id or not activity.type or not actor:
        raise RefusedError("malformed", "an activity has an id, a type and an actor")
    if len(activity.id) > 500 or len(actor) > 500:  # noqa: PLR2004 - what the columns hold
        raise RefusedError("malformed", "an id is too long")
    if not host_of(actor) or not same_host(activity.id, actor):
        raise RefusedError("mismatch", "the activity is of another host than its actor")
    return actor


def _is_leaving(activity: Node, actor: str) -> bool:
    """An account of which we never heard tells everybody that it is gone: so be it."""
    if activity.type != "Delete" or activity.ref("object") != actor:
        return False
    return not RemoteActor.objects.filter(uri=actor).exists()


def _stored(activity: Node, remote: RemoteActor, claim: Claim, *, is_forwarded: bool) -> Taken:
    """A forwarded activity has an id of its own: what its author sends is not known by it."""
    row = Arrived(
        activity_id=f"forwarded {activity.id}"[:500] if is_forwarded else activity.id,
        remote_id=remote.id,
        type=forwarding.FORWARD if is_forwarded else activity.type[:64],
        document=activity.json(),
        fingerprint=claim.fingerprint,
        received_at=clock.now(),
    )
    try:
        first = recorder.record(row)
    except IntegrityError as error:
        # its sender was erased a moment ago: read anew when it comes again
        memory.senders.forget(remote.uri)
        raise verifying.BusyError("busy", remote.uri) from error
    if first is not None and first == claim.fingerprint:
        raise SignatureError("replayed", activity.id)
    return Taken(is_new=first is None)


def take_local(document: dict[str, object], remote: RemoteActor) -> None:
    """An activity from one of our own hubs to another: it needs no proof."""
    activity = jsonld.normalised(document)
    Inbound.objects.get_or_create(
        activity_id=activity.id,
        defaults={
            "remote": remote,
            "type": activity.type[:64],
            "document": activity.json(),
            "fingerprint": "local",
            "state": InboundState.NEW,
            "received_at": clock.now(),
        },
    )
