"""The source of work that serves the rows of `Task`."""

from __future__ import annotations

import inspect
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, QuerySet

from enishi.jobs import metrics, registry
from enishi.jobs.apart import run_apart
from enishi.jobs.core.fairness import Candidate, allot
from enishi.jobs.core.retry import Backoff, decide_retry
from enishi.jobs.database import in_worker, run_plain
from enishi.jobs.errors import TryLaterError
from enishi.jobs.models import Task, TaskState
from enishi.jobs.registry import TaskType
from enishi.jobs.sources import Backlog, Claimed, ClaimRequest, Stranded
from enishi.kernel import clock

logger = logging.getLogger(__name__)

CEILING = 16
WIDTH = 6
"""How many tasks of one name a worker runs at a time."""
_LOOKAHEAD = 200
_BACKOFF = Backoff(first=timedelta(seconds=10), longest=timedelta(minutes=30))


@dataclass(frozen=True, slots=True)
class TaskWork:
    """A claimed task."""

    id: UUID
    name: str
    payload: dict[str, Any]
    attempt: int
    repeats: bool
    worker_id: UUID

    first_due_at: datetime | None = None

    @property
    def lane(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class TaskResult:
    """How a task went: `problem` is empty when it was done."""

    work: TaskWork
    problem: str = ""
    wait: timedelta | None = None
    final: bool = False
    """Trying again is no use."""
    interrupted: bool = False
    ended_at: datetime = field(default_factory=lambda: clock.now())  # noqa: PLW0108 - tests move it

    @property
    def outcome(self) -> str:
        """In one word."""
        if self.interrupted:
            return "interrupted"
        if self.wait is not None:
            return "later"
        return "failed" if self.problem else "done"


class TaskSource:
    """Serves `Task` rows, first due first, a few of each name at a time."""

    name = "tasks"
    ceiling = CEILING
    deadline = 3600.0

    def claim(self, request: ClaimRequest) -> Claimed[TaskWork]:
        due = Task.objects.filter(state=TaskState.DUE.value, due_at__lte=request.now)
        rows = list(
            due.order_by("due_at", "id").values_list("id", "name", "workspace_id")[:_LOOKAHEAD]
        )
        chosen = allot(
            (Candidate(row[0], str(row[2]), row[1]) for row in rows),
            room=request.room,
            width=WIDTH,
            in_flight=request.in_flight,
        )
        if not chosen:
            return Claimed([], more=bool(rows))
        with transaction.atomic():
            locked = list(due.filter(id__in=chosen).select_for_update(skip_locked=True))
            ids = [task.id for task in locked]
            Task.objects.filter(id__in=ids, state=TaskState.DUE.value).update(
                state=TaskState.RUNNING.value,
                worker_id=request.worker_id,
                claimed_at=request.now,
                attempts=F("attempts") + 1,
            )
        return Claimed(
            [_work(task, request.worker_id) for task in locked], more=len(locked) < len(rows)
        )

    async def deliver(self, work: TaskWork) -> TaskResult:
        kind = registry.task_types().get(work.name)
        if kind is None:
            return TaskResult(work, "No handler has this name.", final=True)
        try:
            await _call(kind, work.payload)
        except TryLaterError as error:
            return TaskResult(work, str(error) or "Later.", wait=error.wait)
        except Exception as error:
            logger.exception("task.failed", extra={"task": work.name, "id": str(work.id)})
            return TaskResult(work, f"{type(error).__name__}: {error}")
        return TaskResult(work)

    async def close(self) -> None:
        """There is nothing to let go of."""

    def interrupted(self, work: TaskWork) -> TaskResult:
        return TaskResult(work, "The worker stopped.", interrupted=True)

    def settle(self, results: Sequence[TaskResult]) -> None:
        with transaction.atomic():
            for result in results:
                _settle(result)
        for result in results:
            metrics.TASKS.add(result.work.name, result.outcome)

    def recover(self, stranded: Stranded, now: datetime) -> int:
        running = Task.objects.filter(state=TaskState.RUNNING.value)
        with transaction.atomic():
            lost = list(running.filter(stranded.claims()))
            for task in lost:
                _make_due(task.id, task.worker_id, due_at=now)
        return len(lost)

    def backlog(self, now: datetime) -> Backlog:
        found = Task.objects.filter(state=TaskState.DUE.value, due_at__lte=now).aggregate(
            due=Count("id"), oldest=Min("due_at")
        )
        leased = Task.objects.filter(state=TaskState.RUNNING.value).count()
        return Backlog(**found, leased=leased)


def _work(task: Task, worker_id: UUID) -> TaskWork:
    return TaskWork(
        id=task.id,
        name=task.name,
        payload=task.payload,
        attempt=task.attempts + 1,
        repeats=task.repeats,
        worker_id=worker_id,
        first_due_at=None if task.attempts else task.due_at,
    )


async def _call(kind: TaskType, payload: dict[str, Any]) -> None:
    """Call a handler: coroutines here, plain functions in a thread, heavy ones in a child."""
    if inspect.iscoroutinefunction(kind.handler):
        await kind.handler(payload)
        return
    if kind.apart and in_worker.get():
        await run_apart(kind.name, payload)
        return
    await run_plain(kind.handler, payload)


def _settle(result: TaskResult) -> None:
    work = result.work
    kind = registry.task_types().get(work.name)
    every = kind.every if kind else None
    if result.interrupted:
        _make_due(work.id, work.worker_id, due_at=result.ended_at)
    elif not result.problem and every is None:
        _finish(work, TaskState.DONE, result)
    elif not result.problem and every is not None:
        _make_due(work.id, work.worker_id, due_at=result.ended_at + every, attempts=0, problem="")
    elif (wait := _wait(kind, result)) is not None:
        due_at = result.ended_at + wait
        _make_due(work.id, work.worker_id, due_at=due_at, problem=result.problem)
    else:
        _finish(work, TaskState.FAILED, result)


def _wait(kind: TaskType | None, result: TaskResult) -> timedelta | None:
    """How long a task that did not work rests; None when it has failed for good."""
    if kind is None or result.final:
        return None
    backoff = Backoff(_BACKOFF.first, _BACKOFF.longest, kind.attempts)
    decision = decide_retry(
        result.work.attempt,
        backoff,
        jitter=random.random(),  # noqa: S311 - spreads load, guards nothing
        asked=result.wait,
    )
    return decision.wait if decision.again else kind.every


def _held_by(task_id: UUID, worker_id: UUID | None) -> QuerySet[Task]:
    """The row, if the worker still holds it: the left side of a compare-and-set."""
    return Task.objects.filter(id=task_id, state=TaskState.RUNNING.value, worker_id=worker_id)


def _finish(work: TaskWork, state: TaskState, result: TaskResult) -> None:
    _held_by(work.id, work.worker_id).update(
        state=state.value, finished_at=result.ended_at, problem=result.problem
    )


def _make_due(task_id: UUID, worker_id: UUID | None, **fields: object) -> None:
    """Let a task wait again. If one with its key waits already, that one stands for both."""
    held = _held_by(task_id, worker_id)
    try:
        with transaction.atomic():
            held.update(state=TaskState.DUE.value, worker_id=None, **fields)
    except IntegrityError:
        held.update(state=TaskState.DONE.value, finished_at=clock.now())
