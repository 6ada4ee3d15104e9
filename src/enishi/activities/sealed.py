"""Looking into the sealed files for what is about to be recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from enishi.activities import lakehouse, manifest
from enishi.analytics import segments
from enishi.analytics.schema import Kind
from enishi.kernel.ids import time_of

Item = TypeVar("Item")

_MILLISECOND = timedelta(milliseconds=1)


def without_sealed(
    items: Mapping[UUID, Item], *, kind: Kind, workspaces: Collection[UUID]
) -> dict[UUID, Item]:
    """What the sealed files do not hold. Only files of the same time are opened."""
    known = known_ids(items, kind=kind, workspaces=workspaces)
    return {identifier: item for identifier, item in items.items() if identifier not in known}


def known_ids(
    identifiers: Collection[UUID], *, kind: Kind, workspaces: Collection[UUID]
) -> set[UUID]:
    """Which of the identifiers are in sealed files.

    An identifier is led by its time, so that most calls (what just happened) end here
    without opening a file.
    """
    if not identifiers:
        return set()
    earliest, latest = _span(identifiers)
    if not (paths := manifest.paths(kind, workspaces, earliest, latest)):
        return set()
    found = segments.find_ids(
        lakehouse.connection(),
        [lakehouse.root() / path for path in paths],
        kind,
        [str(identifier) for identifier in identifiers],
        (earliest, latest),
    )
    return {UUID(identifier) for identifier in found}


def _span(identifiers: Collection[UUID]) -> tuple[datetime, datetime]:
    """The time in which the rows lie: identifiers know it to the millisecond."""
    return time_of(min(identifiers)), time_of(max(identifiers)) + _MILLISECOND
