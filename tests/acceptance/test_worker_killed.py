"""A real worker is killed again and again: the network holds each post exactly once.

`ENISHI_KILLS` says how often (5 unless told otherwise) and `ENISHI_SEED` when.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.adapters.sandbox.network import FILE_NAME, Network

STAGE = Path(__file__).parent / "stage.py"
KILLS = int(os.environ.get("ENISHI_KILLS", "5"))
SEED = int(os.environ.get("ENISHI_SEED", "20261101"))
POSTS, CHANNELS = 12 * KILLS, 6
PATIENCE = 90.0 + KILLS

Stage = Callable[..., Any]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """A database of its own, on PostgreSQL when the tests run there, else a SQLite file."""
    url = os.environ.get("ENISHI_DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path}/enishi.sqlite3"
        return
    name = f"enishi_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def environment(program_environment: dict[str, str], database: str) -> dict[str, str]:
    return program_environment | {
        "DJANGO_SETTINGS_MODULE": "enishi.site.settings",
        "ENISHI_DATABASE_URL": database,
        "ENISHI_JOBS_DEAD": "2",
        "ENISHI_JOBS_SETTLE": "2",
    }


@pytest.fixture
def stage(environment: dict[str, str]) -> Stage:
    """`stage("judge")`: run the stage's script and read what it prints."""

    def run(*words: object) -> Any:
        done = subprocess.run(
            [sys.executable, str(STAGE), *map(str, words)],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return json.loads(done.stdout) if done.stdout else None

    return run


@pytest.fixture
def start_worker(
    environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """`start_worker()`: the process that `enishi worker` is."""
    started: list[subprocess.Popen[bytes]] = []
    log = (tmp_path / "worker.log").open("ab")

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "enishi.site.cli", "worker"]
        started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
    log.close()


def town_of(environment: dict[str, str]) -> Network:
    return Network(Path(environment["ENISHI_HOME"]) / FILE_NAME)


def arrived(town: Network, accounts: list[str]) -> int:
    """How many posts stand in the town."""
    return sum(
        len(town.own_posts(account, above=0, below=None, limit=1000)) for account in accounts
    )


def wait_until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def faults(count: int) -> list[Fault]:
    """Calls that take a while, some of which take effect and are never answered."""
    slow = Fault(FaultKind.SLOW, operation="publish", seconds=0.3, times=5)
    hang = Fault(FaultKind.HANG, operation="publish", after=True, seconds=1.0, times=3)
    return [slow, hang] * count


def test_it_publishes_each_post_exactly_once_although_its_worker_is_killed(
    stage, start_worker, environment
):
    accounts = stage("prepare", POSTS, CHANNELS)
    town = town_of(environment)
    for fault in faults(8 + KILLS):
        town.arm(fault)
    dice = random.Random(SEED)
    for _number in range(KILLS):
        worker = start_worker()
        before = arrived(town, accounts)
        wait_until(lambda before=before: arrived(town, accounts) > before)
        time.sleep(dice.uniform(0, 0.6))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        if arrived(town, accounts) == POSTS:
            break
    town.disarm()
    start_worker()
    wait_until(lambda: stage("judge")["states"] == {"published": POSTS})
    judged = stage("judge")
    assert judged["texts"] == {f"Post {number}": 1 for number in range(POSTS)}
    assert judged["recorded"] == POSTS


def test_it_finishes_what_is_in_hand_before_it_stops(stage, start_worker, environment):
    stage("prepare", 4, 4)
    town_of(environment).arm(Fault(FaultKind.SLOW, operation="publish", seconds=15.0, times=4))
    worker = start_worker()
    wait_until(lambda: stage("judge")["states"] == {"publishing": 4})
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=40) == 0
    assert stage("judge")["states"] == {"published": 4}
