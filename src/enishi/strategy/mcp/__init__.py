"""MCP: the tools of the strategy."""

from __future__ import annotations

from collections.abc import Callable

from enishi.accounts.permissions import Actor
from enishi.kernel.surfaces import ToolServer
from enishi.strategy.mcp import company, plan


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    plan.register(server, actor)
    company.register(server, actor)
