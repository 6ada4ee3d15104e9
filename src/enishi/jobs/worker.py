"""The worker process: `jobs.worker.run()` serves every source until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import uvloop
from django.db import DatabaseError, OperationalError

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
_JUMP_SECONDS = 2.0
"""What two readings of clocks may differ by on a busy machine, and clocks be slewed."""

_TURN_SECONDS = 0.001
"""The event loop asks for its turn at every call of the system: it gets it in a fifth of the
time that Python lets a thread of the database go on otherwise."""
_OPEN_FILES = 8192
_SIGN_IN_ATTEMPTS, _SIGN_IN_SECONDS = 10, 1.0
_COLLECT_AFTER = (20_000, 20, 20)
"""Objects more than before until the garbage collector looks: much is alive for a moment."""


class Loop(Protocol):
    """Serves one source on behalf of one worker."""

    @property
    def source(self) -> WorkSource[Any, Any]: ...

    @property
    def in_flight(self) -> set[UUID]: ...

    @property
    def is_claiming(self) -> bool: ...

    async def serve(self, stopping: asyncio.Event) -> None: ...

    def abort(self) -> None: ...


LoopsFor = Callable[[UUID, Database, Timing], Sequence[Loop]]


def run(timing: Timing | None = None) -> None:
    """Work until SIGTERM or SIGINT; then finish what is in hand and return."""
    registry.get_ready()
    _settle_memory()
    sys.setswitchinterval(_TURN_SECONDS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(timing or Timing.from_environment()))


def _settle_memory() -> None:
    """What was imported stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


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
    registry.get_ready()
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
    """Serve every source, or what `loops_for` makes, until `stopping` is set.

    A loop or a heartbeat that breaks ends the worker with its error, for a supervisor to start
    another: a worker that beats but does nothing would keep what it holds for ever.
    """
    use(database)
    _let_open_files()
    worker_id = await _signed_in(database, role)
    logger.info("worker.started", extra={"worker": str(worker_id)})
    loops = (loops_for or _all_loops)(worker_id, database, timing)
    lag = LagMeter()
    companions = registry.companions() if loops_for is None else ()
    try:
        async with asyncio.TaskGroup() as group:
            keeper = _Keeper(worker_id, loops, database, timing, lag)
            beside = [group.create_task(keeper.keep()), group.create_task(lag.measure())]
            await _serve_all(loops, [run(worker_id, stopping) for run in companions], stopping)
            for task in beside:
                task.cancel()
    finally:
        await database.run(heartbeat.sign_out, worker_id)
        logger.info("worker.stopped", extra={"worker": str(worker_id)})


async def _signed_in(database: Database, role: Role) -> UUID:
    """Sign in; a database that is locked or starting anew is waited for, for a while.

    Raises what it says last: then a supervisor decides, and people see why.
    """
    for _attempt in range(_SIGN_IN_ATTEMPTS):
        try:
            return await database.run(heartbeat.sign_in, role)
        except OperationalError as error:
            logger.warning("worker.waits_for_database", extra={"problem": str(error).strip()})
            await asyncio.sleep(_SIGN_IN_SECONDS)
    return await database.run(heartbeat.sign_in, role)


async def _serve_all(
    loops: Sequence[Loop], companions: Sequence[Coroutine[Any, Any, None]], stopping: asyncio.Event
) -> None:
    """Until all have ended. Where one breaks, none goes on, and what broke it is raised."""
    async with asyncio.TaskGroup() as group:
        for source_loop in loops:
            group.create_task(source_loop.serve(stopping))
        for companion in companions:
            group.create_task(companion)


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


def _skew() -> float:
    """How far the clock is ahead of the time since the machine started."""
    return clock.now().timestamp() - _boot_seconds()


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
        self._observer = heartbeat.Observer(timing.beat, max(timing.dead, timing.settle))
        self._skew = _skew()
        self._calm_from = 0.0

    async def keep(self) -> None:
        last = _boot_seconds()
        while True:
            self._mind_the_gap(_boot_seconds() - last)
            try:
                held = [source_loop.in_flight for source_loop in self._loops]
                claiming = [source_loop.is_claiming for source_loop in self._loops]
                self._measure(held)
                await self._database.run(self._turn, held, claiming)
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

    def _is_calm(self) -> bool:
        """Whether times in rows can be believed: not for a while after the clock has jumped.

        By then others have beaten with the new time, and nothing of before is on its way.
        """
        skew, since_boot = _skew(), _boot_seconds()
        if abs(skew - self._skew) > _JUMP_SECONDS:
            logger.warning("worker.clock_jumped", extra={"seconds": round(skew - self._skew)})
            self._calm_from = since_boot + self._timing.dead + self._timing.settle
        self._skew = skew
        return since_boot >= self._calm_from

    def _measure(self, held: list[set[UUID]]) -> None:
        metrics.LOOP_LAG.set(self._lag.take())
        for source_loop, in_flight in zip(self._loops, held, strict=True):
            metrics.IN_FLIGHT.set(len(in_flight), source_loop.source.name)

    def _turn(self, held: list[set[UUID]], claiming: list[bool]) -> None:
        heartbeat.beat(self._worker_id)
        now = clock.now()
        ensure_repeating(now)
        deaths = self._observer.look(_boot_seconds())
        if not self._is_calm():
            return
        for source_loop, in_flight, is_claiming in zip(self._loops, held, claiming, strict=True):
            freed = source_loop.source.recover(
                Stranded(
                    worker_id=self._worker_id,
                    dead=deaths.dead - {self._worker_id},
                    claimed_before=now - timedelta(seconds=self._timing.settle),
                    in_flight=in_flight,
                    silent=deaths.silent - {self._worker_id},
                    is_claiming=is_claiming,
                ),
                now,
            )
            if freed:
                metrics.FREED.add(source_loop.source.name, amount=freed)
                logger.warning(
                    "jobs.freed", extra={"source": source_loop.source.name, "count": freed}
                )
