"""The workspace of the request at hand, so that one page reads it once.

The middleware announces it; reads that need its zone or name then ask here first. Outside a
request nothing is announced, and they read the row.
"""

from __future__ import annotations

from contextvars import ContextVar
from uuid import UUID

from enishi.accounts.models import Workspace

_current: ContextVar[Workspace | None] = ContextVar("workspace", default=None)


def announce(workspace: Workspace | None) -> None:
    """Say which workspace this request is about; None when it is over."""
    _current.set(workspace)


def known(workspace_id: UUID) -> Workspace | None:
    """The announced workspace, if it is this one."""
    found = _current.get()
    return found if found is not None and found.pk == workspace_id else None
