"""The log explorer: pages over hot and sealed rows, newest first.

An identifier is led by the time of its activity, so that it is at once the order, the
cursor and the way to the month in which a row lies. The hot rows are asked first; sealed
files are opened only if they can hold something newer than the end of the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import and_
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q
from django.utils.translation import gettext as _

from enishi.activities import lakehouse, manifest
from enishi.activities.events import Direction
from enishi.activities.models import Activity, Segment
from enishi.analytics.pages import Clause, Pages
from enishi.analytics.schema import COLUMNS, Kind
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.ids import time_of

_DAY = timedelta(days=1)
_AROUND = timedelta(days=92)
_FIRST_FILES = 3


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page is narrowed to; empty means all. Days are those of `zone`, both counted."""

    text: str = ""
    types: tuple[str, ...] = ()
    direction: Direction | None = None
    channel_id: UUID | None = None
    person: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"

    @property
    def since(self) -> datetime | None:
        return self._midnight(self.first)

    @property
    def until(self) -> datetime | None:
        return self._midnight(self.last + _DAY if self.last else None)

    def _midnight(self, day: date | None) -> datetime | None:
        if day is None:
            return None
        return datetime.combine(day, time(), _zone(self.zone)).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInputError(_("“%s” is not a time zone.") % name, field="zone") from error


