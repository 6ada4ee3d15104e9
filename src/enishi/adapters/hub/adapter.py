"""The adapter of the hub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from enishi.adapters.hub import checking, mapping
from enishi.adapters.hub.client import call, read
from enishi.channels.contract import (
    Account,
    Connection,
    Metric,
    Outgoing,
    Page,
    People,
    Person,
    Problem,
    Receipt,
)
from enishi.channels.errors import RejectedError


class HubAdapter:
    """Speaks to the hub for one of its accounts."""

    def __init__(self, connection: Connection) -> None:
        self._token = connection.secrets.get("actor")

    async def verify(self) -> Account:
        return await call(lambda hub: hub.account(self._token))

    def length(self, text: str) -> int:
        """Letters as people count them."""
        return mapping.length(text)

    def problems(self, outgoing: Outgoing) -> Sequence[Problem]:
        """What the hub would refuse."""
        return checking.problems(outgoing)

    async def publish(self, outgoing: Outgoing) -> Receipt:
        for problem in self.problems(outgoing):
            raise RejectedError(problem.message, field=problem.field)
        media = await read(outgoing)
        return await call(lambda hub: hub.publish(self._token, outgoing, media))

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        return await call(lambda hub: hub.find(self._token, outgoing.key))

    async def edit(self, remote_id: str, outgoing: Outgoing) -> Receipt:
        for problem in self.problems(outgoing):
            raise RejectedError(problem.message, field=problem.field)
        media = await read(outgoing)
        return await call(lambda hub: hub.edit(self._token, remote_id, outgoing, media))

    async def edited(self, remote_id: str, outgoing: Outgoing) -> Receipt | None:
        return await call(lambda hub: hub.edited(self._token, remote_id, outgoing))

    async def delete(self, remote_id: str) -> None:
        await call(lambda hub: hub.delete(self._token, remote_id))

    async def inbox(self, cursor: str) -> Page:
        return await call(lambda hub: hub.inbox(self._token, cursor))

    async def history(self, cursor: str) -> Page:
        return await call(lambda hub: hub.history(self._token, cursor))

    async def metrics(self, subjects: Sequence[str]) -> Iterable[Metric]:
        return await call(lambda hub: hub.metrics(self._token, subjects))

    async def follow(self, account_id: str) -> None:
        await call(lambda hub: hub.follow(self._token, account_id))

    async def unfollow(self, account_id: str) -> None:
        await call(lambda hub: hub.unfollow(self._token, account_id))

    async def look(self, account_id: str) -> Person:
        return await call(lambda hub: hub.look(self._token, account_id))

    async def following(self, cursor: str) -> People:
        return await call(lambda hub: hub.following(self._token, cursor))


ADAPTER = HubAdapter
