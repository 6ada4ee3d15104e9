"""Rows on their way into the lake, in a folder that nobody reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from enishi.analytics import parquet
from enishi.analytics.engines import arrow
from enishi.analytics.parquet import table_of
from enishi.analytics.schema import COLUMNS, TIME, Kind
from enishi.analytics.segments import SegmentFile, Writer, to_arrow
from enishi.kernel.ids import new_id


class Staging:
    """Collects rows as files, and writes those that are new as segments."""

    def __init__(self, writer: Writer, folder: Path) -> None:
        self._writer = writer
        self._connection = writer.connection
        self._folder = folder
        self._files: dict[Kind, list[Path]] = defaultdict(list)

    def add(self, kind: Kind, rows: Sequence[Sequence[Any]]) -> None:
        """Keep rows, in the order of the schema's columns, on the disk."""
        name, place = f"staged_{new_id().hex}", self._folder / f"{kind}-{new_id().hex}.parquet"
        self._connection.register(name, to_arrow(kind, rows))
        try:
            parquet.write(self._connection, f"FROM {name}", place)
        finally:
            self._connection.unregister(name)
        self._files[kind].append(place)

    def span(self, kind: Kind) -> tuple[datetime, datetime] | None:
        """The first and last time of the rows, or None when there are none."""
        if not (files := self._files[kind]):
            return None
        sql = f"SELECT min({TIME[kind]}), max({TIME[kind]}) FROM {table_of(files)}"  # noqa: S608
        ((first, last),) = self._connection.rows(sql)
        return first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)

    def write(self, kind: Kind, sealed: Sequence[Path], hot: Sequence[str]) -> list[SegmentFile]:
        """Write what neither the sealed files nor the hot rows hold, each row once."""
        name = f"hot_{new_id().hex}"
        self._connection.register(name, arrow.table({"id": arrow.array(hot, arrow.string())}))
        try:
            return self._writer.write_query(kind, self._new_rows(kind, sealed, name))
        finally:
            self._connection.unregister(name)

    def _new_rows(self, kind: Kind, sealed: Sequence[Path], hot: str) -> str:
        """One row for each new identifier."""
        staged = table_of(self._files[kind])
        known = f"SELECT id FROM {hot}"  # noqa: S608
        if sealed:
            known += (
                f" UNION ALL SELECT id FROM {table_of(sealed)} "  # noqa: S608
                f"WHERE {TIME[kind]} BETWEEN (SELECT min({TIME[kind]}) FROM {staged}) "
                f"AND (SELECT max({TIME[kind]}) FROM {staged})"
            )
        return (
            f"SELECT {', '.join(COLUMNS[kind])} FROM {staged} "  # noqa: S608
            f"ANTI JOIN ({known}) USING (id) "
            "QUALIFY row_number() OVER (PARTITION BY id) = 1"
        )
