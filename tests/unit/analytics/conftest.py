"""The town in a lake, and the same town in SQLite for the independent witness."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from enishi.analytics.connection import Connection
from enishi.analytics.lake import Lake
from enishi.analytics.schema import COLUMNS, Kind
from tests.unit.analytics.town import Town, lake_of, spring

Witness = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def connection() -> Iterator[Connection]:
    made = Connection(threads=1)
    yield made
    made.close()


@pytest.fixture(scope="session")
def town() -> Town:
    return spring()


@pytest.fixture(scope="session")
def lake(town: Town, connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_of(town, tmp_path_factory.mktemp("lake"), connection)


@pytest.fixture(scope="session")
def unrolled(town: Town, connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The same town without usable rollups."""
    made = lake_of(town, tmp_path_factory.mktemp("lake"), connection)
    made.uses_rollups = False
    return made


@pytest.fixture
def new_lake(connection: Connection, tmp_path: Path) -> Callable[..., Lake]:
    """`new_lake(town)`: a lake of another town."""

    def make(town: Town, **values: Any) -> Lake:
        return lake_of(town, tmp_path, connection, **values)

    return make


@pytest.fixture(scope="session")
def witness(town: Town) -> Witness:
    return witness_of(town)


def witness_of(town: Town) -> Witness:
    """Runs hand-written SQL in SQLite: other engine, other dialect, no code of ours."""
    database = sqlite3.connect(":memory:", check_same_thread=False)
    for kind in Kind:
        names = ", ".join(COLUMNS[kind])
        database.execute(f"CREATE TABLE {kind} ({names})")
        marks = ", ".join("?" * len(COLUMNS[kind]))
        rows = [[_plain(value) for value in row] for row in town.rows(kind)]
        database.executemany(f"INSERT INTO {kind} VALUES ({marks})", rows)
    database.execute("CREATE INDEX by_object ON activities (object_key, type)")
    database.execute("CREATE INDEX by_target ON activities (target_key, type)")
    database.execute("CREATE INDEX by_type ON activities (workspace_id, channel_id, type)")
    database.execute("CREATE INDEX by_subject ON observations (subject, metric, workspace_id)")
    return lambda sql, *values: database.execute(sql, values).fetchall()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return value
