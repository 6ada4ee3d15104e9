"""Moving hot rows into sealed files.

1. Read the version of the manifest and a batch of hot rows.
2. Write them as segments. If we stop here, the files are orphans and the rows stay hot.
3. In one transaction, if the version is still the same: name the files in the manifest and
   delete the rows. If we stop before the commit, nothing happened; after it, all is done.

Rows that are already sealed (two ways in at once) are deleted without being written again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from enishi.activities import lakehouse, manifest, sealed
from enishi.activities.models import Activity, Observation
from enishi.analytics import segments
from enishi.analytics.schema import COLUMNS, Kind
from enishi.kernel import clock

BATCH = 100_000
ENOUGH = 20_000
OLD = timedelta(hours=6)
_DELETED_AT_ONCE = 5_000
_ATTEMPTS = 5

HOT: dict[Kind, Any] = {Kind.ACTIVITY: Activity, Kind.OBSERVATION: Observation}


@dataclass(frozen=True, slots=True)
class Lag:
    """How much waits to be sealed, and since when."""

    rows: int
    oldest: datetime | None


def lag(kind: Kind) -> Lag:
    """What is hot."""
    found = HOT[kind].objects.aggregate(rows=Count("id"), oldest=Min("recorded_at"))
    return Lag(found["rows"], found["oldest"])


def seal_when_due() -> int:
    """Seal what has grown large or old; returns the number of rows sealed."""
    return sum(seal(kind) for kind in Kind if _is_due(kind))


def _is_due(kind: Kind) -> bool:
    waiting = lag(kind)
    if waiting.oldest is None:
        return False
    return waiting.rows >= ENOUGH or clock.now() - waiting.oldest >= OLD


def seal_all() -> int:
    """Seal everything that is hot; returns the number of rows sealed."""
    return sum(seal(kind) for kind in Kind)


def seal(kind: Kind, *, batch: int = BATCH) -> int:
    """Seal all hot rows of a kind, batch by batch; returns their number."""
    count = 0
    while moved := _seal_batch(kind, batch):
        count += moved
    return count


def _seal_batch(kind: Kind, batch: int) -> int:
    for _ in range(_ATTEMPTS):
        try:
            return _try_batch(kind, batch)
        except manifest.StaleError:
            continue
    return 0


def _try_batch(kind: Kind, batch: int) -> int:
    version = manifest.version()
    rows = list(HOT[kind].objects.order_by("id").values_list(*COLUMNS[kind])[:batch])
    if not rows:
        return 0
    known = sealed.known_ids(
        {row[0] for row in rows}, kind=kind, workspaces={row[1] for row in rows}
    )
    written = lakehouse.writer().write(kind, [row for row in rows if row[0] not in known])
    try:
        with manifest.change(version):
            manifest.add(written)
            _delete(HOT[kind].objects.all(), [row[0] for row in rows])
    except manifest.StaleError:
        segments.remove_files(lakehouse.root(), [file.path for file in written])
        raise
    return len(rows)


def _delete(hot: QuerySet[Any], identifiers: list[UUID]) -> None:
    """Delete exactly these rows. Raises StaleError if somebody else deleted one first."""
    for start in range(0, len(identifiers), _DELETED_AT_ONCE):
        chunk = identifiers[start : start + _DELETED_AT_ONCE]
        deleted, _ = hot.filter(pk__in=chunk).delete()
        if deleted != len(chunk):
            raise manifest.StaleError
