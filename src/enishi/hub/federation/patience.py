"""How long the worker waits for a server whose activities need something read from it.

The rows are worked through in their order, so that a server which answers slowly on purpose
would hold those of all others. Each has some seconds in a while; what comes after is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from enishi.hub.protocol.errors import RefusedError

SECONDS = 20.0
"""So long, all in all, in each span."""
SPAN = 300.0
_HOSTS = 2000


@dataclass
class Patience:
    """Seconds that each host cost lately; `clock` counts seconds."""

    clock: Callable[[], float]
    _spent: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def with_host(self, host: str) -> Iterator[None]:
        """Count what is done within. Raises RefusedError when the host has used its time."""
        began, spent = self._since(host)
        if spent > SECONDS:
            raise RefusedError("slow", host)
        start = self.clock()
        try:
            yield
        finally:
            if len(self._spent) > _HOSTS:
                self._spent.clear()
            self._spent[host] = began, spent + self.clock() - start

    def _since(self, host: str) -> tuple[float, float]:
        now = self.clock()
        began, spent = self._spent.get(host, (now, 0.0))
        return (began, spent) if now - began < SPAN else (now, 0.0)
