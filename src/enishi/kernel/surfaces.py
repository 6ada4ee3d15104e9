"""What a surface offers to the slices that register with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class ToolServer(Protocol):
    """Where a slice's `mcp.register` adds its tools.

    Tools are plain functions; their docstrings are what the assistant reads.
    """

    def tool(self) -> Callable[[Callable[P, T]], Callable[P, T]]: ...
