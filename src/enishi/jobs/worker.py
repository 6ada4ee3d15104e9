"""The worker process: `jobs.worker.run()` serves every source until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import DatabaseError

from enishi.jobs import carriers, heartbeat, metrics, registry, tracing
from enishi.jobs.actions import ensure_repeating
from enishi.jobs.carriers.feeder import Feeder
from enishi.jobs.database import Database, OwnThread, in_worker, use
from enishi.jobs.dispatcher import SourceLoop
from enishi.jobs.models import Role
from enishi.jobs.sources import Stranded, WorkSource
from enishi.jobs.timing import Timing
from enishi.jobs.watching import LagMeter
from enishi.kernel import clock

logger = logging.getLogger(__name__)

_OPEN_FILES = 8192


class Loop(Protocol):
    """Serves one source on behalf of one worker."""

    @property
    def source(self) -> WorkSource[Any, Any]: ...

    @property
    def in_flight(self) -> set[UUID]: ...

    async def serve(self, stopping: asyncio.Event) -> None: ...

    def abort(self) -> None: ...


LoopsFor = Callable[[UUID, Database, Timing], Sequence[Loop]]


def run(timing: Timing | None = None) -> None:
    """Work until SIGTERM or SIGINT; then finish what is in hand and return."""
    asyncio.run(_main(timing or Timing.from_environment()))


async def _main(timing: Timing) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stopping, number)
    await attend(timing, stopping)


async def attend(
    timing: Timing,
    stopping: asyncio.Event,
    *,
    loops_for: LoopsFor | None = None,
    role: Role = Role.WORKER,
) -> None:
    """Serve with a database thread of this event loop's own, until `stopping` is set."""
    in_worker.set(True)
    tracing.start()
    database = OwnThread()
    try:
        await serve(database, timing, stopping, loops_for=loops_for, role=role)
    finally:
        await asyncio.to_thread(database.close)
        await asyncio.to_thread(tracing.stop)


def _let_open_files() -> None:
    """As many connections as the system allows: its first limit is often 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _stop(stopping: asyncio.Event, number: int) -> None:
    """The first signal lets what is in hand end; the second ends at once.

    What was in hand then is taken over by others, who look before they send.
    """
    if stopping.is_set():
        logger.warning("worker.cut_off")
        os._exit(128 + number)
    logger.info("worker.draining")
    stopping.set()


async def serve(
    database: Database,
    timing: Timing,
    stopping: asyncio.Event,
    *,
    loops_for: LoopsFor | None = None,
    role: Role = Role.WORKER,
) -> None:
    """Serve every source, or what `loops_for` makes, until `stopping` is set."""
    use(database)
    _let_open_files()
    worker_id = await database.run(heartbeat.sign_in, role)
    logger.info("worker.started", extra={"worker": str(worker_id)})
    loops = (loops_for or _all_loops)(worker_id, database, timing)
    lag = LagMeter()
    measuring = asyncio.create_task(lag.measure())
    keeper = asyncio.create_task(_Keeper(worker_id, loops, database, timing, lag).keep())
    try:
        async with asyncio.TaskGroup() as group:
            for source_loop in loops:
                group.create_task(source_loop.serve(stopping))
            for run_beside in registry.companions() if loops_for is None else ():
                group.create_task(run_beside(worker_id, stopping))
    finally:
        keeper.cancel()
        measuring.cancel()
        await database.run(heartbeat.sign_out, worker_id)
        logger.info("worker.stopped", extra={"worker": str(worker_id)})


def _all_loops(worker_id: UUID, database: Database, timing: Timing) -> Sequence[Loop]:
    """Each source is served here, but for what a carrier takes to a fleet."""
    if carriers.is_embedded():
        return [SourceLoop(source, worker_id, database, timing) for source in registry.sources()]
    carrier = carriers.chosen()
    return [
        Feeder(source, worker_id, database, timing, carrier)
        if isinstance(source, carriers.Carriable)
        else SourceLoop(source, worker_id, database, timing)
        for source in registry.sources()
    ]


def _boot_seconds() -> float:
    """Seconds that also pass while the machine is suspended, where it can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class _Keeper:
    """Beats, frees what dead workers held, and keeps the repeating tasks going."""

    def __init__(
        self,
        worker_id: UUID,
        loops: Sequence[Loop],
        database: Database,
        timing: Timing,
        lag: LagMeter,
    ) -> None:
        self._worker_id = worker_id
        self._loops = loops
        self._database = database
        self._timing = timing
        self._lag = lag

    async def keep(self) -> None:
        last = _boot_seconds()
        while True:
            self._mind_the_gap(_boot_seconds() - last)
            try:
                held = [source_loop.in_flight for source_loop in self._loops]
                self._measure(held)
                await self._database.run(self._turn, held)
            except DatabaseError:
                logger.exception("worker.heartbeat")
            last = _boot_seconds()
            await asyncio.sleep(self._timing.beat)

    def _mind_the_gap(self, seconds: float) -> None:
        """A process that was asleep may be thought dead: what it held may be others' now."""
        if seconds > self._timing.dead:
            logger.warning("worker.was_asleep", extra={"seconds": round(seconds)})
            for source_loop in self._loops:
                source_loop.abort()

    def _measure(self, held: list[set[UUID]]) -> None:
        metrics.LOOP_LAG.set(self._lag.take())
        for source_loop, in_flight in zip(self._loops, held, strict=True):
            metrics.IN_FLIGHT.set(len(in_flight), source_loop.source.name)

    def _turn(self, held: list[set[UUID]]) -> None:
        heartbeat.beat(self._worker_id)
        now = clock.now()
        ensure_repeating(now)
        dead = heartbeat.dead_workers(now, timedelta(seconds=self._timing.dead))
        for source_loop, in_flight in zip(self._loops, held, strict=True):
            freed = source_loop.source.recover(
                Stranded(
                    worker_id=self._worker_id,
                    dead=[identifier for identifier in dead if identifier != self._worker_id],
                    claimed_before=now - timedelta(seconds=self._timing.settle),
                    in_flight=in_flight,
                ),
                now,
            )
            if freed:
                metrics.FREED.add(source_loop.source.name, amount=freed)
                logger.warning(
                    "jobs.freed", extra={"source": source_loop.source.name, "count": freed}
                )
