"""One DuckDB per process: in memory, bounded, in UTC, used by one thread at a time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import RLock
from typing import Any

from enishi.analytics.engines import duckdb


class Connection:
    """A DuckDB connection with its lock."""

    def __init__(
        self, *, memory: str = "512MB", threads: int = 0, spill: Path | None = None
    ) -> None:
        settings: dict[str, Any] = {
            "memory_limit": memory,
            "threads": threads or os.cpu_count() or 1,
            "preserve_insertion_order": False,
        }
        if spill is not None:
            settings["temp_directory"] = str(spill)
        self._duckdb = duckdb.connect(":memory:", config=settings)
        self._duckdb.execute("SET TimeZone = 'UTC'; SET parquet_metadata_cache = true")
        self.lock = RLock()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return what it answers."""
        with self.lock:
            found: list[tuple[Any, ...]] = self._duckdb.execute(sql, list(parameters)).fetchall()
            return found

    def records(self, sql: str) -> list[dict[str, Any]]:
        """Run a query and return its rows by name."""
        with self.lock:
            answer = self._duckdb.execute(sql)
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def register(self, name: str, table: Any) -> None:
        """Lend an Arrow table to queries under a name."""
        with self.lock:
            self._duckdb.register(name, table)

    def unregister(self, name: str) -> None:
        """Take a lent table back."""
        with self.lock:
            self._duckdb.unregister(name)

    def close(self) -> None:
        """Free everything."""
        with self.lock:
            self._duckdb.close()
