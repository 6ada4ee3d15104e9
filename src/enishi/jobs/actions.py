"""Asking for background work. Call these inside the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from enishi.jobs import registry
from enishi.jobs.models import Task, TaskState
from enishi.kernel import clock
from enishi.kernel.ids import new_id


@transaction.atomic
def enqueue(
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
    workspace_id: UUID | None = None,
) -> UUID | None:
    """Have a registered handler called with `payload`, at `due_at` or at once.

    With a `key`, nothing is added while a task of that name and key still waits; None is
    returned then. It exists if, and only if, the transaction around it commits.
    """
    if name not in registry.task_types():
        raise LookupError(f"no task is named {name!r}")
    row = Task(
        id=new_id(),
        name=name,
        payload=dict(payload or {}),
        key=key or "",
        due_at=due_at or clock.now(),
        workspace_id=workspace_id,
    )
    waiting = Task.objects.filter(name=name, key=row.key, state=TaskState.DUE.value)
    if key and waiting.exists():
        return None
    Task.objects.bulk_create([row], ignore_conflicts=bool(key))
    return row.id


@transaction.atomic
def ensure_repeating(now: datetime) -> None:
    """Give every repeating handler its one task; those that are no longer known lose it."""
    kinds = {kind.name: kind for kind in registry.repeating()}
    pending = Task.objects.filter(
        repeats=True, state__in=[TaskState.DUE.value, TaskState.RUNNING.value]
    )
    pending.exclude(name__in=kinds).filter(state=TaskState.DUE.value).delete()
    have = set(pending.values_list("name", flat=True))
    Task.objects.bulk_create(
        [Task(name=name, due_at=now, repeats=True) for name in kinds if name not in have],
        ignore_conflicts=True,
    )
