"""Background work in tests: run what is due, here and now, in a fixed order."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

from asgiref.sync import async_to_sync

from enishi.jobs import registry
from enishi.jobs.database import CallersThread
from enishi.jobs.registry import Payload
from enishi.jobs.sources import ClaimRequest, Stranded, WorkSource
from enishi.kernel import clock

TEST_WORKER = UUID(int=1)
_ROUNDS = 1000


@contextmanager
def time_moved(by: timedelta) -> Iterator[None]:
    """For the while, every `clock.now()` is later (or earlier) by a span."""
    real = clock.now

    def moved() -> datetime:
        return real() + by

    with patch.object(clock, "now", moved):
        yield


def run_until_idle(
    *, after: timedelta = timedelta(), sources: Iterable[WorkSource[Any, Any]] | None = None
) -> int:
    """Do everything that is due, also what that makes due; returns how many things were done.

    With `after`, the clock is moved first. It runs in the caller's thread, so that it works
    inside a test's transaction.
    """
    with time_moved(after):
        return async_to_sync(arun_until_idle)(sources=sources)


async def arun_until_idle(*, sources: Iterable[WorkSource[Any, Any]] | None = None) -> int:
    """`run_until_idle` for tests that are coroutines."""
    chosen = list(registry.sources() if sources is None else sources)
    try:
        return await _until_idle(chosen)
    finally:
        for source in chosen:
            await source.close()


async def _until_idle(sources: list[WorkSource[Any, Any]]) -> int:
    done = 0
    for _number in range(_ROUNDS):
        round_done = sum([await _run_one(source) for source in sources])
        if not round_done:
            return done
        done += round_done
    raise AssertionError("background work makes more background work without end")


async def _run_one(source: WorkSource[Any, Any]) -> int:
    database = CallersThread()
    request = ClaimRequest(TEST_WORKER, clock.now(), source.ceiling)
    claimed = await database.run(source.claim, request)
    results = [await source.deliver(work) for work in claimed.works]
    if results:
        await database.run(source.settle, results)
    return len(results)


def recover_all() -> int:
    """Free everything that any worker holds, as if all had died long ago."""
    now = clock.now()
    stranded = Stranded(TEST_WORKER, dead=(), claimed_before=now + timedelta(days=1))
    return sum(source.recover(stranded, now) for source in registry.sources())


def run_task(name: str, payload: Payload | None = None) -> None:
    """Call a registered handler, repeating or not, in the caller's thread."""
    handler = registry.task_types()[name].handler

    async def finish(outcome: Awaitable[None]) -> None:
        await outcome

    outcome = handler(payload or {})
    if outcome is not None:
        async_to_sync(finish)(outcome)
