"""Rows of background work: who works, what is to be done, and how fast it may go."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from enishi.kernel.ids import new_id
from enishi.kernel.states import StateGraph


class Role(StrEnum):
    """What a process that works is there for."""

    WORKER = "worker"
    """Does everything, or with a carrier everything but deliveries."""
    FLEET = "fleet"
    """Does what a carrier brings it."""


class TaskState(StrEnum):
    """Where a task stands."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


TASK_STATES: StateGraph[TaskState] = StateGraph(
    initial=TaskState.DUE,
    moves={
        TaskState.DUE: {TaskState.RUNNING},
        TaskState.RUNNING: {TaskState.DUE, TaskState.DONE, TaskState.FAILED},
        TaskState.FAILED: {TaskState.DUE},
        TaskState.DONE: set(),
    },
)
_PENDING = [TaskState.DUE.value, TaskState.RUNNING.value]


class Worker(models.Model):
    """One worker process. While `beat_at` is fresh, what it holds is left alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(db_index=True)
    stopped_at = models.DateTimeField(null=True)
    role = models.CharField(
        max_length=10,
        choices=[(role.value, role.value) for role in Role],
        default=Role.WORKER.value,
    )
    metrics = models.JSONField(default=dict)
    """What it counted and measured until its last heartbeat: see `metrics.py`."""

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class Task(models.Model):
    """A call of a registered handler, at or after `due_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=200, blank=True)
    """While a task waits, a second one with its name and key is not made."""
    repeats = models.BooleanField(default=False)
    workspace_id = models.UUIDField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in TaskState],
        default=TaskState.DUE.value,
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    worker_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "key"],
                condition=Q(state=TaskState.DUE.value) & ~Q(key=""),
                name="one_waiting_task_each_key",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(repeats=True, state__in=_PENDING),
                name="one_repeating_task_each",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=Q(state=TaskState.DUE.value), name="task_due"
            ),
            models.Index(
                fields=["worker_id"],
                condition=Q(state=TaskState.RUNNING.value),
                name="task_running",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Handover(models.Model):
    """A work that is with a carrier, and leased by nobody yet."""

    work_id = models.UUIDField(primary_key=True)
    source = models.CharField(max_length=40)
    lane = models.CharField(max_length=80)
    until = models.DateTimeField()
    """Afterwards it counts as lost and is handed over again."""
    token = models.UUIDField()
    """Which handing over it was: of two at the same time, one wins."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["source", "until"], name="handover_until")]

    def __str__(self) -> str:
        return str(self.work_id)


class Budget(models.Model):
    """How far ahead of its allowance a key is: the one number of the GCRA algorithm."""

    key = models.CharField(primary_key=True, max_length=200)
    arrival_at = models.DateTimeField()
    """The theoretical arrival time of the next call."""

    def __str__(self) -> str:
        return self.key
