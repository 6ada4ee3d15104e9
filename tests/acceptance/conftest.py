"""A database of its own, a platform and workers for each test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from tests.acceptance.theatre import STAGE, Theatre, environment_of
from tests.lab.disk import small_disk
from tests.lab.loopback import loopback_platform
from tests.lab.postgres import fragile_server
from tests.lab.processes import LabUnavailableError

SERVER = os.environ.get("ENISHI_DATABASE_URL", "")


def _on(name: str) -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


def _command(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database that others are copies of: its file or its name."""
    folder = tmp_path_factory.mktemp("template")
    name = f"enishi_{uuid4().hex[:12]}"
    postgres = SERVER.startswith("postgres")
    if postgres:
        _command(f'CREATE DATABASE "{name}"')
    url = _on(name) if postgres else f"sqlite:///{folder}/template.sqlite3"
    base = {key: value for key, value in os.environ.items() if not key.startswith("ENISHI_")}
    environment = environment_of(base | {"ENISHI_HOME": str(folder)}, url)
    subprocess.run([sys.executable, str(STAGE), "migrate"], env=environment, check=True)
    yield name if postgres else f"{folder}/template.sqlite3"
    if postgres:
        _command(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(empty_tables: str, tmp_path: Path) -> Iterator[str]:
    """On PostgreSQL when the tests run there, else a SQLite file."""
    if not SERVER.startswith("postgres"):
        shutil.copy(empty_tables, tmp_path / "enishi.sqlite3")
        yield f"sqlite:///{tmp_path}/enishi.sqlite3"
        return
    name = f"enishi_{uuid4().hex[:12]}"
    _command(f'CREATE DATABASE "{name}" TEMPLATE "{empty_tables}"')
    yield _on(name)
    _command(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def opened(base: Mapping[str, str], database: str, folder: Path) -> Iterator[Theatre]:
    """A platform, a database, and no workers yet."""
    environment = environment_of(base, database)
    with loopback_platform(folder / "platform") as platform:
        theatre = Theatre(folder, database, platform, environment)
        try:
            yield theatre
        finally:
            theatre.close()


@pytest.fixture
def theatre(
    program_environment: dict[str, str], database: str, tmp_path: Path
) -> Iterator[Theatre]:
    """Where most scenes are played."""
    with opened(program_environment, database, tmp_path) as stage:
        yield stage


@pytest.fixture
def fragile_theatre(program_environment: dict[str, str], tmp_path: Path) -> Iterator[Theatre]:
    """With a database server that can be restarted."""
    if not SERVER.startswith("postgres"):
        pytest.skip("SQLite is no server")
    with (
        fragile_server() as server,
        opened(program_environment, server.url, tmp_path) as stage,
    ):
        stage.server = server
        stage.on_stage("migrate")
        yield stage


@pytest.fixture
def small_theatre(
    program_environment: dict[str, str], empty_tables: str, tmp_path: Path
) -> Iterator[Theatre]:
    """With the data on a disk of their own that can be filled."""
    postgres = SERVER.startswith("postgres")
    try:
        with small_disk(40, owner="postgres" if postgres else None) as folder:
            place = on_tablespace if postgres else in_file
            with (
                place(empty_tables, folder) as url,
                opened(program_environment, url, tmp_path) as stage,
            ):
                stage.disk = folder
                yield stage
    except LabUnavailableError as error:
        pytest.skip(str(error))


@contextmanager
def in_file(template: str, folder: Path) -> Iterator[str]:
    """A copy of the empty database in a folder."""
    shutil.copy(template, folder / "enishi.sqlite3")
    yield f"sqlite:///{folder}/enishi.sqlite3"


@contextmanager
def on_tablespace(template: str, folder: Path) -> Iterator[str]:
    """A copy of the empty database whose tables lie in a folder."""
    name = f"enishi_{uuid4().hex[:12]}"
    _command(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
    _command(f'CREATE DATABASE "{name}" TEMPLATE "{template}" TABLESPACE {name}')
    yield _on(name)
    _command(f'DROP DATABASE "{name}" WITH (FORCE)')
    _command(f"DROP TABLESPACE {name}")
