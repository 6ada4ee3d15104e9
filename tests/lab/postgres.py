"""A PostgreSQL of our own: a fresh cluster on a free port of loopback.

    with postgres_server() as server:
        server.url            postgresql://enishi@127.0.0.1:PORT/enishi

`python -m tests.lab.postgres run COMMAND…` runs a command with ENISHI_DATABASE_URL set.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab import processes

USER = "enishi"
_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/opt/homebrew/bin")


@dataclass(frozen=True)
class PostgresServer:
    """Where the server answers."""

    port: int

    @property
    def url(self) -> str:
        """The address of a database that is there from the start."""
        return self.database_url(USER)

    def database_url(self, name: str) -> str:
        """The address of a database by name."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"


def _programs() -> tuple[str, str]:
    initdb = processes.find_program("initdb", *_FOLDERS)
    if initdb is None:
        processes.debian_package("postgresql")
        initdb = processes.find_program("initdb", *_FOLDERS)
    if initdb is None:
        raise processes.LabUnavailableError("PostgreSQL is not installed")
    return initdb, str(Path(initdb).resolve().parent / "postgres")


def _command(postgres: str, data: Path, port: int, **other: str) -> list[str]:
    # The data are thrown away afterwards, so nothing waits for the disk.
    settings = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(data),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "300",
    } | other
    return [postgres, "-D", str(data), *(f"--{key}={value}" for key, value in settings.items())]


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server with an empty database; PostgreSQL refuses root, so root steps down."""
    initdb, postgres = _programs()
    owner = "postgres" if os.geteuid() == 0 else None
    port = processes.free_port()
    with processes.scratch_folder(owner) as folder:
        data = folder / "data"
        options = ["-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8"]
        processes.run_tool(
            processes.bound_to_us([initdb, "-D", str(data), *options], user=owner), cwd=folder
        )
        command = processes.bound_to_us(_command(postgres, data, port), user=owner)
        with processes.server(
            command, log=folder / "log", ready=lambda: _answers(initdb, port), seconds=30
        ):
            createdb = str(Path(initdb).resolve().parent / "createdb")
            processes.run_tool([createdb, "-h", "127.0.0.1", "-p", str(port), "-U", USER, USER])
            yield PostgresServer(port)


class FragileServer:
    """A server that stops at once, as if it crashed, and comes back with its data."""

    def __init__(self, folder: Path, port: int, initdb: str, command: list[str]) -> None:
        self.url = PostgresServer(port).url
        self._log = folder / "log"
        self._ready = lambda: _answers(initdb, port)
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        processes.await_ready(self._process, self._ready, 30.0, self._log)

    def stop(self) -> None:
        """Stop it without letting anything come to its end."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    def restart(self, pause: float) -> None:
        """Be away for some seconds."""
        self.stop()
        time.sleep(pause)
        self.start()


@contextmanager
def fragile_server() -> Iterator[FragileServer]:
    """A server with an empty database that tests may restart. What it confirmed, it keeps."""
    initdb, postgres = _programs()
    owner = "postgres" if os.geteuid() == 0 else None
    port = processes.free_port()
    with processes.scratch_folder(owner) as folder:
        data = folder / "data"
        options = ["-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8"]
        processes.run_tool(
            processes.bound_to_us([initdb, "-D", str(data), *options], user=owner), cwd=folder
        )
        # The machine does not crash, only the server: what was handed to the kernel is safe.
        command = _command(postgres, data, port, synchronous_commit="on")
        server = FragileServer(folder, port, initdb, processes.bound_to_us(command, user=owner))
        server.start()
        try:
            createdb = str(Path(initdb).resolve().parent / "createdb")
            processes.run_tool([createdb, "-h", "127.0.0.1", "-p", str(port), "-U", USER, USER])
            yield server
        finally:
            server.stop()


def _answers(initdb: str, port: int) -> bool:
    pg_isready = Path(initdb).resolve().parent / "pg_isready"
    command = [str(pg_isready), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", USER]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def main(arguments: list[str]) -> int:
    """Run a command beside a server."""
    if len(arguments) < 2 or arguments[0] != "run":
        sys.stderr.write("usage: python -m tests.lab.postgres run COMMAND…\n")
        return 2
    with postgres_server() as started:
        environment = {**os.environ, "ENISHI_DATABASE_URL": started.url}
        return subprocess.run(arguments[1:], check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
