"""The worker process: one part that breaks ends it, for its supervisor to start another."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from enishi.jobs import worker
from enishi.jobs.heartbeat import sign_in, sign_out
from enishi.jobs.timing import Timing

FAST = Timing(poll=0.01, beat=0.01)


class Nowhere:
    """A database that only remembers what it was asked to run."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def run(self, function, *_args, **_kwargs):
        self.asked.append(function)
        return uuid4()


class Waiting:
    """A loop with nothing to do."""

    source: Any = None
    in_flight: frozenset[UUID] = frozenset()
    is_claiming = False
    ended = False

    async def serve(self, stopping: asyncio.Event) -> None:
        try:
            await stopping.wait()
        finally:
            self.ended = True

    def abort(self) -> None:
        return


class Broken(Waiting):
    async def serve(self, stopping: asyncio.Event) -> None:
        raise KeyError("a bug")


async def serve(*loops: Any, seconds: float = 5.0) -> Nowhere:
    database, stopping = Nowhere(), asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stopping.set)
    async with asyncio.timeout(10):
        await worker.serve(database, FAST, stopping, loops_for=lambda *_: list(loops))
    return database


@pytest.fixture(autouse=True)
def _no_database(monkeypatch):
    monkeypatch.setattr(worker, "use", lambda _database: None)
    monkeypatch.setattr(worker._Keeper, "_measure", lambda *_: None)


async def test_it_ends_in_good_order_when_it_is_told_to():
    loop = Waiting()
    database = await serve(loop, seconds=0.05)
    assert loop.ended
    assert database.asked[-1] is sign_out


async def test_it_ends_with_the_error_when_a_loop_breaks():
    other = Waiting()
    with pytest.raises(BaseExceptionGroup) as caught:
        await serve(Broken(), other)
    assert caught.group_contains(KeyError, match="a bug")
    assert other.ended


async def test_it_ends_with_the_error_when_its_heartbeat_breaks(monkeypatch):
    def unforeseen(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(worker._Keeper, "_measure", unforeseen)
    loop = Waiting()
    with pytest.raises(BaseExceptionGroup) as caught:
        await serve(loop)
    assert caught.group_contains(ZeroDivisionError)
    assert loop.ended


class Locked(Nowhere):
    """A database that is locked for the first `times` questions."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def run(self, function, *args, **kwargs):
        if len(self.asked) < self.times:
            self.asked.append(function)
            raise OperationalError("database is locked")
        return await super().run(function, *args, **kwargs)


async def test_it_waits_for_a_locked_database_before_it_begins(monkeypatch):
    monkeypatch.setattr(worker, "_SIGN_IN_SECONDS", 0.0)
    database, stopping = Locked(3), asyncio.Event()
    stopping.set()
    await worker.serve(database, FAST, stopping, loops_for=lambda *_: [Waiting()])
    assert database.asked.count(sign_in) == 4
    with pytest.raises(OperationalError, match="locked"):
        await worker.serve(Locked(1000), FAST, stopping, loops_for=lambda *_: [Waiting()])
