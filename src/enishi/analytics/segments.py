"""Writing and rewriting segments: immutable Parquet files, one month each.

A file counts only when the manifest names it. Whatever stops us before that leaves files
that nobody reads, and `orphans` finds them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from enishi.analytics import parquet, rollups
from enishi.analytics.connection import Connection
from enishi.analytics.engines import arrow
from enishi.analytics.parquet import literal, table_of
from enishi.analytics.schema import COLUMNS, TIME, Kind, arrow_schema
from enishi.kernel.ids import new_id

_ORDER = "workspace_id, id"


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """What the manifest says of a file."""

    path: str
    kind: Kind
    month: str
    rows: int
    bytes: int
    min_time: datetime
    max_time: datetime
    min_workspace: UUID
    max_workspace: UUID
    sha256: str


@dataclass(frozen=True, slots=True)
class Erased:
    """A person (or, with an empty key, a whole workspace) that no file may hold."""

    workspace_id: UUID
    actor_key: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Where segments are written and by which connection.

    `zones` names the time zone of each workspace, for the days of the rollups.
    """

    root: Path
    connection: Connection
    zones: Mapping[UUID, str]

    def write(self, kind: Kind, rows: Iterable[Sequence[Any]]) -> list[SegmentFile]:
        """Write rows, in the order of the schema's columns, as a segment for each month."""
        table = to_arrow(kind, rows)
        if table.num_rows == 0:
            return []
        name = f"incoming_{new_id().hex}"
        self.connection.register(name, table)
        try:
            return self.write_query(kind, f"FROM {name}")
        finally:
            self.connection.unregister(name)

    def write_query(self, kind: Kind, query: str) -> list[SegmentFile]:
        """Write what a query answers as a segment for each month."""
        name = f"sorted_{new_id().hex}"
        self.connection.rows(f"CREATE TEMP TABLE {name} AS {query}")
        try:
            return [self._write_month(kind, name, month) for month in self._months(kind, name)]
        finally:
            self.connection.rows(f"DROP TABLE {name}")

    def rewrite(
        self, segments: Sequence[SegmentFile], *, erased: Collection[Erased] = ()
    ) -> SegmentFile | None:
        """Write segments of one kind and month as one, without doubles and the erased.

        Returns None when nothing is left.
        """
        kind, month = segments[0].kind, segments[0].month
        source = table_of([self.root / segment.path for segment in segments])
        query = _selection(source, kind, without_erased(kind, erased))
        if self._has_doubles(source):
            query += " QUALIFY row_number() OVER (PARTITION BY id ORDER BY recorded_at) = 1"
        return self._copy(kind, month, query)

    def holding(self, segments: Sequence[SegmentFile], erased: Erased) -> list[SegmentFile]:
        """Which of the segments of activities hold the person."""
        if not segments:
            return []
        paths = {str(self.root / segment.path): segment for segment in segments}
        source = table_of([Path(path) for path in paths], named=True)
        sql = f"SELECT DISTINCT filename FROM {source} WHERE {_belongs_to(erased)}"  # noqa: S608
        return [paths[path] for (path,) in self.connection.rows(sql)]

    def _months(self, kind: Kind, name: str) -> list[str]:
        sql = f"SELECT DISTINCT strftime({TIME[kind]}, '%Y-%m') FROM {name} ORDER BY 1"  # noqa: S608
        return [month for (month,) in self.connection.rows(sql)]

    def _write_month(self, kind: Kind, name: str, month: str) -> SegmentFile:
        condition = f"strftime({TIME[kind]}, '%Y-%m') = {literal(month)}"
        written = self._copy(kind, month, _selection(name, kind, condition))
        assert written is not None  # noqa: S101 - the month was found in the rows
        return written

    def _has_doubles(self, source: str) -> bool:
        ((doubled,),) = self.connection.rows(
            f"SELECT count(*) <> count(DISTINCT id) FROM {source}"  # noqa: S608
        )
        return bool(doubled)

    def _copy(self, kind: Kind, month: str, query: str) -> SegmentFile | None:
        relative = f"{kind}/month={month}/{new_id().hex}.parquet"
        place = self.root / relative
        parquet.write(self.connection, f"{query} ORDER BY {_ORDER}", place)
        described = self._describe(kind, month, relative)
        if described is None:
            place.unlink()
            return None
        rollups.build(self.connection, self.root, relative, self.zones)
        return described

    def _describe(self, kind: Kind, month: str, relative: str) -> SegmentFile | None:
        place, time = self.root / relative, TIME[kind]
        sql = (
            f"SELECT count(*), min({time}), max({time}), min(workspace_id), max(workspace_id) "  # noqa: S608
            f"FROM {table_of([place])}"
        )
        ((rows, first, last, low, high),) = self.connection.rows(sql)
        if rows == 0:
            return None
        return SegmentFile(
            path=relative,
            kind=kind,
            month=month,
            rows=rows,
            bytes=place.stat().st_size,
            min_time=first.replace(tzinfo=UTC),
            max_time=last.replace(tzinfo=UTC),
            min_workspace=UUID(low),
            max_workspace=UUID(high),
            sha256=parquet.sha256_of(place),
        )


