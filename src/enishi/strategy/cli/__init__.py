"""`enishi strategy …`."""

from __future__ import annotations

from enishi.strategy.cli.plan import COMMAND, app

__all__ = ["COMMAND", "app"]
