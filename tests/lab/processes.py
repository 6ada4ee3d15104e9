"""Starting servers that cannot outlive the tests."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("ENISHI_LAB", ROOT / ".lab"))
STOP_SECONDS = 15.0


class LabUnavailableError(RuntimeError):
    """A server cannot be had here; tests skip, except where CI says that they must not."""


def must_run() -> bool:
    """Whether a missing server is a failure rather than a reason to skip."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def free_port() -> int:
    """A port on loopback that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process at a time into a part of the cache folder."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def find_program(name: str, *folders: str) -> str | None:
    """Where a program is: on the path, or in one of the folders (with wildcards)."""
    if found := shutil.which(name):
        return found
    for folder in folders:
        matches = sorted(Path("/").glob(f"{folder.lstrip('/')}/{name}"))
        if matches:
            return str(matches[-1])
    return None


POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian asks this program whether a package may start its server."""


@contextmanager
def no_services(policy: Path = POLICY) -> Iterator[None]:
    """Packages start no server of the machine: tests have their own, on free ports."""
    if policy.exists() or not policy.parent.is_dir():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)


def debian_package(package: str) -> None:
    """Install a Debian package, where that is possible; the caller looks again."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise LabUnavailableError(f"{package} is not installed")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [apt, "install", "-y", "--no-install-recommends", package]
    with locked("apt"), no_services():
        for attempt in (["true"], [apt, "update"]):
            subprocess.run(attempt, env=environment, check=False, capture_output=True)
            done = subprocess.run(command, env=environment, check=False, capture_output=True)
            if done.returncode == 0:
                return
    raise LabUnavailableError(f"{package} cannot be installed: {done.stderr.decode()[-400:]}")


def run_tool(command: Sequence[str], **options: object) -> str:
    """Run a program to its end; its output, or an error with what it complained of."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    if done.returncode:
        raise LabUnavailableError(f"{command[0]}: {(done.stderr or done.stdout)[-800:]}")
    return str(done.stdout)


def bound_to_us(command: Sequence[str], *, user: str | None = None) -> list[str]:
    """The same command, but it gets SIGTERM when this process ends, however it ends."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return list(command)
    identity = ["--reuid", user, "--regid", user, "--clear-groups"] if user else []
    return [setpriv, *identity, "--pdeathsig", "TERM", *command]


@contextmanager
def server(
    command: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    seconds: float = 60.0,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends. It is told to stop, then made to."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
        )
        try:
            await_ready(process, ready, seconds, log)
            yield process
        finally:
            _stop(process)


def await_ready(
    process: subprocess.Popen[bytes], ready: Callable[[], bool], seconds: float, log: Path
) -> None:
    """Wait until a server answers; LabUnavailableError when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            complaint = log.read_text(errors="replace")[-1500:]
            raise LabUnavailableError(f"{process.args!r} did not start: {complaint}")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Whether something answers on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def scratch_folder(owner: str | None = None) -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="enishi-lab-"))
    try:
        if owner:
            shutil.chown(folder, owner, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
