"""`enishi run` as an operator meets it: real processes on a real port."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.lab.processes import free_port

ENISHI = Path(sys.executable).with_name("enishi")
START_SECONDS = 90.0


@dataclass
class Run:
    """A running Enishi."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def get(self, path: str) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode(), response.getheader("Location", "")
        finally:
            connection.close()

    def health(self) -> dict[str, object]:
        try:
            status, body, _ = self.get("/healthz")
        except (OSError, HTTPException):
            return {}
        return dict(json.loads(body), code=status)

    def wait_until(self, status: str) -> dict[str, object]:
        deadline = time.monotonic() + START_SECONDS
        while (health := self.health()).get("status") != status:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, f"{health}\n{self.log.read_text()}"
            time.sleep(0.2)
        return health

    def family(self) -> list[int]:
        """The processes of this run's data folder, however they were started."""
        mark = f"ENISHI_HOME={self.log.parent / 'home'}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


@contextmanager
def enishi_run(environment: dict[str, str]) -> Iterator[Run]:
    port = int(environment["ENISHI_PORT"])
    log = Path(environment["ENISHI_HOME"]).parent / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [ENISHI, "run"], env=environment, stdout=output, stderr=output, text=True
        )
    try:
        yield Run(process, port, log)
    finally:
        process.terminate()
        process.wait(40)


@pytest.fixture
def environment(program_environment: dict[str, str]) -> dict[str, str]:
    return program_environment | {"ENISHI_PORT": str(free_port())}


def wait_for_banner(run: Run) -> str:
    deadline = time.monotonic() + 10
    while "Ctrl-C" not in (text := run.log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return text


def test_it_starts_from_nothing_and_stops_cleanly(environment: dict[str, str]) -> None:
    with enishi_run(environment) as run:
        health = run.wait_until("ok")
        assert health["code"] == 200
        banner = wait_for_banner(run)
        link = re.search(r"http://127\.0\.0\.1:\d+(/sign-in/\S+)", banner)
        assert link, banner
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(40) == 0
        assert run.family() == []


def test_it_signs_in_once_by_the_link(environment: dict[str, str]) -> None:
    with enishi_run(environment) as run:
        run.wait_until("ok")
        link = re.search(r"http://127\.0\.0\.1:\d+(/sign-in/\S+)", wait_for_banner(run))
        assert link
        status, _, target = run.get(link[1])
        assert (status in {200, 302}, "sign-in" not in target) == (True, True)


def test_it_leaves_nothing_behind_when_killed_hard(environment: dict[str, str]) -> None:
    with enishi_run(environment) as run:
        run.wait_until("ok")
        run.process.kill()
        run.process.wait(10)
        deadline = time.monotonic() + 40
        while run.family() and time.monotonic() < deadline:
            time.sleep(0.2)
        assert run.family() == []


def test_it_starts_a_killed_worker_again(environment: dict[str, str]) -> None:
    with enishi_run(environment) as run:
        run.wait_until("ok")
        worker = next(pid for pid in run.family() if b"enishi.site.worker" in command_of(pid))
        os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            workers = [pid for pid in run.family() if b"enishi.site.worker" in command_of(pid)]
            if workers and workers != [worker]:
                break
            time.sleep(0.2)
        assert workers != [worker]
        run.wait_until("ok")


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_it_says_what_to_do_when_the_port_is_taken(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["ENISHI_PORT"])))
        taken.listen()
        done = subprocess.run(
            [ENISHI, "run"], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 5
    assert f"Port {environment['ENISHI_PORT']} on 127.0.0.1 is in use" in done.stderr
    assert f"ENISHI_PORT={int(environment['ENISHI_PORT']) + 1} make run" in done.stderr


def test_it_refuses_a_second_run_of_the_same_folder(environment: dict[str, str]) -> None:
    with enishi_run(environment) as run:
        run.wait_until("ok")
        second = environment | {"ENISHI_PORT": str(free_port()), "LANG": "ja_JP.UTF-8"}
        done = subprocess.run(
            [ENISHI, "--language", "en", "run"],
            env=second,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 5
        assert "already running with the data folder" in done.stderr
        assert run.health()["status"] == "ok"


def test_it_names_a_database_that_does_not_answer(environment: dict[str, str]) -> None:
    nowhere = f"postgres://enishi@127.0.0.1:{free_port()}/enishi"
    done = subprocess.run(
        [ENISHI, "run"],
        env=environment | {"ENISHI_DATABASE_URL": nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert "The database cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
