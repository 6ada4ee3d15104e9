"""The workspace of the request at hand, and its reader's zone, so that one page reads them once.

The middleware announces it; reads that need its zone or name then ask here first. Outside a
request nothing is announced, and they read the row.
"""

from __future__ import annotations

from contextvars import ContextVar
from uuid import UUID

from enishi.accounts.models import Workspace

_current: ContextVar[Workspace | None] = ContextVar("workspace", default=None)


_zone: ContextVar[str] = ContextVar("zone", default="")


def announce(workspace: Workspace | None, *, time_zone: str = "") -> None:
    """Say which workspace this request is about; None when it is over.

    `time_zone` is that in which its reader wants to see times; empty means the workspace's.
    """
    _current.set(workspace)
    _zone.set(time_zone if workspace else "")


def reading_zone(workspace: Workspace) -> str:
    """The name of the zone in which times of a workspace are shown and typed just now."""
    return (known(workspace.pk) and _zone.get()) or workspace.time_zone


def known(workspace_id: UUID) -> Workspace | None:
    """The announced workspace, if it is this one."""
    found = _current.get()
    return found if found is not None and found.pk == workspace_id else None
