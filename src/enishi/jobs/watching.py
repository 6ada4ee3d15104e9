"""Sees what a worker does, and tells it to the metrics and to the traces."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol

from enishi.jobs import metrics, tracing
from enishi.jobs.sources import Work
from enishi.kernel import clock

_STEP = 0.25


class Told(Protocol):
    """What work may have, to say more about itself than its name."""

    @property
    def label(self) -> str:
        """What kind it is, of few: an adapter, the name of a task."""
        ...

    @property
    def first_due_at(self) -> datetime | None:
        """Since when it is due; None when it was attempted before and waited on purpose."""
        ...


class Watch:
    """Stands beside the loop of one source."""

    def __init__(self, source: str) -> None:
        self._source = source

    def claimed(self, works: Sequence[Work], begun: int) -> None:
        """A claim that began at `begun` (nanoseconds since 1970) gave these works."""
        ended = time.time_ns()
        metrics.CLAIM.observe((ended - begun) / 1e9, self._source)
        if works and tracing.is_on():
            tracing.claimed(self._source, works, begun, ended)

    def delivering(self, work: Work) -> _Attempt:
        """The block is one attempt."""
        return _Attempt(self._source, work)

    def settled(self, batch: Sequence[tuple[Work, Any]], begun: int) -> None:
        """A batch of works with their results was written down."""
        ended = time.time_ns()
        metrics.SETTLE.observe((ended - begun) / 1e9, self._source)
        metrics.SETTLED.add(self._source, amount=len(batch))
        if tracing.is_on():
            tracing.settled({work.id: _outcome(result) for work, result in batch}, begun, ended)


def _outcome(result: object) -> str:
    found = getattr(result, "outcome", None)
    return str(found if found is not None else getattr(result, "problem", "") or "done")


class _Attempt:
    """The block in which one piece of work is done."""

    __slots__ = ("_begun", "_source", "_traced", "_work")

    def __init__(self, source: str, work: Work) -> None:
        self._source, self._work = source, work
        self._traced = tracing.delivering(work) if tracing.is_on() else None
        self._begun = 0.0

    def __enter__(self) -> None:
        first_due_at = getattr(self._work, "first_due_at", None)
        if first_due_at is not None:
            late = (clock.now() - first_due_at).total_seconds()
            metrics.LATENESS.observe(max(late, 0.0), self._source)
        self._begun = time.perf_counter()
        if self._traced is not None:
            self._traced.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if self._traced is not None:
                self._traced.__exit__(kind, error, traceback)
        finally:
            label = getattr(self._work, "label", "")
            metrics.DURATION.observe(time.perf_counter() - self._begun, self._source, label)


class LagMeter:
    """How long the event loop keeps others waiting."""

    def __init__(self) -> None:
        self._worst = 0.0

    async def measure(self) -> None:
        """Until cancelled: sleep, and see how much longer it took."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(_STEP)
            self._worst = max(self._worst, time.perf_counter() - begun - _STEP)

    def take(self) -> float:
        """The longest delay since this was last asked, in seconds."""
        worst, self._worst = self._worst, 0.0
        return worst
