"""Background work: the outlook of every objective, and each month's review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from enishi.jobs.registry import periodic, task
from enishi.kernel import clock
from enishi.strategy import outlooks
from enishi.strategy.actions import draft_due_reviews
from enishi.strategy.asking import OUTLOOK, request_outlook

__all__ = ["OUTLOOK", "compute_outlook", "draft_reviews", "enqueue_stale", "request_outlook"]


@task(OUTLOOK, attempts=3, apart=True)
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


@periodic("strategy.reviews", every=timedelta(hours=6))
def draft_reviews(_payload: dict[str, Any]) -> None:
    """Draft last month's review wherever there are objectives and none was drafted yet."""
    draft_due_reviews()
