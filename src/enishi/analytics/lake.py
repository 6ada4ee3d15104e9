"""The log as tables for analysis: sealed segments and the hot tail in one view."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from enishi.analytics.connection import Connection
from enishi.analytics.engines import ibis
from enishi.analytics.parquet import literal, table_of
from enishi.analytics.rollups import QUERIES, ZONED, Rollup, complete, of, path_for, zones_table
from enishi.analytics.schema import (
    COLUMNS,
    ROLLUP_COLUMNS,
    SETTLED_COLUMNS,
    Kind,
    analysed,
    ibis_table,
)
from enishi.analytics.segments import Erased, to_arrow, without_erased
from enishi.analytics.settled import Results, Settled
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
    settled: Results | None = None


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
        self.some_late = False
        """Whether a report that no settled result covers is older than an act that one does."""
        self._name = f"lake_{new_id().hex}"
        self._registered: list[str] = []
        with connection.lock:
            connection.rows(f"CREATE SCHEMA {self._name}")
            for kind in Kind:
                self._register_hot(kind, sources)
                self._log_view(kind, kind, sources)
            self._rolled = frozenset() if sources.erased else self._rollups(sources)
            self._settled = None if sources.erased else self._settle(sources)
            self.some_late = self._settled is not None and bool(self._run(_LATE))

    @cached_property
    def activities(self) -> Any:
        """What happened."""
        return ibis_table(Kind.ACTIVITY, _offered(Kind.ACTIVITY))

    @cached_property
    def observations(self) -> Any:
        """What was measured."""
        return ibis_table(Kind.OBSERVATION, _offered(Kind.OBSERVATION))

    def fresh(self, kind: Kind) -> Any:
        """The rows of a kind that the settled results do not cover."""
        return ibis_table(f"fresh_{kind}", _offered(kind))

    def settled(self, name: Settled) -> Any:
        """Settled results; ask first whether they hold."""
        return ibis_table(f"settled_{name}", SETTLED_COLUMNS[name])

    def settles(self, workspace_id: UUID, *, all_channels: bool) -> bool:
        """Whether there are settled results that hold for the workspace, or for its channels."""
        found = self._settled if self.uses_rollups else None
        return found is not None and (all_channels or str(workspace_id) not in found.mixed)

    def rollup(self, rollup: Rollup, workspace_id: UUID, zone: str) -> Any | None:
        """A rollup if it can be used; its days, if it has any, are those of this time zone."""
        fits = rollup not in ZONED or self.zones.get(workspace_id, "UTC") == zone
        usable = fits and self.uses_rollups and rollup in self._rolled
        return ibis_table(rollup, ROLLUP_COLUMNS[rollup]) if usable else None

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

    def _log_view(
        self, name: str, kind: Kind, sources: Sources, only: Sequence[str] | None = None
    ) -> None:
        """The view of a kind: sealed and hot rows of these workspaces, without the erased."""
        columns = ", ".join(analysed(kind))
        parts = [f"SELECT {columns} FROM {self._hot(kind)} WHERE {_within(sources.workspaces)}"]  # noqa: S608
        chosen = sources.segments.get(kind, ()) if only is None else only
        if paths := [sources.root / path for path in chosen]:
            condition = f"{_within(sources.workspaces)} AND {without_erased(kind, sources.erased)}"
            parts.append(f"SELECT {columns} FROM {table_of(paths)} WHERE {condition}")  # noqa: S608
        self._view(name, " UNION ALL ".join(parts))

    def _register_hot(self, kind: Kind, sources: Sources) -> None:
        name = self._hot(kind)
        self.connection.register(name, to_arrow(kind, sources.hot.get(kind, ())))
        self._registered.append(name)

    def _hot(self, kind: Kind) -> str:
        return f"{self._name}_hot_{kind}"

    def _rollups(self, sources: Sources) -> frozenset[Rollup]:
        """Those that all segments have; the zoned ones only if their days are still right."""
        found = {
            rollup
            for kind in Kind
            for rollup in of(kind)
            if complete(sources.root, rollup, sources.segments.get(kind, ()))
        }
        for rollup in found:
            self._roll_up(rollup, sources)
        return frozenset(found if self._zones_hold(found) else found - ZONED)

    def _roll_up(self, rollup: Rollup, sources: Sources) -> None:
        """The view over the partner files and the same sums of the hot rows."""
        kind = Kind.OBSERVATION if rollup in of(Kind.OBSERVATION) else Kind.ACTIVITY
        hot = QUERIES[rollup].format(source=self._hot(kind))
        parts = [f"SELECT * FROM ({zones_table(self.zones)} {hot})"]  # noqa: S608
        segments = sources.segments.get(kind, ())
        if paths := [sources.root / path_for(rollup, path) for path in segments]:
            parts.append(f"SELECT * FROM {table_of(paths)}")  # noqa: S608
        united = " UNION ALL ".join(parts)
        self._view(rollup, f"SELECT * FROM ({united}) WHERE {_within(sources.workspaces)}")  # noqa: S608

    def _zones_hold(self, rollups: Collection[Rollup]) -> bool:
        """Whether every workspace still has the zone with which its days were cut."""
        if Rollup.DAILY not in rollups:
            return False
        pairs = self._run(f"SELECT DISTINCT workspace_id, zone FROM {Rollup.DAILY}")  # noqa: S608
        return all(
            self.zones.get(UUID(pair["workspace_id"]), "UTC") == pair["zone"] for pair in pairs
        )

    def _settle(self, sources: Sources) -> Results | None:
        """The settled results and what is newer than they, if they hold."""
        found = sources.settled
        if found is None or not found.hold(sources.workspaces, sources.segments):
            return None
        for kind in Kind:
            newer = found.newer(kind, sources.segments.get(kind, ()))
            self._log_view(f"fresh_{kind}", kind, sources, newer)
        for one in Settled:
            columns, source = (
                ", ".join(SETTLED_COLUMNS[one]),
                table_of([sources.root / found.files[one]]),
            )
            within = _within(sources.workspaces)
            self._view(f"settled_{one}", f"SELECT {columns} FROM {source} WHERE {within}")  # noqa: S608
        return found

    def _view(self, name: str, sql: str) -> None:
        self.connection.rows(f"CREATE VIEW {self._name}.{name} AS {sql}")


_LATE = """
    SELECT 1 FROM settled_interactions s JOIN (
        SELECT workspace_id, subject AS post, metric, max(observed_at) AS told_at
        FROM fresh_observations WHERE subject <> '' GROUP BY ALL) f
    USING (workspace_id, post, metric)
    WHERE s.acted_at > f.told_at AND (s.reported_at IS NULL OR f.told_at > s.reported_at)
    LIMIT 1
    """


def _offered(kind: Kind) -> dict[str, str]:
    return {name: COLUMNS[kind][name] for name in analysed(kind)}


def to_sql(expression: Any) -> str:
    """The SQL of an expression over the tables of any lake."""
    return str(ibis.to_sql(expression, dialect="duckdb"))


def _within(workspaces: Sequence[UUID]) -> str:
    listed = ", ".join(literal(str(workspace)) for workspace in workspaces)
    return f"workspace_id IN ({listed})" if listed else "false"


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
