"""Asking the worker for an outlook."""

from __future__ import annotations

from uuid import UUID

from enishi.jobs import actions as jobs

OUTLOOK = "strategy.outlook"


def request_outlook(workspace_id: UUID) -> None:
    """Have the outlooks of a workspace computed soon."""
    jobs.enqueue(
        OUTLOOK,
        {"workspace_id": str(workspace_id)},
        key=str(workspace_id),
        workspace_id=workspace_id,
    )
