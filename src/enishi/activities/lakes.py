"""The lakes that this process has open, one for each set of workspaces lately asked for."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

from enishi.activities import lakehouse, manifest
from enishi.activities.models import Activity, Observation
from enishi.analytics import settled
from enishi.analytics.lake import Lake, Sources
from enishi.analytics.schema import Kind, analysed
from enishi.jobs.quickrows import as_time, unread

_KEPT = 8
_GRACE_SECONDS = 60.0
_ATTEMPTS = 5
_DIGITS = 32

_lock = Lock()
_open: OrderedDict[tuple[UUID, ...], tuple[str, Lake]] = OrderedDict()
_past: list[tuple[float, Lake]] = []


def open_lake(workspaces: tuple[UUID, ...], revision: str) -> Lake:
    """The lake of these workspaces at a revision of their log."""
    with _lock:
        _close_past()
        known = _open.get(workspaces)
        if known is not None and known[0] == revision and not known[1].is_worn:
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
        files = {kind: _segments(kind, workspaces) for kind in Kind}
        sources = Sources(
            root=lakehouse.root(),
            workspaces=workspaces,
            segments={kind: list(rows) for kind, rows in files.items()},
            rows={path: count for rows in files.values() for path, count in rows.items()},
            hot={kind: _hot(kind, workspaces) for kind in Kind},
            erased=manifest.erased(workspaces),
            zones=lakehouse.zones(),
            settled=settled.read(lakehouse.root()),
        )
        if manifest.version() == version:
            break
    return sources


def _segments(kind: Kind, workspaces: Sequence[UUID]) -> dict[str, int]:
    """The files and their numbers of rows."""
    if not workspaces:
        return {}
    return dict(manifest.segments(kind, workspaces=workspaces).values_list("path", "rows"))


def _hot(kind: Kind, workspaces: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """The hot rows in the order of the schema, without their documents."""
    model: Any = Activity if kind is Kind.ACTIVITY else Observation
    columns = analysed(kind)
    rows = unread(model.objects.filter(workspace_id__in=workspaces).values_list(*columns))
    read = [(place, _READERS[name]) for place, name in enumerate(columns) if name in _READERS]
    return [_converted(row, read, kind) for row in rows]


def _converted(
    row: tuple[Any, ...], read: Sequence[tuple[int, Callable[[Any], Any]]], kind: Kind
) -> tuple[Any, ...]:
    values = list(row)
    for place, reader in read:
        if values[place] is not None:
            values[place] = reader(values[place])
    if kind is Kind.ACTIVITY:
        values.append("")
    return tuple(values)


def _dashed(value: Any) -> str:
    """An identifier as the lake writes it; SQLite keeps its digits only."""
    if isinstance(value, str) and len(value) == _DIGITS:
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return str(value)


_READERS = dict.fromkeys(("id", "workspace_id", "channel_id", "user_id"), _dashed) | dict.fromkeys(
    ("occurred_at", "recorded_at", "observed_at"), as_time
)


def close_all() -> None:
    """Forget every open lake."""
    with _lock:
        for _, lake in _open.values():
            lake.close()
        _open.clear()
