"""Single rows of sealed activities, newest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from enishi.analytics.connection import Connection
from enishi.analytics.parquet import table_of
from enishi.analytics.schema import Kind
from enishi.analytics.segments import Erased, without_erased


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition in SQL with its parameters."""

    sql: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """Reads rows of files, without those of erased people."""

    connection: Connection
    erased: Collection[Erased]

    def newest(
        self, paths: Sequence[Path], columns: Sequence[str], clauses: Sequence[Clause], limit: int
    ) -> list[tuple[Any, ...]]:
        """The newest rows that fulfil all clauses."""
        if not paths:
            return []
        condition = " AND ".join([clause.sql for clause in clauses])
        sql = (
            f"SELECT {', '.join(columns)} FROM {table_of(paths)} "  # noqa: S608 - our own columns
            f"WHERE {condition} AND {without_erased(Kind.ACTIVITY, self.erased)} "
            "ORDER BY id DESC LIMIT ?"
        )
        values = [_plain(value) for clause in clauses for value in clause.parameters]
        return self.connection.rows(sql, [*values, limit])


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
