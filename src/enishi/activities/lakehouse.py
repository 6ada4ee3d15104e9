"""Where this installation's lake is, and this process's one connection to it."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from uuid import UUID

from django.conf import settings

from enishi.accounts.models import Workspace
from enishi.analytics.connection import Connection
from enishi.analytics.segments import Writer
from enishi.analytics.statements import statements

_DEFAULT_MEMORY = "512MB"
_lock = Lock()
_connections: list[Connection] = []


def root() -> Path:
    """The folder of the lake: ENISHI_LAKE, else `lake` in the data folder."""
    chosen = getattr(settings, "ENISHI_LAKE", None)
    return Path(chosen) if chosen else Path(settings.ENISHI_HOME) / "lake"


def connection() -> Connection:
    """The process's connection, opened when it is first needed."""
    with _lock:
        if not _connections:
            folder = root()
            folder.mkdir(parents=True, exist_ok=True)
            memory = getattr(settings, "ENISHI_LAKE_MEMORY", _DEFAULT_MEMORY)
            statements.keep_in(Path(settings.ENISHI_HOME) / "cache")
            _connections.append(Connection(memory=memory, spill=folder / "spill"))
        return _connections[0]


def zones() -> dict[UUID, str]:
    """The time zone in which each workspace counts its days."""
    return dict(Workspace.objects.values_list("id", "time_zone"))


def writer() -> Writer:
    """What writes segments here."""
    return Writer(root(), connection(), zones())