@dataclass(frozen=True, slots=True)
class LogRow:
    """An activity as the log tells it."""

    id: UUID
    workspace_id: UUID
    channel_id: UUID | None
    user_id: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    type: str
    direction: str
    source: str
    key: str
    actor_key: str
    actor_name: str
    object_type: str
    object_key: str
    target_key: str
    text: str
    language: str
    via: str
    document_json: str = "{}"

    @property
    def document(self) -> dict[str, Any]:
        """The ActivityStreams document."""
        value: dict[str, Any] = json.loads(self.document_json)
        return value

    @property
    def term(self) -> str:
        """The type without its namespace: `BuyAction`."""
        return self.type.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first, and the cursor of the next page (empty at the end)."""

    rows: Sequence[LogRow]
    next: str = ""
    filters: Filters = field(default_factory=Filters)


_LISTED = tuple(name for name in COLUMNS[Kind.ACTIVITY] if name != "document_json")
assert {f.name for f in fields(LogRow)} == set(COLUMNS[Kind.ACTIVITY])  # noqa: S101 - one shape


def page(workspace_id: UUID, filters: Filters, *, before: str, limit: int) -> Page:
    """The newest rows that match."""
    cursor = _cursor(before)
    wanted = limit + 1
    rows = [LogRow(*row) for row in _hot(workspace_id, filters, cursor)[:wanted]]
    floor = rows[-1].occurred_at if len(rows) == wanted else filters.since
    until = min(
        filter(None, [filters.until, time_of(cursor) + _SECOND if cursor else None]), default=None
    )
    sealed = _sealed(workspace_id, filters, cursor, (floor, until), wanted)
    merged = sorted({row.id: row for row in (*sealed, *rows)}.values(), key=lambda row: row.id)
    newest = merged[: -wanted - 1 : -1]
    following = str(newest[limit - 1].id) if len(newest) > limit else ""
    return Page(newest[:limit], following, filters)


_SECOND = timedelta(seconds=1)


def _cursor(before: str) -> UUID | None:
    if not before:
        return None
    try:
        return UUID(before)
    except ValueError as error:
        raise InvalidInputError(_("This is not a cursor of the log."), field="before") from error


def _hot(workspace_id: UUID, filters: Filters, cursor: UUID | None) -> Any:
    conditions = [Q(workspace_id=workspace_id)]
    if cursor:
        conditions.append(Q(id__lt=cursor))
    if filters.text:
        conditions.append(Q(text__icontains=filters.text))
    if filters.types:
        conditions.append(Q(type__in=filters.types))
    if filters.direction:
        conditions.append(Q(direction=filters.direction))
    if filters.channel_id:
        conditions.append(Q(channel_id=filters.channel_id))
    if filters.person:
        conditions.append(Q(actor_key=filters.person) | Q(actor_name__icontains=filters.person))
    if filters.since:
        conditions.append(Q(occurred_at__gte=filters.since))
    if filters.until:
        conditions.append(Q(occurred_at__lt=filters.until))
    rows = Activity.objects.filter(reduce(and_, conditions)).order_by("-id")
    return rows.values_list(*_LISTED)


def _clauses(workspace_id: UUID, filters: Filters, cursor: UUID | None) -> list[Clause]:
    """The same conditions for sealed rows."""
    clauses = [Clause("workspace_id = ?", (str(workspace_id),))]
    if cursor:
        clauses.append(Clause("id < ?", (str(cursor),)))
    if filters.text:
        clauses.append(Clause("contains(lower(text), lower(?))", (filters.text,)))
    if filters.types:
        clauses.append(Clause("list_contains(?, type)", (list(filters.types),)))
    if filters.direction:
        clauses.append(Clause("direction = ?", (filters.direction.value,)))
    if filters.channel_id:
        clauses.append(Clause("channel_id = ?", (str(filters.channel_id),)))
    if filters.person:
        person = "(actor_key = ? OR contains(lower(actor_name), lower(?)))"
        clauses.append(Clause(person, (filters.person, filters.person)))
    if filters.since:
        clauses.append(Clause("occurred_at >= ?", (filters.since,)))
    if filters.until:
        clauses.append(Clause("occurred_at < ?", (filters.until,)))
    return clauses


def _sealed(
    workspace_id: UUID,
    filters: Filters,
    cursor: UUID | None,
    span: tuple[datetime | None, datetime | None],
    wanted: int,
) -> list[LogRow]:
    """The newest sealed rows: from the newest files, and from the others if these are too few."""
    files = list(_files(workspace_id, *span))
    if not files:
        return []
    pages = _pages(workspace_id)
    clauses = _clauses(workspace_id, filters, cursor)
    head, tail = files[:_FIRST_FILES], files[_FIRST_FILES:]
    rows = pages.newest(_paths(head), _LISTED, clauses, wanted)
    newest_left = max((file.max_time for file in tail), default=None)
    if newest_left is not None and not _settled(rows, wanted, newest_left):
        rows += pages.newest(_paths(tail), _LISTED, clauses, wanted)
    return [_row(values) for values in rows]


def _settled(rows: Sequence[tuple[Any, ...]], wanted: int, newest_left: datetime) -> bool:
    """Whether older files cannot hold anything that belongs on the page."""
    return len(rows) >= wanted and time_of(UUID(rows[-1][0])) > newest_left


def _files(
    workspace_id: UUID, since: datetime | None = None, until: datetime | None = None
) -> Iterable[Segment]:
    return manifest.segments(Kind.ACTIVITY, workspaces=[workspace_id], since=since, until=until)


def _paths(files: Iterable[Segment]) -> list[Any]:
    return [lakehouse.root() / file.path for file in files]


def _pages(workspace_id: UUID) -> Pages:
    return Pages(lakehouse.connection(), manifest.erased([workspace_id]))


def one(workspace_id: UUID, identifier: UUID) -> LogRow | None:
    """One activity with its document; its identifier leads to the files of its time."""
    hot = Activity.objects.filter(workspace_id=workspace_id, id=identifier)
    if found := hot.values_list(*COLUMNS[Kind.ACTIVITY]).first():
        return LogRow(*found)
    moment = time_of(identifier)
    files = list(_files(workspace_id, moment, moment + _SECOND))
    if not files:
        return None
    clauses = [
        Clause("workspace_id = ?", (str(workspace_id),)),
        Clause("id = ?", (str(identifier),)),
        Clause("occurred_at BETWEEN ? AND ?", (moment, moment + _SECOND)),
    ]
    rows = _pages(workspace_id).newest(_paths(files), tuple(COLUMNS[Kind.ACTIVITY]), clauses, 1)
    return _row(rows[0]) if rows else None


def related(workspace_id: UUID, row: LogRow, *, limit: int) -> list[LogRow]:
    """What else happened to the same thing, or in answer to it, within three months."""
    things = sorted({key for key in (row.object_key, row.target_key) if key})
    if not things:
        return []
    hot = Activity.objects.filter(
        Q(object_key__in=things) | Q(target_key__in=things), workspace_id=workspace_id
    )
    found = [LogRow(*values) for values in hot.order_by("-id").values_list(*_LISTED)[: limit + 1]]
    since, until = row.occurred_at - _AROUND, row.occurred_at + _AROUND
    if files := list(_files(workspace_id, since, until)):
        clauses = [
            Clause("workspace_id = ?", (str(workspace_id),)),
            Clause(
                "(list_contains(?, object_key) OR list_contains(?, target_key))", (things, things)
            ),
            Clause("occurred_at BETWEEN ? AND ?", (since, until)),
        ]
        rows = _pages(workspace_id).newest(_paths(files), _LISTED, clauses, limit + 1)
        found += [_row(values) for values in rows]
    others = {other.id: other for other in found if other.id != row.id}
    return sorted(others.values(), key=lambda other: other.id, reverse=True)[:limit]


def _row(values: Sequence[Any]) -> LogRow:
    """A sealed row with its identifiers and times as Python has them."""
    named = dict(zip(COLUMNS[Kind.ACTIVITY], values, strict=False))
    for name in ("id", "workspace_id", "channel_id", "user_id"):
        named[name] = UUID(named[name]) if named[name] else None
    for name in ("occurred_at", "recorded_at"):
        named[name] = named[name].replace(tzinfo=UTC)
    return LogRow(**named)
