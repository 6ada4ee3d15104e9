"""MCP: a person's notifications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.kernel.surfaces import ToolServer
from enishi.notifications import actions, queries


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""

    @server.tool()
    def list_notifications(*, unread_only: bool = True, cursor: str = "") -> Any:
        """What the person was told: failures, unknown outcomes, what is held or assigned."""
        return queries.listed(actor(), unread_only=unread_only, cursor=cursor)

    @server.tool()
    def mark_notifications_read(notification_ids: list[UUID] | None = None) -> dict[str, int]:
        """Mark notifications as read; all of them without ids."""
        return {"changed": actions.mark_read(actor(), notification_ids=notification_ids)}
