"""MCP: who acts, and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from enishi.accounts import queries
from enishi.accounts.permissions import Actor, Permission
from enishi.kernel.surfaces import ToolServer


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""

    @server.tool()
    def workspace() -> dict[str, Any]:
        """The workspace: name, language, time zone, and what you are allowed to do in it."""
        who = actor()
        found = queries.workspace(who)
        allowed = [str(permission) for permission in Permission if who.can(permission)]
        names = ("slug", "name", "language", "time_zone", "country", "is_sample")
        return {name: getattr(found, name) for name in names} | {
            "role": str(who.role),
            "functions": sorted(who.functions),
            "permissions": allowed,
        }
