"""The rows of workers: signing in, beating, and finding those that died."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from uuid import UUID

from enishi.jobs import metrics
from enishi.jobs.models import Role, Worker
from enishi.kernel import clock
from enishi.kernel.ids import new_id


def sign_in(role: Role = Role.WORKER) -> UUID:
    """Make the row of this process."""
    now = clock.now()
    row = Worker.objects.create(
        id=new_id(),
        host=socket.gethostname()[:200],
        pid=os.getpid(),
        started_at=now,
        beat_at=now,
        role=role.value,
    )
    return row.id


def beat(worker_id: UUID) -> None:
    """Say that this process is alive, and what it counted so far."""
    metrics.note_process()
    Worker.objects.filter(id=worker_id).update(
        beat_at=clock.now(), metrics=metrics.store.snapshot()
    )


def sign_out(worker_id: UUID) -> None:
    """Say that this process stopped in good order."""
    beat(worker_id)
    Worker.objects.filter(id=worker_id).update(stopped_at=clock.now())


def dead_workers(now: datetime, after: timedelta) -> list[UUID]:
    """Workers that stopped, or that have not been heard of for too long.

    A process of this machine that no longer exists is dead at once.
    """
    rows = list(Worker.objects.all())
    return [row.id for row in rows if _is_dead(row, now, after)]


def _is_dead(row: Worker, now: datetime, after: timedelta) -> bool:
    if row.stopped_at is not None or row.beat_at < now - after:
        return True
    return row.host == socket.gethostname()[:200] and not _exists(row.pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