def to_arrow(kind: Kind, rows: Iterable[Sequence[Any]]) -> Any:
    """Rows of Python values (UUIDs, aware times) as an Arrow table of the lake."""
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS[kind])
    arrays = [
        arrow.array(_plain_all(column), type=field.type)
        for column, field in zip(columns, arrow_schema(kind), strict=True)
    ]
    return arrow.Table.from_arrays(arrays, schema=arrow_schema(kind))


def _plain_all(column: Sequence[Any]) -> Sequence[Any]:
    """A column's values as Arrow takes them; most are already so."""
    kinds = {type(value) for value in column}
    if kinds <= {str, float, int, type(None)}:
        return column
    return [_plain(value) for value in column]


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def without_erased(kind: Kind, erased: Collection[Erased]) -> str:
    """The SQL condition that leaves the erased out."""
    relevant = [one for one in erased if kind is Kind.ACTIVITY or not one.actor_key]
    return " AND ".join(f"NOT ({_belongs_to(one)})" for one in relevant) or "true"


def _belongs_to(erased: Erased) -> str:
    workspace = f"workspace_id = {literal(str(erased.workspace_id))}"
    return (
        f"{workspace} AND actor_key = {literal(erased.actor_key)}"
        if erased.actor_key
        else workspace
    )


def _selection(source: str, kind: Kind, condition: str) -> str:
    return f"SELECT {', '.join(COLUMNS[kind])} FROM {source} WHERE {condition}"  # noqa: S608


def remove_files(root: Path, relative: Iterable[str]) -> None:
    """Remove segments together with their rollups; those that are gone are fine."""
    for path in relative:
        (root / path).unlink(missing_ok=True)
        for rollup in rollups.paths_for(path):
            (root / rollup).unlink(missing_ok=True)


def orphans(
    root: Path, known: Collection[str], *, kept: Collection[str] = (), older_than: float
) -> Iterator[Path]:
    """Files that no manifest row names, last changed before a time (seconds of the epoch).

    Those that belong to something else are named by `kept`.
    """
    named = {root / path for path in (*known, *kept)}
    named.update(root / rollup for path in known for rollup in rollups.paths_for(path))
    for path in root.rglob("*"):
        if path.is_file() and path not in named and path.stat().st_mtime < older_than:
            yield path


def find_ids(
    connection: Connection,
    paths: Sequence[Path],
    kind: Kind,
    identifiers: Sequence[str],
    span: tuple[datetime, datetime],
) -> list[str]:
    """Which identifiers are in the files; `span` is the time in which they all lie."""
    name = f"asked_{new_id().hex}"
    connection.register(name, arrow.table({"id": arrow.array(identifiers, arrow.string())}))
    sql = (
        f"SELECT id FROM {table_of(paths)} SEMI JOIN {name} USING (id) "  # noqa: S608
        f"WHERE {TIME[kind]} BETWEEN ? AND ?"
    )
    try:
        rows = connection.rows(sql, [_plain(moment) for moment in span])
    finally:
        connection.unregister(name)
    return [identifier for (identifier,) in rows]
