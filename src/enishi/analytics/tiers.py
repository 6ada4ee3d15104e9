"""The small tables of a lake, each in three parts: settled, sealed since, and hot.

Settled results are one file that this process attaches. What was sealed since is read into
memory once for all lakes that hold the same files, unless it is much. Hot rows are summed up
when a lake is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from enishi.analytics.connection import Connection
from enishi.analytics.parquet import literal, table_of
from enishi.analytics.rollups import Rollup, complete, of, path_for
from enishi.analytics.schema import FRESH_COLUMNS, ROLLUP_COLUMNS, Kind
from enishi.analytics.settled import Results

MOST_IN_MEMORY = 3_000_000
"""From how many rows sealed since on their sums stay in their files."""

SAID = "type = 'Create' AND (direction = 'inbound' OR target_key <> '')"
"""Who wrote to whom: messages to us, and our answers."""


def within(workspaces: Sequence[UUID]) -> str:
    """The condition that a row belongs to one of these workspaces."""
    listed = ", ".join(literal(str(workspace)) for workspace in workspaces)
    return f"workspace_id IN ({listed})" if listed else "false"


class Attached:
    """Settled results as a catalogue that can be read."""

    def __init__(self, connection: Connection, root: Path, results: Results) -> None:
        self.results = results
        self._connection = connection
        self.name = f"settled_{Path(results.file).stem}"
        place = literal(str(root / results.file))
        connection.share(
            self.name, lambda: _run(connection, f"ATTACH {place} AS {self.name} (READ_ONLY)")
        )

    def close(self) -> None:
        self._connection.give_back(self.name, f"DETACH {self.name}")


@dataclass(frozen=True)
class Files:
    """The files of a lake that no settled result covers, and how many rows they hold."""

    root: Path
    workspaces: Sequence[UUID]
    paths: Mapping[Kind, Sequence[str]]
    rows: int | None

    @cached_property
    def rolled(self) -> frozenset[Rollup]:
        """The rollups that every file has."""
        return frozenset(
            rollup
            for kind in Kind
            for rollup in of(kind)
            if complete(self.root, rollup, self.paths[kind])
        )

    @property
    def fits_in_memory(self) -> bool:
        return self.rows is not None and self.rows <= MOST_IN_MEMORY

    def digest(self) -> str:
        """A name for this very set of files and of what was summed up beside them, and when."""
        partners = (self.root / path_for(one, path) for one, path in self._summed_up())
        told = (
            str(self.root),
            sorted(map(str, self.workspaces)),
            self.rows,
            [sorted(paths) for paths in self.paths.values()],
            [partner.stat().st_mtime_ns for partner in partners],
        )
        return sha256(repr(told).encode()).hexdigest()[:24]

    def _summed_up(self) -> Iterator[tuple[Rollup, str]]:
        for rollup in sorted(self.rolled):
            kind = Kind.OBSERVATION if rollup in of(Kind.OBSERVATION) else Kind.ACTIVITY
            yield from ((rollup, path) for path in sorted(self.paths[kind]))


class Newer:
    """The tables of what was sealed since, shared by all lakes with the same files."""

    def __init__(self, connection: Connection, files: Files) -> None:
        self._connection = connection
        self._files = files
        self.name = f"newer_{files.digest()}"
        self._queries: dict[str, str] = {one: self._rollup(one) for one in files.rolled}
        self._queries |= {"observations": self._observations(), "said": self._said()}
        connection.share(self.name, self._make)

    def __contains__(self, table: str) -> bool:
        return table in self._queries

    def part(self, table: str) -> list[str]:
        """The query of a table's part; nothing where there are no files."""
        columns = ", ".join(COLUMNS_OF[table])
        return [f"SELECT {columns} FROM {self.name}.{table}"] if self._queries[table] else []  # noqa: S608

    def close(self) -> None:
        self._connection.give_back(self.name, f"DROP SCHEMA {self.name} CASCADE")

    def _make(self) -> None:
        form = "TABLE" if self._files.fits_in_memory else "VIEW"
        _run(self._connection, f"CREATE SCHEMA {self.name}")
        for table, query in self._queries.items():
            if query:
                _run(self._connection, f"CREATE {form} {self.name}.{table} AS {query}")

    def _rollup(self, rollup: Rollup) -> str:
        kind = Kind.OBSERVATION if rollup in of(Kind.OBSERVATION) else Kind.ACTIVITY
        return self._read(rollup, [path_for(rollup, path) for path in self._files.paths[kind]])

    def _observations(self) -> str:
        return self._read("observations", self._files.paths[Kind.OBSERVATION])

    def _said(self) -> str:
        query = self._read("said", self._files.paths[Kind.ACTIVITY])
        return f"{query} AND {SAID}" if query else ""

    def _read(self, table: str, paths: Sequence[str]) -> str:
        if not paths:
            return ""
        columns = ", ".join(COLUMNS_OF[table])
        source = table_of([self._files.root / path for path in paths])
        return f"SELECT {columns} FROM {source} WHERE {within(self._files.workspaces)}"  # noqa: S608


COLUMNS_OF: Mapping[str, Mapping[str, str]] = {**FRESH_COLUMNS, **ROLLUP_COLUMNS}
"""The columns of each table that comes in parts."""


def _run(connection: Connection, sql: str) -> None:
    connection.rows(sql)
