"""A Redis of our own, in memory only, on a free port of loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab import processes


@contextmanager
def redis_server(port: int | None = None) -> Iterator[str]:
    """Start a server; the value is `host:port`. With `port`, exactly there."""
    program = processes.find_program("redis-server")
    if program is None:
        processes.debian_package("redis-server")
        program = processes.find_program("redis-server", "/usr/bin")
    if program is None:
        raise processes.LabUnavailableError("Redis is not installed")
    port = port or processes.free_port()
    with processes.scratch_folder() as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = processes.bound_to_us([program, *options, "--dir", str(folder)])
        with processes.server(
            command, log=folder / "log", ready=lambda: processes.listens(port), seconds=20
        ):
            yield f"127.0.0.1:{port}"
