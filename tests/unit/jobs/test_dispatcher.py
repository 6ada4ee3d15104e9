"""The dispatcher against a source in memory: nothing lost, nothing held up."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from enishi.jobs.dispatcher import SourceLoop
from enishi.jobs.sources import Backlog, Claimed, ClaimRequest, Stranded
from enishi.jobs.timing import Timing

FAST = Timing(poll=0.01, gather=0.001, drain=0.2)


class Here:
    """Runs database work at once."""

    async def run(self, function, *args, **kwargs):
        return function(*args, **kwargs)


@dataclass
class Item:
    id: UUID
    lane: str
    seconds: float = 0.0


@dataclass
class MemorySource:
    """Work in a list; what was settled is kept."""

    waiting: list[Item]
    name: str = "memory"
    ceiling: int = 4
    deadline: float = 5.0
    settled: list[tuple[Item, str]] = field(default_factory=list)
    most: Counter[str] = field(default_factory=Counter)
    outages: int = 0
    closed: bool = False

    def claim(self, request: ClaimRequest) -> Claimed[Item]:
        self._maybe_out()
        taken, self.waiting = self.waiting[: request.room], self.waiting[request.room :]
        self.most["room"] = max(self.most["room"], len(taken) + sum(request.in_flight.values()))
        return Claimed(taken, more=bool(self.waiting))

    async def deliver(self, work: Item) -> tuple[Item, str]:
        await asyncio.sleep(work.seconds)
        if work.lane == "broken":
            raise RuntimeError("a bug")
        return work, "done"

    def interrupted(self, work: Item) -> tuple[Item, str]:
        return work, "interrupted"

    def settle(self, results) -> None:
        self._maybe_out()
        self.settled.extend(results)

    async def close(self) -> None:
        self.closed = True

    def recover(self, stranded: Stranded, now) -> int:
        return 0

    def backlog(self, now) -> Backlog:
        return Backlog(len(self.waiting))

    def _maybe_out(self) -> None:
        if self.outages:
            self.outages -= 1
            raise OperationalError("database is locked")


def items(count: int, lane: str = "a", seconds: float = 0.0) -> list[Item]:
    return [Item(uuid4(), lane, seconds) for _ in range(count)]


async def serve(source: MemorySource, *, until: int, patience: float = 5.0) -> SourceLoop:
    loop, stopping = SourceLoop(source, uuid4(), Here(), FAST), asyncio.Event()
    serving = asyncio.create_task(loop.serve(stopping))
    async with asyncio.timeout(patience):
        while len(source.settled) < until:  # noqa: ASYNC110 - a plain list is polled
            await asyncio.sleep(0.005)
        stopping.set()
        await serving
    return loop


async def test_it_does_everything_once_and_no_more_at_a_time_than_it_may():
    source = MemorySource(items(50, seconds=0.001))
    loop = await serve(source, until=50)
    assert Counter(outcome for _item, outcome in source.settled) == {"done": 50}
    assert len({item.id for item, _outcome in source.settled}) == 50
    assert source.most["room"] <= source.ceiling
    assert loop.in_flight == set()
    assert source.closed


async def test_it_goes_on_when_the_database_was_away(monkeypatch):
    monkeypatch.setattr("enishi.jobs.dispatcher._REST_AFTER_ERROR", 0.01)
    source = MemorySource(items(10), outages=3)
    await serve(source, until=10)
    assert Counter(outcome for _item, outcome in source.settled) == {"done": 10}


async def test_it_counts_a_bug_as_an_unknown_outcome():
    source = MemorySource([*items(1, "broken"), *items(2)])
    await serve(source, until=3)
    assert Counter(outcome for _item, outcome in source.settled) == {"done": 2, "interrupted": 1}


async def test_it_cuts_off_what_takes_too_long():
    source = MemorySource(items(1, seconds=60), deadline=0.05)
    await serve(source, until=1)
    assert source.settled[0][1] == "interrupted"


@pytest.mark.parametrize(("seconds", "outcome"), [(0.05, "done"), (60, "interrupted")])
async def test_it_finishes_what_it_can_before_it_stops(seconds, outcome):
    source = MemorySource(items(2, seconds=seconds))
    loop, stopping = SourceLoop(source, uuid4(), Here(), FAST), asyncio.Event()
    serving = asyncio.create_task(loop.serve(stopping))
    while not loop.in_flight:  # noqa: ASYNC110 - a plain set is polled
        await asyncio.sleep(0.005)
    stopping.set()
    async with asyncio.timeout(5):
        await serving
    assert [found for _item, found in source.settled] == [outcome] * 2


async def test_it_goes_on_when_a_freed_row_comes_back_before_its_first_attempt_ended():
    slow = items(1, seconds=0.2)[0]
    again = Item(slow.id, "a", 0.01)
    source = MemorySource([slow])
    loop, stopping = SourceLoop(source, uuid4(), Here(), FAST), asyncio.Event()
    serving = asyncio.create_task(loop.serve(stopping))
    async with asyncio.timeout(5):
        while not loop.in_flight:  # noqa: ASYNC110 - a plain set is polled
            await asyncio.sleep(0.005)
        source.waiting.append(again)
        while len(source.settled) < 2:  # noqa: ASYNC110 - a plain list is polled
            await asyncio.sleep(0.005)
        source.waiting.extend(items(1))
        while len(source.settled) < 3:  # noqa: ASYNC110 - a plain list is polled
            await asyncio.sleep(0.005)
        stopping.set()
        await serving
    assert loop.in_flight == set()


async def test_it_stops_with_the_error_when_outcomes_cannot_be_written_down(monkeypatch):
    source = MemorySource([*items(1), *items(1, seconds=60)])
    loop, stopping = SourceLoop(source, uuid4(), Here(), FAST), asyncio.Event()

    def unforeseen(_work: Item) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(loop, "_forget", unforeseen)
    async with asyncio.timeout(5):
        with pytest.raises(KeyError, match="a bug"):
            await loop.serve(stopping)
        while any(not task.done() for _id, task in loop._running.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert source.closed
    assert not stopping.is_set()
