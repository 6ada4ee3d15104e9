"""One DuckDB per process: in memory, bounded, in UTC; changed by one thread at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock, local
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
        self._shared: dict[str, int] = {}
        self._reading = local()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return what it answers."""
        with self.lock:
            found: list[tuple[Any, ...]] = self._duckdb.execute(sql, list(parameters)).fetchall()
            return found

    def records(self, sql: str, schema: str = "main") -> list[dict[str, Any]]:
        """Run a query and return its rows by name; names without a schema are of this one.

        Each thread has a cursor of its own: several may read at once.
        """
        answer = self._cursor(schema).execute(sql)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _cursor(self, schema: str) -> Any:
        own = self._reading
        if not hasattr(own, "cursor"):
            with self.lock:
                own.cursor, own.schema = self._duckdb.cursor(), "main"
        if own.schema != schema:
            own.cursor.execute(f"USE {schema}")
            own.schema = schema
        return own.cursor

    def register(self, name: str, table: Any) -> None:
        """Lend an Arrow table to queries under a name."""
        with self.lock:
            self._duckdb.register(name, table)

    def unregister(self, name: str) -> None:
        """Take a lent table back."""
        with self.lock:
            self._duckdb.unregister(name)

    def share(self, name: str, make: Callable[[], None]) -> None:
        """Have something that several read made, unless it is there; see `give_back`."""
        with self.lock:
            if name not in self._shared:
                make()
            self._shared[name] = self._shared.get(name, 0) + 1

    def give_back(self, name: str, drop: str) -> None:
        """Drop what is shared once nobody reads it any more."""
        with self.lock:
            self._shared[name] -= 1
            if not self._shared[name]:
                del self._shared[name]
                self.rows(drop)

    def close(self) -> None:
        """Free everything."""
        with self.lock:
            self._duckdb.close()
