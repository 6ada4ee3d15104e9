"""`enishi strategy …`."""

from __future__ import annotations

from enishi.strategy.cli import company
from enishi.strategy.cli.plan import COMMAND, app

app.registered_commands.extend(company.app.registered_commands)

__all__ = ["COMMAND", "app"]
