"""The root of the MCP surface: the actions of all slices as tools for an assistant."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from enishi import __version__
from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import to_plain
from enishi.kernel.errors import EnishiError
from enishi.site.discovery import surfaces

P = ParamSpec("P")
T = TypeVar("T")

INSTRUCTIONS = (
    "Enishi runs a company's social media. Everything happens in one workspace, with the "
    "permissions of the person who started this server. Publishing is visible to the public: "
    "ask the person before you schedule, publish, reply or delete."
)


class Tools:
    """Registers plain functions as tools: values become JSON, refusals become tool errors."""

    def __init__(self, server: MCPServer[Any]) -> None:
        self._server = server

    def tool(self) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """A decorator; the function's docstring is what the assistant reads."""

        def add(function: Callable[P, T]) -> Callable[P, T]:
            self._server.tool(structured_output=False)(_in_thread(function))
            return function

        return add


def _in_thread(function: Callable[P, T]) -> Callable[P, Any]:
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not connection.in_atomic_block:
            close_old_connections()
        try:
            return to_plain(function(*args, **kwargs))
        except EnishiError as error:
            raise ToolError(str(error)) from error

    @functools.wraps(function)
    async def called(*args: P.args, **kwargs: P.kwargs) -> Any:
        return await sync_to_async(guarded)(*args, **kwargs)

    return called


def build(actor: Callable[[], Actor]) -> MCPServer[Any]:
    """A server whose tools act as `actor()`."""
    server: MCPServer[Any] = MCPServer("enishi", version=__version__, instructions=INSTRUCTIONS)
    tools = Tools(server)
    for _name, module in surfaces("mcp"):
        module.register(tools, actor)
    return server
