"""The switch that stops everything: which pauses are in force, asked often and cheaply."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from enishi.jobs.database import run_here
from enishi.publishing.models import Pause

FRESH_SECONDS = 0.5
"""How old an answer may be: a pause takes effect within a second, with time to spare."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Workspaces and channels in which nothing may go out."""

    workspaces: frozenset[UUID] = field(default_factory=frozenset)
    channels: frozenset[UUID] = field(default_factory=frozenset)

    def covers(self, workspace_id: UUID, channel_id: UUID) -> bool:
        """Whether a channel of a workspace is paused."""
        return workspace_id in self.workspaces or channel_id in self.channels


def in_force() -> Paused:
    """The pauses that are in force now."""
    rows: Iterable[tuple[UUID, UUID | None]] = Pause.objects.values_list(
        "workspace_id", "channel_id"
    )
    found = list(rows)
    return Paused(
        frozenset(workspace for workspace, channel in found if channel is None),
        frozenset(channel for _workspace, channel in found if channel is not None),
    )


@dataclass(frozen=True, slots=True)
class PauseView:
    """A pause in force. Without a channel it holds in the whole workspace."""

    channel_id: UUID | None
    channel_name: str
    reason: str
    by: str
    at: datetime


def pauses(workspace_id: UUID) -> list[PauseView]:
    """The pauses in force in a workspace, that of everything first."""
    rows = Pause.objects.filter(workspace_id=workspace_id).select_related("channel", "by")
    found = [
        PauseView(
            channel_id=row.channel_id,
            channel_name=str(row.channel) if row.channel else "",
            reason=row.reason,
            by=str(row.by) if row.by else "",
            at=row.at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda pause: (pause.channel_id is not None, pause.at))


class PauseWatch:
    """What one worker knows of pauses; no older than half a second."""

    def __init__(self) -> None:
        self._paused = Paused()
        self._read_at = float("-inf")
        self._reading: asyncio.Task[Paused] | None = None
        """Many ask at the same moment; one reads for all of them."""

    def read(self) -> Paused:
        """The pauses, for code that may use the database."""
        if time.monotonic() - self._read_at >= FRESH_SECONDS:
            asked_at = time.monotonic()
            self._paused, self._read_at = in_force(), asked_at
        return self._paused

    async def stops(self, workspace_id: UUID, channel_id: UUID) -> bool:
        """Whether a channel is paused, for code that may not use the database."""
        if time.monotonic() - self._read_at >= FRESH_SECONDS:
            await self._read_once()
        return self._paused.covers(workspace_id, channel_id)

    async def _read_once(self) -> None:
        """Read, or wait for the reading that was begun a moment ago."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(run_here(self.read))
        await asyncio.shield(self._reading)
