"""Background work: the outlook of every objective, once a day and after each change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from enishi.jobs import actions as jobs
from enishi.jobs.registry import periodic, task
from enishi.kernel import clock
from enishi.strategy import outlooks

OUTLOOK = "strategy.outlook"


@task(OUTLOOK, attempts=3)
def compute_outlook(payload: dict[str, Any]) -> None:
    """Forecast the objectives of one workspace that have no current outlook."""
    outlooks.compute(UUID(payload["workspace_id"]))


@periodic("strategy.outlooks", every=timedelta(minutes=10))
def enqueue_stale(_payload: dict[str, Any]) -> None:
    """Look where a new day or a change has made outlooks out of date."""
    yesterday = clock.now().date() - timedelta(days=1)
    workspaces = outlooks.planned(yesterday).values_list("workspace_id", flat=True).distinct()
    for workspace_id in workspaces:
        if outlooks.stale(workspace_id):
            request_outlook(workspace_id)


def request_outlook(workspace_id: UUID) -> None:
    """Have the outlooks of a workspace computed soon."""
    jobs.enqueue(
        OUTLOOK,
        {"workspace_id": str(workspace_id)},
        key=str(workspace_id),
        workspace_id=workspace_id,
    )
