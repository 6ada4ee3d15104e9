"""What the log does when something happens below it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from enishi.activities import actions


def on_workspace_deleted(*, workspace_id: UUID, **_signal: Any) -> None:
    """A workspace goes, and so does its log."""
    actions.forget_workspace(workspace_id)
