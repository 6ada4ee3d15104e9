"""What the inbox asks for with every request and that hardly ever changes.

Kept in the process for a moment. A change in the same process counts at once (signals), in
others after that moment.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models.signals import post_delete, post_save

from enishi.hub.models import Hub, RemoteActor, Rule, Verdict

T = TypeVar("T")

SECONDS = 2.0
_ACTOR_SECONDS = 60.0
_ACTORS = 2000


class Kept(Generic[T]):
    """One value, loaded again when it is older than `seconds`."""

    def __init__(self, load: Callable[[], T], seconds: float = SECONDS) -> None:
        self._load, self._seconds = load, seconds
        self._found: tuple[float, T] | None = None

    def __call__(self) -> T:
        now, found = time.monotonic(), self._found
        if found is None or now - found[0] > self._seconds:
            found = self._found = now, self._load()
        return found[1]

    def forget(self) -> None:
        self._found = None


def _own_hosts() -> frozenset[str]:
    return frozenset(Hub.objects.exclude(host="").values_list("host", flat=True))


def _blocked() -> frozenset[tuple[str, str]]:
    rows = Rule.objects.filter(hub=None, verdict=Verdict.BLOCK)
    return frozenset(rows.values_list("kind", "value"))


own_hosts: Kept[frozenset[str]] = Kept(_own_hosts)
"""The own host names of hubs."""
blocked: Kept[frozenset[tuple[str, str]]] = Kept(_blocked)
"""Kind and value of what is blocked for the whole installation."""


class Senders:
    """Actors of other servers with their keys, as we read them lately."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[float, RemoteActor]] = {}
        self._lock = threading.Lock()

    def get(self, uri: str) -> RemoteActor | None:
        """The actor, for reading only."""
        now, found = time.monotonic(), self._rows.get(uri)
        if found is not None and now - found[0] < _ACTOR_SECONDS:
            return found[1]
        row = RemoteActor.objects.filter(uri=uri).defer("summary").first()
        if row is not None:
            with self._lock:
                if len(self._rows) >= _ACTORS:
                    self._rows.clear()
                self._rows[uri] = now, row
        return row

    def forget(self, uri: str = "") -> None:
        """One actor, or all of them."""
        with self._lock:
            if uri:
                self._rows.pop(uri, None)
            else:
                self._rows.clear()


senders = Senders()


def forget_all() -> None:
    """Read everything anew."""
    own_hosts.forget()
    blocked.forget()
    senders.forget()


def _forget_own_hosts(**_signal: Any) -> None:
    own_hosts.forget()


def _forget_blocked(**_signal: Any) -> None:
    blocked.forget()


def _forget_sender(*, instance: RemoteActor, **_signal: Any) -> None:
    senders.forget(instance.uri)


for _signal in (post_save, post_delete):
    _signal.connect(_forget_own_hosts, sender=Hub, dispatch_uid="hub.memory.hosts")
    _signal.connect(_forget_blocked, sender=Rule, dispatch_uid="hub.memory.rules")
    _signal.connect(_forget_sender, sender=RemoteActor, dispatch_uid="hub.memory.senders")
