"""Keeping its own house: what is done long ago is forgotten."""

from __future__ import annotations

from datetime import timedelta

from enishi.jobs import registry
from enishi.jobs.models import Budget, Handover, Task, TaskState, Worker
from enishi.jobs.registry import Payload
from enishi.jobs.taskrows import TaskSource
from enishi.kernel import clock

KEEP_DONE = timedelta(days=2)
KEEP_FAILED = timedelta(days=60)
KEEP_WORKERS = timedelta(days=7)

registry.source(TaskSource)


@registry.periodic("jobs.tidy", every=timedelta(hours=1))
def tidy(_payload: Payload) -> None:
    """Delete finished tasks, workers long gone and budgets that are full again."""
    now = clock.now()
    for state, age in ((TaskState.DONE, KEEP_DONE), (TaskState.FAILED, KEEP_FAILED)):
        Task.objects.filter(state=state.value, finished_at__lt=now - age).delete()
    Worker.objects.filter(beat_at__lt=now - KEEP_WORKERS).delete()
    Handover.objects.filter(until__lt=now - timedelta(days=1)).delete()
    Budget.objects.filter(arrival_at__lt=now - timedelta(days=1)).delete()
