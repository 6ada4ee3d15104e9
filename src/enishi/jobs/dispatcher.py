"""Leases what is due, has it done, writes down how it went.

Three rules keep an effect from being lost or doubled:

1. A row is taken by compare-and-set, committed before anything is done for it.
2. A worker has one heartbeat row. What a dead worker held is freed only when it is older
   than any request can last.
3. Every attempt after the first asks the other side first. The sources see to that; it
   follows from the number of attempts, never from a flag.

Each source has its own loop, so that slow tasks do not delay posts. All database work of
all loops happens on one thread, many rows in one transaction.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError

from enishi.jobs.database import Database
from enishi.jobs.sources import Claimed, ClaimRequest, Work, WorkSource
from enishi.jobs.timing import Timing
from enishi.jobs.watching import Watch
from enishi.kernel import clock

logger = logging.getLogger(__name__)

_REST_AFTER_ERROR = 1.0
_LARGEST_BATCH = 500
_LONGEST_GATHER = 0.1


class SourceLoop:
    """Serves one source on behalf of one worker."""

    def __init__(
        self, source: WorkSource[Any, Any], worker_id: UUID, database: Database, timing: Timing
    ) -> None:
        self.source = source
        self.worker_id = worker_id
        self._database = database
        self._timing = timing
        self._running: dict[int, tuple[UUID, asyncio.Task[None]]] = {}
        """By object: a row that was freed may come back before its first attempt here ends."""
        self._lanes: Counter[str] = Counter()
        self._results: asyncio.Queue[Any] = asyncio.Queue()
        self._freed = asyncio.Event()
        self._troubled = False
        self.is_claiming = False
        """Whether rows may be ours already of which `in_flight` does not tell yet."""
        self._claiming = self._settling = 0.0
        """Seconds that the last one took."""
        self._watch = Watch(source.name)

    @property
    def in_flight(self) -> set[UUID]:
        """What is claimed and not settled yet."""
        return {identifier for identifier, _task in self._running.values()}

    async def serve(self, stopping: asyncio.Event) -> None:
        """Claim and start work until told to stop.

        Raises when outcomes cannot be written down: to go on would send what nobody knows of.
        What is in hand is then cut off, and others take it over when this worker has ended.
        """
        settling = asyncio.create_task(self._settle_forever())
        claiming = asyncio.create_task(self._claim_until(stopping))
        try:
            await asyncio.wait([settling, claiming], return_when=asyncio.FIRST_COMPLETED)
            if settling.done():
                settling.result()
            await claiming
        except BaseException:
            self.abort()
            raise
        finally:
            settling.cancel()
            claiming.cancel()
            await self.source.close()

    async def _claim_until(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            self.is_claiming = True
            claimed = await self._claim()
            for work in claimed.works:
                self._start(work)
            self.is_claiming = False
            await self._pause(claimed, stopping)
        await self._drain()
        await self._results.join()

    def wake(self) -> None:
        """Look for work now, not at the next poll. Call it in the thread of the event loop."""
        self._freed.set()

    def abort(self) -> None:
        """Cut off everything at once: its outcome counts as unknown."""
        for _identifier, task in self._running.values():
            task.cancel()

    async def _claim(self) -> Claimed[Any]:
        room = self.source.ceiling - len(self._running)
        if room <= 0:
            return Claimed([], more=True)
        request = ClaimRequest(self.worker_id, clock.now(), room, dict(self._lanes))
        begun = time.time_ns()
        started = time.monotonic()
        try:
            claimed = await self._database.run(self.source.claim, request)
        except DatabaseError:
            self._report_trouble()
            await asyncio.sleep(_REST_AFTER_ERROR)
            return Claimed([])
        self._troubled = False
        self._claiming = time.monotonic() - started
        self._watch.claimed(claimed.works, begun)
        return claimed

    async def _pause(self, claimed: Claimed[Any], stopping: asyncio.Event) -> None:
        """Until there may be something: at once when more waits, after a poll when not."""
        self._freed.clear()
        if claimed.works and claimed.more:
            await asyncio.sleep(self._gather(self._claiming))
            return
        waiting = [asyncio.create_task(stopping.wait())]
        if claimed.more:
            waiting.append(asyncio.create_task(self._freed.wait()))
        await asyncio.wait(waiting, timeout=self._timing.poll, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    def _gather(self, taken: float) -> float:
        """How long to let things come together: the slower it goes, the more in one go."""
        return min(max(self._timing.gather, taken), _LONGEST_GATHER)

    def _start(self, work: Work) -> None:
        self._lanes[work.lane] += 1
        self._running[id(work)] = (work.id, asyncio.create_task(self._carry_out(work)))

    async def _carry_out(self, work: Work) -> None:
        """Do one piece of work. Whatever happens, a result is handed over exactly once."""
        result: Any = None
        try:
            async with asyncio.timeout(self.source.deadline):
                with self._watch.delivering(work):
                    result = await self.source.deliver(work)
        except (TimeoutError, asyncio.CancelledError):
            logger.warning(
                "jobs.interrupted", extra={"source": self.source.name, "id": str(work.id)}
            )
        except Exception:
            logger.exception("jobs.broken", extra={"source": self.source.name, "id": str(work.id)})
        finally:
            if result is None:
                result = self.source.interrupted(work)
            self._results.put_nowait((work, result))

    async def _settle_forever(self) -> None:
        while True:
            batch = [await self._results.get()]
            await asyncio.sleep(self._gather(self._settling))
            while len(batch) < _LARGEST_BATCH and not self._results.empty():
                batch.append(self._results.get_nowait())
            begun, started = time.time_ns(), time.monotonic()
            await self._settle([result for _work, result in batch])
            self._settling = time.monotonic() - started
            self._watch.settled(batch, begun)
            for work, _result in batch:
                self._forget(work)
                self._results.task_done()

    def _forget(self, work: Work) -> None:
        del self._running[id(work)]
        self._lanes[work.lane] -= 1
        if not self._lanes[work.lane]:
            del self._lanes[work.lane]
        self._freed.set()

    async def _settle(self, results: Sequence[Any]) -> None:
        """Write results down, however long the database is away.

        A batch that the database refuses is split: one bad row must not hold the rest. A
        row that cannot be settled is freed later like that of a dead worker.
        """
        while True:
            try:
                await self._database.run(self.source.settle, results)
            except (OperationalError, InterfaceError):
                self._report_trouble()
                await asyncio.sleep(_REST_AFTER_ERROR)
            except Exception:
                logger.exception("jobs.unsettled", extra={"source": self.source.name})
                break
            else:
                return
        if len(results) > 1:
            for result in results:
                await self._settle([result])

    def _report_trouble(self) -> None:
        """Log an outage of the database once, not at every turn."""
        if not self._troubled:
            logger.error(
                "jobs.database", extra={"source": self.source.name}, exc_info=sys.exc_info()
            )
        self._troubled = True

    async def _drain(self) -> None:
        """Let what runs come to its end; cut off what takes too long."""
        running = [task for _identifier, task in self._running.values()]
        if not running:
            return
        _done, late = await asyncio.wait(running, timeout=self._timing.drain)
        self.abort()
        if late:
            await asyncio.wait(late)
