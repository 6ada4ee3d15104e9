"""The rows of workers: signing in, beating, and finding those that died."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
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


def living(now: datetime) -> list[UUID]:
    """Workers that were heard of lately, as far as clocks agree."""
    rows = Worker.objects.filter(
        stopped_at__isnull=True, beat_at__gte=now - _LATELY, role=Role.WORKER.value
    )
    return list(rows.values_list("id", flat=True))


_LATELY = timedelta(seconds=30)


def sign_out(worker_id: UUID) -> None:
    """Say that this process stopped in good order."""
    beat(worker_id)
    Worker.objects.filter(id=worker_id).update(stopped_at=clock.now())


@dataclass(frozen=True, slots=True)
class Deaths:
    """Who works no more."""

    dead: frozenset[UUID]
    """Signed out, or processes of this machine that no longer exist."""
    silent: frozenset[UUID]
    """Not heard of for so long that nothing of theirs is on its way any more."""


class Observer:
    """Counts by this machine's own clock how long each worker has not been heard of.

    What others write into their rows is compared with what they wrote before, never with the
    time here: clocks of other machines may be wrong, and may be set while they work. Only
    time in which this process looked regularly is counted, so that nobody is thought dead
    because the database was away.
    """

    def __init__(self, beat: float, silence: float) -> None:
        self._gap = 2 * beat
        self._silence = silence + beat
        self._looked_at: float | None = None
        self._heard: dict[UUID, datetime] = {}
        self._silent: dict[UUID, float] = {}

    def look(self, since_boot: float) -> Deaths:
        """Read all rows; `since_boot` in seconds of a clock that nobody sets."""
        rows = list(Worker.objects.all())
        passed = 0.0 if self._looked_at is None else since_boot - self._looked_at
        passed, self._looked_at = min(passed, self._gap), since_boot
        self._silent = {
            row.id: self._silent.get(row.id, 0.0) + passed
            if self._heard.get(row.id) == row.beat_at
            else 0.0
            for row in rows
        }
        self._heard = {row.id: row.beat_at for row in rows}
        return Deaths(
            dead=frozenset(row.id for row in rows if row.stopped_at is not None or _is_gone(row)),
            silent=frozenset(key for key, span in self._silent.items() if span >= self._silence),
        )


def _is_gone(row: Worker) -> bool:
    """Whether it was a process of this machine that no longer exists."""
    return row.host == socket.gethostname()[:200] and not _exists(row.pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
