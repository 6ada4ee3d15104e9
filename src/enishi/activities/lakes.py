"""The lakes that this process has open, one for each set of workspaces lately asked for."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any
from uuid import UUID

from enishi.activities import lakehouse, manifest
from enishi.activities.models import Activity, Observation
from enishi.analytics import settled
from enishi.analytics.lake import Lake, Sources
from enishi.analytics.schema import Kind, analysed

_KEPT = 8
_GRACE_SECONDS = 60.0
_ATTEMPTS = 5

_lock = Lock()
_open: OrderedDict[tuple[UUID, ...], tuple[str, Lake]] = OrderedDict()
_past: list[tuple[float, Lake]] = []


def open_lake(workspaces: tuple[UUID, ...], revision: str) -> Lake:
    """The lake of these workspaces at a revision of their log."""
    with _lock:
        _close_past()
        known = _open.get(workspaces)
        if known is not None and known[0] == revision:
            _open.move_to_end(workspaces)
            return known[1]
        made = Lake(lakehouse.connection(), _sources(workspaces))
        _open[workspaces] = (revision, made)
        if known is not None:
            _past.append((time.monotonic(), known[1]))
        while len(_open) > _KEPT:
            _, (_, oldest) = _open.popitem(last=False)
            _past.append((time.monotonic(), oldest))
        return made


def _close_past() -> None:
    """Close what was replaced a while ago: another thread may have been using it."""
    now = time.monotonic()
    for replaced_at, lake in list(_past):
        if now - replaced_at > _GRACE_SECONDS:
            lake.close()
            _past.remove((replaced_at, lake))


def _sources(workspaces: Sequence[UUID]) -> Sources:
    """Sealed and hot rows that belong together: read again if a seal came between."""
    for _ in range(_ATTEMPTS):
        version = manifest.version()
        sources = Sources(
            root=lakehouse.root(),
            workspaces=workspaces,
            segments={kind: _segments(kind, workspaces) for kind in Kind},
            hot={kind: _hot(kind, workspaces) for kind in Kind},
            erased=manifest.erased(workspaces),
            zones=lakehouse.zones(),
            settled=settled.read(lakehouse.root()),
        )
        if manifest.version() == version:
            break
    return sources


def _segments(kind: Kind, workspaces: Sequence[UUID]) -> list[str]:
    if not workspaces:
        return []
    return list(manifest.segments(kind, workspaces=workspaces).values_list("path", flat=True))


def _hot(kind: Kind, workspaces: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """The hot rows in the order of the schema, without their documents."""
    model: Any = Activity if kind is Kind.ACTIVITY else Observation
    rows = model.objects.filter(workspace_id__in=workspaces).values_list(*analysed(kind))
    return [(*row, "") for row in rows] if kind is Kind.ACTIVITY else list(rows)


def close_all() -> None:
    """Forget every open lake."""
    with _lock:
        for _, lake in _open.values():
            lake.close()
        _open.clear()
