"""How background work goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from enishi.jobs import carriers, registry
from enishi.jobs.models import Role, Worker
from enishi.kernel import clock

ALIVE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Health:
    """Whether somebody works, and how far behind they are."""

    workers: int
    heartbeat_age: float | None
    """Seconds since any worker was last heard of; None if there never was one."""
    due: int
    lag_seconds: float
    leased: int = 0
    """How much workers have in hand."""
    fleet: int = 0
    """Processes that send what a carrier brings; 0 without one."""

    @property
    def alive(self) -> bool:
        return self.workers > 0 and (self.fleet > 0 or carriers.is_embedded())

    def as_dict(self) -> dict[str, Any]:
        """For `/healthz`."""
        return {
            "alive": self.alive,
            "workers": self.workers,
            "heartbeat_age": self.heartbeat_age,
            "due": self.due,
            "lag_seconds": self.lag_seconds,
            "leased": self.leased,
            "fleet": self.fleet,
        }


def names_of(worker_ids: Collection[UUID]) -> dict[UUID, str]:
    """Workers as people know them, host:pid; those long gone are forgotten."""
    rows = Worker.objects.filter(id__in=list(worker_ids)).only("host", "pid")
    return {row.id: str(row) for row in rows}


def health() -> Health:
    """The state of background work now."""
    now = clock.now()
    newest = Worker.objects.order_by("-beat_at").first()
    running = Worker.objects.filter(stopped_at__isnull=True, beat_at__gt=now - ALIVE)
    roles = Counter(running.values_list("role", flat=True))
    backlogs = [source.backlog(now) for source in registry.sources()]
    return Health(
        workers=roles[Role.WORKER],
        fleet=roles[Role.FLEET],
        leased=sum(backlog.leased for backlog in backlogs),
        heartbeat_age=round((now - newest.beat_at).total_seconds(), 1) if newest else None,
        due=sum(backlog.due for backlog in backlogs),
        lag_seconds=round(
            max((backlog.lag(now).total_seconds() for backlog in backlogs), default=0.0), 1
        ),
    )
