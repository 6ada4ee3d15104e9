"""The other side of a carrier: `deliver(id)`, called in many threads, done in one event loop.

The loop is the one of every worker (`dispatcher.SourceLoop`): one heartbeat, leases and
settlements many at a time, the same adapters. Only where its works come from differs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any
from uuid import UUID

from enishi.jobs import registry, worker
from enishi.jobs.carriers import Carriable, handovers
from enishi.jobs.database import Database
from enishi.jobs.dispatcher import SourceLoop
from enishi.jobs.models import Role
from enishi.jobs.sources import Backlog, Claimed, ClaimRequest, Stranded
from enishi.jobs.timing import Timing

logger = logging.getLogger(__name__)

_START_SECONDS = 60.0


class Inbox:
    """What the carrier brought. Threads put into it and wait; the loop takes out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[UUID] = deque()
        self._futures: dict[UUID, Future[None]] = {}
        self._closed = False
        self.returned: list[UUID] = []
        """What came too late to be looked at."""

    def put(self, identifier: UUID) -> Future[None]:
        """Ask for a work; the future is done when there is nothing more to do for it here."""
        with self._lock:
            if self._closed:
                self.returned.append(identifier)
                return _finished()
            if identifier not in self._futures:
                self._futures[identifier] = Future()
                self._waiting.append(identifier)
            return self._futures[identifier]

    def take(self, room: int) -> list[UUID]:
        """Up to so many, the first first."""
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(room, len(self._waiting)))]

    def finish(self, identifiers: Iterable[UUID]) -> None:
        """Let go those who wait for these."""
        with self._lock:
            found = [self._futures.pop(one, None) for one in identifiers]
        for future in found:
            if future is not None:
                future.set_result(None)

    def close(self) -> None:
        """Take nothing more: what waits goes back."""
        with self._lock:
            self._closed = True
            back = list(self._waiting)
            self._waiting.clear()
            self.returned += back
        self.finish(back)

    def abandon(self) -> None:
        """Let go everybody who still waits: the loop has ended."""
        with self._lock:
            left = list(self._futures)
        self.finish(left)


def _finished() -> Future[None]:
    future: Future[None] = Future()
    future.set_result(None)
    return future


class CarriedSource:
    """A source that serves what came into an inbox, and leases it only then."""

    def __init__(self, source: Carriable[Any, Any], inbox: Inbox) -> None:
        self._source = source
        self._inbox = inbox
        self.name = source.name
        self.ceiling = source.ceiling
        self.deadline = source.deadline

    def claim(self, request: ClaimRequest) -> Claimed[Any]:
        ids = self._inbox.take(request.room)
        if not ids:
            return Claimed([], more=True)
        leased: Collection[UUID] = ()
        try:
            found = self._source.claim_these(request, ids)
            handovers.arrived(ids, found.later)
            leased = {work.id for work in found.works}
        finally:
            self._inbox.finish([one for one in ids if one not in leased])
        return Claimed(found.works, more=True)

    async def deliver(self, work: Any) -> Any:
        try:
            return await self._source.deliver(work)
        finally:
            self._inbox.finish([work.id])

    def interrupted(self, work: Any) -> Any:
        return self._source.interrupted(work)

    async def close(self) -> None:
        await self._source.close()

    def settle(self, results: Sequence[Any]) -> None:
        self._source.settle(results)

    def recover(self, stranded: Stranded, now: datetime) -> int:
        return self._source.recover(stranded, now)

    def backlog(self, now: datetime) -> Backlog:
        return self._source.backlog(now)


class Fleet:
    """This process's part of the fleet: an event loop in a thread of its own."""

    def __init__(self, timing: Timing | None = None) -> None:
        self._timing = timing or Timing.from_environment()
        self._inbox = Inbox()
        self._ready = threading.Event()
        self._stopping: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._source_loop: SourceLoop | None = None
        self._thread = threading.Thread(target=self._run, name="enishi-fleet", daemon=True)
        self.broken = False
        """Whether the loop ended with an error: the process should end with one."""

    def start(self) -> None:
        """Sign in and be ready. Raises when that fails."""
        self._thread.start()
        if not self._ready.wait(_START_SECONDS) or not self._thread.is_alive():
            raise RuntimeError("the database does not let the fleet's worker sign in")

    def deliver(self, identifier: UUID) -> None:
        """Lease a work and do it, or find that there is nothing to do; then return."""
        future = self._inbox.put(identifier)
        if not future.done():
            self._tell(self._wake)
        future.result()

    def drain(self) -> None:
        """Lease nothing more; what is in hand may end."""
        self._inbox.close()
        self._tell(lambda: self._stopping.set() if self._stopping else None)

    def stop(self) -> None:
        """Wait until what was in hand is settled, and give back what was not begun."""
        self.drain()
        self._thread.join()
        handovers.forget(self._inbox.returned)

    def _tell(self, what: Any) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)

    def _wake(self) -> None:
        if self._source_loop is not None:
            self._source_loop.wake()

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception:
            self.broken = True
            logger.exception("fleet.broken")
            os.kill(os.getpid(), signal.SIGTERM)  # without this loop the process is no use
        finally:
            self._inbox.close()
            self._inbox.abandon()
            self._ready.set()

    async def _main(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        await worker.attend(self._timing, self._stopping, loops_for=self._loops, role=Role.FLEET)

    def _loops(self, worker_id: UUID, database: Database, timing: Timing) -> list[SourceLoop]:
        source = next(one for one in registry.sources() if isinstance(one, Carriable))
        carried = CarriedSource(source, self._inbox)
        self._source_loop = SourceLoop(carried, worker_id, database, timing)
        self._ready.set()
        return [self._source_loop]
