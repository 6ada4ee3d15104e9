"""The log as tables for analysis: sealed segments and the hot tail in one view."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from enishi.analytics.connection import Connection
from enishi.analytics.engines import ibis
from enishi.analytics.parquet import literal, table_of
from enishi.analytics.rollups import QUERIES, ZONED, Rollup, complete, of, path_for, zones_table
from enishi.analytics.schema import COLUMNS, ROLLUP_COLUMNS, Kind, analysed, ibis_table
from enishi.analytics.segments import Erased, to_arrow, without_erased
from enishi.kernel.ids import new_id

_REMEMBERED, _REMEMBERED_ROWS = 500, 400


@dataclass(frozen=True, slots=True)
class Sources:
    """What a lake is made of: the manifest's files, the rows not yet sealed, the erased."""

    root: Path
    workspaces: Sequence[UUID]
    segments: Mapping[Kind, Sequence[str]]
    hot: Mapping[Kind, Sequence[Sequence[Any]]] = field(default_factory=dict)
    erased: Collection[Erased] = ()
    zones: Mapping[UUID, str] = field(default_factory=dict)


class Lake:
    """Ibis tables `activities` and `observations`, and the rollups where they can be used.

    Close it when its revision is past; expressions made from it die with it.
    """

    def __init__(self, connection: Connection, sources: Sources) -> None:
        self.connection = connection
        self.zones = dict(sources.zones)
        self.uses_rollups = True
        self.remembers = False
        """Whether a question asked twice is answered from memory: a lake does not change."""
        self._answers: dict[str, list[dict[str, Any]]] = {}
        self._name = f"lake_{new_id().hex}"
        self._registered: list[str] = []
        with connection.lock:
            connection.rows(f"CREATE SCHEMA {self._name}")
            self.activities = self._table(Kind.ACTIVITY, sources)
            self.observations = self._table(Kind.OBSERVATION, sources)
            self._rolled = {} if sources.erased else self._rollups(sources)

    def rollup(self, rollup: Rollup, workspace_id: UUID, zone: str) -> Any | None:
        """A rollup if it can be used; its days, if it has any, are those of this time zone."""
        fits = rollup not in ZONED or self.zones.get(workspace_id, "UTC") == zone
        return self._rolled.get(rollup) if fits and self.uses_rollups else None

    def usable(self, workspace_id: UUID, zone: str) -> frozenset[Rollup]:
        """The rollups that can be used."""
        return frozenset(one for one in Rollup if self.rollup(one, workspace_id, zone) is not None)

    def run(self, expression: Any) -> list[dict[str, Any]]:
        """Compute an Ibis table; times come back aware."""
        return self.run_sql(to_sql(expression))

    def run_sql(self, sql: str) -> list[dict[str, Any]]:
        """Run what `to_sql` made, perhaps from the tables of another lake."""
        if sql in self._answers:
            return [dict(row) for row in self._answers[sql]]
        found = self._run(sql)
        if self.remembers and len(found) <= _REMEMBERED_ROWS:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[sql] = found
            return [dict(row) for row in found]
        return found

    def _run(self, sql: str) -> list[dict[str, Any]]:
        with self.connection.lock:
            self.connection.rows(f"USE {self._name}")
            found = self.connection.records(sql)
        return [{name: _aware(value) for name, value in row.items()} for row in found]

    def close(self) -> None:
        """Drop the views and forget the hot rows."""
        with self.connection.lock:
            self.connection.rows("USE main")
            self.connection.rows(f"DROP SCHEMA IF EXISTS {self._name} CASCADE")
            for name in self._registered:
                self.connection.unregister(name)
            self._registered.clear()

    def _table(self, kind: Kind, sources: Sources) -> Any:
        """The view of a kind: sealed and hot rows of these workspaces, without the erased."""
        columns = ", ".join(analysed(kind))
        hot = self._register_hot(kind, sources)
        parts = [f"SELECT {columns} FROM {hot} WHERE {_within(sources.workspaces)}"]  # noqa: S608
        if paths := [sources.root / path for path in sources.segments.get(kind, ())]:
            condition = f"{_within(sources.workspaces)} AND {without_erased(kind, sources.erased)}"
            parts.append(f"SELECT {columns} FROM {table_of(paths)} WHERE {condition}")  # noqa: S608
        offered = {name: COLUMNS[kind][name] for name in analysed(kind)}
        return self._view(kind, " UNION ALL ".join(parts), offered)

    def _register_hot(self, kind: Kind, sources: Sources) -> str:
        name = f"{self._name}_hot_{kind}"
        self.connection.register(name, to_arrow(kind, sources.hot.get(kind, ())))
        self._registered.append(name)
        return name

    def _rollups(self, sources: Sources) -> dict[Rollup, Any]:
        """Those that all segments have; the zoned ones only if their days are still right."""
        tables = {
            rollup: self._rolled_up(kind, rollup, sources)
            for kind in Kind
            for rollup in of(kind)
            if complete(sources.root, rollup, sources.segments.get(kind, ()))
        }
        if self._zones_hold(tables):
            return tables
        return {rollup: table for rollup, table in tables.items() if rollup not in ZONED}

    def _rolled_up(self, kind: Kind, rollup: Rollup, sources: Sources) -> Any:
        """The view over the partner files and the same sums of the hot rows."""
        hot = QUERIES[rollup].format(source=f"{self._name}_hot_{kind}")
        parts = [f"SELECT * FROM ({zones_table(self.zones)} {hot})"]  # noqa: S608
        segments = sources.segments.get(kind, ())
        if paths := [sources.root / path_for(rollup, path) for path in segments]:
            parts.append(f"SELECT * FROM {table_of(paths)}")  # noqa: S608
        united = " UNION ALL ".join(parts)
        sql = f"SELECT * FROM ({united}) WHERE {_within(sources.workspaces)}"  # noqa: S608
        return self._view(rollup, sql, ROLLUP_COLUMNS[rollup])

    def _zones_hold(self, tables: Mapping[Rollup, Any]) -> bool:
        """Whether every workspace still has the zone with which its days were cut."""
        if Rollup.DAILY not in tables:
            return False
        pairs = self.run(tables[Rollup.DAILY][["workspace_id", "zone"]].distinct())
        return all(
            self.zones.get(UUID(pair["workspace_id"]), "UTC") == pair["zone"] for pair in pairs
        )

    def _view(self, name: str, sql: str, columns: Mapping[str, str]) -> Any:
        """A view in the schema of this lake; its Ibis table is the same for all lakes."""
        self.connection.rows(f"CREATE VIEW {self._name}.{name} AS {sql}")
        return ibis_table(name, columns)


def to_sql(expression: Any) -> str:
    """The SQL of an expression over the tables of any lake."""
    return str(ibis.to_sql(expression, dialect="duckdb"))


def _within(workspaces: Sequence[UUID]) -> str:
    listed = ", ".join(literal(str(workspace)) for workspace in workspaces)
    return f"workspace_id IN ({listed})" if listed else "false"


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
