"""HTTP clients that are used again: one for each channel, with the few connections it needs.

One for all would make slow networks hold up the others, and looking for a free connection
among hundreds costs more than opening one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from enishi.channels.http import Http
from enishi.channels.models import Channel
from enishi.channels.service import new_http

_IDLE = 64
"""How many clients are kept although nobody uses them."""


class Clients:
    """The clients of one event loop."""

    def __init__(self) -> None:
        self._clients: dict[UUID, Http] = {}
        self._users: Counter[UUID] = Counter()

    @asynccontextmanager
    async def borrow(self, channel: Channel) -> AsyncIterator[Http]:
        """The client of a channel, for as long as the block lasts."""
        key = channel.id
        if key not in self._clients:
            self._clients[key] = new_http()
        self._users[key] += 1
        try:
            yield self._clients[key]
        finally:
            self._users[key] -= 1
            await self._close_some()

    async def _close_some(self) -> None:
        surplus = len(self._clients) - _IDLE
        idle = [key for key in self._clients if not self._users[key]]
        for key in idle[: max(surplus, 0)]:
            await self._clients.pop(key).aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()
