"""The log as tables for analysis: sealed segments and the hot tail in one view."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from enishi.analytics.connection import Connection
from enishi.analytics.engines import ibis
from enishi.analytics.parquet import table_of
from enishi.analytics.rollups import QUERIES, ZONED, Rollup, of, path_for, zones_table
from enishi.analytics.schema import (
    COLUMNS,
    FRESH_COLUMNS,
    ROLLUP_COLUMNS,
    SETTLED_COLUMNS,
    Kind,
    analysed,
    ibis_table,
)
from enishi.analytics.segments import Erased, to_arrow, without_erased
from enishi.analytics.settled import COPIED, Results, Settled
from enishi.analytics.tiers import COLUMNS_OF, SAID, Attached, Files, Newer, within
from enishi.kernel.ids import new_id

_REMEMBERED, _MOST_ROWS = 60_000, 4_000
"""How many rows of answers are remembered, of all together and of one."""
_KEPT = 150


@dataclass(frozen=True, slots=True)
class Sources:
    """What a lake is made of: the manifest's files, the rows not yet sealed, the erased.

    `rows` tells how many rows a file has, as far as that is known.
    """

    root: Path
    workspaces: Sequence[UUID]
    segments: Mapping[Kind, Sequence[str]]
    hot: Mapping[Kind, Sequence[Sequence[Any]]] = field(default_factory=dict)
    erased: Collection[Erased] = ()
    zones: Mapping[UUID, str] = field(default_factory=dict)
    settled: Results | None = None
    rows: Mapping[str, int] = field(default_factory=dict)


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
        self._remembered = 0
        self._kept: set[str] = set()
        self._making: dict[str, Lock] = {}
        self.some_late = False
        """Whether a report that no settled result covers is older than an act that one does."""
        self._name = f"lake_{new_id().hex}"
        self._rolled: frozenset[Rollup] = frozenset()
        self._attached: Attached | None = None
        self._newer: Newer | None = None
        with connection.lock:
            connection.rows(f"CREATE SCHEMA {self._name}")
            for kind in Kind:
                self._take_hot(kind, sources)
                self._log_view(kind, sources)
            if not sources.erased:
                self._build(sources)

    @cached_property
    def activities(self) -> Any:
        """What happened."""
        return ibis_table(Kind.ACTIVITY, _offered(Kind.ACTIVITY))

    @cached_property
    def observations(self) -> Any:
        """What was measured, as the sealed files tell it."""
        return ibis_table(Kind.OBSERVATION, _offered(Kind.OBSERVATION))

    @cached_property
    def told(self) -> Any:
        """What was measured, by the shortest way there is."""
        return ibis_table("told", FRESH_COLUMNS["observations"])

    @property
    def tells(self) -> bool:
        """Whether there is `told`."""
        return self.uses_rollups and self._newer is not None

    def fresh(self, table: str) -> Any:
        """What the settled results do not cover: `observations`, `received` or `said`."""
        return ibis_table(f"fresh_{table}", FRESH_COLUMNS[table])

    def settled(self, name: Settled) -> Any:
        """Settled results; ask first whether they hold."""
        return ibis_table(f"settled_{name}", SETTLED_COLUMNS[name])

    def settles(self, workspace_id: UUID, *, all_channels: bool) -> bool:
        """Whether there are settled results that hold for the workspace, or for its channels."""
        if self._attached is None or not self.uses_rollups or Rollup.RECEIVED not in self._rolled:
            return False
        return all_channels or str(workspace_id) not in self._attached.results.mixed

    def rollup(self, rollup: Rollup, workspace_id: UUID, zone: str) -> Any | None:
        """A rollup if it can be used; its days, if it has any, are those of this time zone."""
        usable = rollup in self.usable(workspace_id, zone)
        return ibis_table(rollup, ROLLUP_COLUMNS[rollup]) if usable else None

    def usable(self, workspace_id: UUID, zone: str) -> frozenset[Rollup]:
        """The rollups that can be used."""
        if not self.uses_rollups:
            return frozenset()
        fits = self.zones.get(workspace_id, "UTC") == zone
        return self._rolled if fits else self._rolled - ZONED

    def run(self, expression: Any) -> list[dict[str, Any]]:
        """Compute an Ibis table; times come back aware."""
        return self.run_sql(to_sql(expression))

    def run_sql(self, sql: str, kept: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Run what `to_sql` made, perhaps from the tables of another lake.

        `kept` are tables that it reads and that are made before, unless they are there already.
        """
        if sql in self._answers:
            return [dict(row) for row in self._answers[sql]]
        for name, query in (kept or {}).items():
            self._keep(name, query)
        found = self._run(sql)
        if self.remembers and len(found) <= _MOST_ROWS:
            self._remembered += len(found) + 1
            if self._remembered > _REMEMBERED:
                self._answers.clear()
                self._remembered = len(found) + 1
            self._answers[sql] = found
            return [dict(row) for row in found]
        return found

    def _keep(self, name: str, query: str) -> None:
        """Make a table that statements read, unless it is there; another thread may make it."""
        with self.connection.lock:
            making = self._making.setdefault(name, Lock())
        with making:
            if name not in self._kept:
                self.connection.records(f"CREATE TABLE {name} AS {query}", self._name)
                self._kept.add(name)

    @property
    def is_worn(self) -> bool:
        """Whether so much is kept that it is time for a new lake with the same log."""
        return len(self._kept) > _KEPT

    def _run(self, sql: str) -> list[dict[str, Any]]:
        found = self.connection.records(sql, self._name)
        return [{name: _aware(value) for name, value in row.items()} for row in found]

    def close(self) -> None:
        """Drop the views and forget the hot rows."""
        with self.connection.lock:
            self.connection.rows(f"DROP SCHEMA IF EXISTS {self._name} CASCADE")
            for part in (self._newer, self._attached):
                if part is not None:
                    part.close()
            self._newer = self._attached = None

    def _log_view(self, kind: Kind, sources: Sources) -> None:
        """The view of a kind: sealed and hot rows of these workspaces, without the erased."""
        columns = ", ".join(analysed(kind))
        here = within(sources.workspaces)
        parts = [f"SELECT {columns} FROM {self._hot(kind)}"]  # noqa: S608
        if paths := [sources.root / path for path in sources.segments.get(kind, ())]:
            condition = f"{here} AND {without_erased(kind, sources.erased)}"
            parts.append(f"SELECT {columns} FROM {table_of(paths)} WHERE {condition}")  # noqa: S608
        self._view(kind, parts)

    def _take_hot(self, kind: Kind, sources: Sources) -> None:
        """A table of the hot rows."""
        name = f"{self._name}_{kind}"
        self.connection.register(name, to_arrow(kind, sources.hot.get(kind, ())))
        try:
            here = within(sources.workspaces)
            self.connection.rows(f"CREATE TABLE {self._hot(kind)} AS FROM {name} WHERE {here}")
        finally:
            self.connection.unregister(name)

    def _hot(self, kind: Kind) -> str:
        return f"{self._name}.log_{kind}"

    def _build(self, sources: Sources) -> None:
        """The small tables, each in its parts."""
        self._attached = self._settle(sources)
        files = self._files(sources)
        self._newer = Newer(self.connection, files)
        self._sum_up_hot()
        for table in FRESH_COLUMNS:
            if table in self._newer:
                self._view(f"fresh_{table}", [*self._newer.part(table), self._hot_part(table)])
        self.some_late = self._is_true(_LATE)
        self._rolled = files.rolled
        for rollup in files.rolled:
            parts = [*self._covered(rollup, sources), *self._newer.part(rollup)]
            self._view(rollup, [*parts, self._hot_part(rollup)])
        told = self._of_settled("observations", sources)
        self._view("told", [*told, f"FROM {self._name}.fresh_observations"])
        if not self._zones_hold():
            self._rolled -= ZONED

    def _settle(self, sources: Sources) -> Attached | None:
        """The settled results, if they hold."""
        found = sources.settled
        if found is None or not found.hold(sources.workspaces, sources.segments):
            return None
        if not (sources.root / found.file).exists():
            return None
        made = Attached(self.connection, sources.root, found)
        for one in Settled:
            columns = ", ".join(SETTLED_COLUMNS[one])
            source = f"{made.name}.{one} WHERE {within(sources.workspaces)}"
            self._view(f"settled_{one}", [f"SELECT {columns} FROM {source}"])  # noqa: S608
        return made

    def _files(self, sources: Sources) -> Files:
        """The files that are not covered."""
        found: Mapping[Kind, Sequence[str]] = {
            kind: sources.segments.get(kind, ()) for kind in Kind
        }
        if self._attached is not None:
            newer = self._attached.results.newer
            found = {kind: newer(kind, paths) for kind, paths in found.items()}
        counts = [sources.rows.get(path) for paths in found.values() for path in paths]
        known = [count for count in counts if count is not None]
        rows = sum(known) if len(known) == len(counts) else None
        return Files(sources.root, sources.workspaces, found, rows)

    def _sum_up_hot(self) -> None:
        """The rollups of the hot rows, and what else is asked of them."""
        for rollup in Rollup:
            kind = Kind.OBSERVATION if rollup in of(Kind.OBSERVATION) else Kind.ACTIVITY
            query = f"{zones_table(self.zones)} {QUERIES[rollup].format(source=self._hot(kind))}"
            self._hot_table(rollup, query)
        self._hot_table("said", f"FROM {self._hot(Kind.ACTIVITY)} WHERE {SAID}")

    def _hot_table(self, table: str, query: str) -> None:
        self.connection.rows(f"CREATE TABLE {self._name}.hot_{table} AS {query}")

    def _hot_part(self, table: str) -> str:
        source = (
            self._hot(Kind.OBSERVATION) if table == "observations" else f"{self._name}.hot_{table}"
        )
        return f"SELECT {', '.join(COLUMNS_OF[table])} FROM {source}"  # noqa: S608

    def _covered(self, rollup: Rollup, sources: Sources) -> list[str]:
        """The part of a rollup that is settled, or that of the covered files themselves."""
        if self._attached is None:
            return []
        torn = rollup is Rollup.MOVES and self._is_true(_TORN.format(moves=self._attached.name))
        if rollup in COPIED and not torn:
            return self._of_settled(rollup, sources)
        kind = Kind.OBSERVATION if rollup in of(Kind.OBSERVATION) else Kind.ACTIVITY
        covered = self._attached.results.covered[kind]
        paths = [one.path for one in covered if one.may_hold(sources.workspaces)]
        if not paths:
            return []
        source = table_of([sources.root / path_for(rollup, path) for path in paths])
        return [f"SELECT * FROM {source} WHERE {within(sources.workspaces)}"]  # noqa: S608

    def _of_settled(self, table: str, sources: Sources) -> list[str]:
        if self._attached is None:
            return []
        source = f"{self._attached.name}.{table} WHERE {within(sources.workspaces)}"
        return [f"SELECT {', '.join(COLUMNS_OF[table])} FROM {source}"]  # noqa: S608

    def _is_true(self, question: str) -> bool:
        """Whether a question about settled results and what is newer finds anything."""
        return self._attached is not None and bool(self._run(question))

    def _zones_hold(self) -> bool:
        """Whether every workspace still has the zone with which its days were cut."""
        if Rollup.DAILY not in self._rolled:
            return False
        pairs = self._run(f"SELECT DISTINCT workspace_id, zone FROM {Rollup.DAILY}")  # noqa: S608
        return all(
            self.zones.get(UUID(pair["workspace_id"]), "UTC") == pair["zone"] for pair in pairs
        )

    def _view(self, name: str, parts: Sequence[str]) -> None:
        self.connection.rows(f"CREATE VIEW {self._name}.{name} AS {' UNION ALL '.join(parts)}")


_LATE = """
    SELECT 1 FROM settled_interactions s JOIN (
        SELECT workspace_id, subject AS post, metric, max(observed_at) AS told_at
        FROM fresh_observations WHERE subject <> '' GROUP BY ALL) f
    USING (workspace_id, post, metric)
    WHERE s.acted_at > f.told_at AND (s.reported_at IS NULL OR f.told_at > s.reported_at)
    LIMIT 1
    """
"""Whether a report that is not covered is older than an act that is."""

_TORN = """
    SELECT 1 FROM {moves}.moves m JOIN fresh_observations o USING (workspace_id, channel_id)
    WHERE o.metric = 'followers' AND o.subject = ''
    AND m.first_at <= o.observed_at AND m.occurred_at > o.observed_at
    LIMIT 1
    """
"""Whether a report that is not covered lies among follows that were summed up."""


def _offered(kind: Kind) -> dict[str, str]:
    return {name: COLUMNS[kind][name] for name in analysed(kind)}


def to_sql(expression: Any) -> str:
    """The SQL of an expression over the tables of any lake."""
    return str(ibis.to_sql(expression, dialect="duckdb"))


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
