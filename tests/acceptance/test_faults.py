"""The network, the clock, the database and the disk fail while real workers publish.

The platform's own record is the judge: nothing lost, nothing doubled, all settled. With
`ENISHI_LONG=1` each fault of the network is played by itself, and outages last as long as
the figures in the documentation say.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from tests.acceptance.theatre import FAST, Theatre, wait_until
from tests.lab import disk
from tests.lab.loopback import Fault, Manner

LONG = bool(os.environ.get("ENISHI_LONG"))
SEED = int(os.environ.get("ENISHI_SEED", "20261101"))
POSTS = 36
HOUR = 3600
_DATABASE = "DATABASES['default']"
IMPATIENT = json.dumps(
    FAST
    | {
        "enishi.site.settings:DATABASES": (
            f"{{'default': {_DATABASE} | {{'OPTIONS': {_DATABASE}['OPTIONS'] | {{'timeout': 1}}}}}}"
        )
    }
)
"""SQLite waits for a second instead of half a minute, so that waiting fails."""

ON_THE_NETWORK = {
    "hang before create": Fault(Manner.HANG, seconds=3, times=4),
    "hang after create": Fault(Manner.HANG, after=True, seconds=3, times=4),
    "500 before create": Fault(Manner.ERROR, times=4),
    "500 after create": Fault(Manner.ERROR, after=True, times=4),
    "reset before create": Fault(Manner.RESET, times=4),
    "reset after create": Fault(Manner.RESET, after=True, times=4),
    "truncated answer": Fault(Manner.TRUNCATE, after=True, times=4),
    "garbage for an answer": Fault(Manner.GARBAGE, after=True, times=4),
    "429 storm": Fault(Manner.THROTTLE, seconds=1, times=25),
    "token expired": Fault(Manner.EXPIRE, times=4),
    "upload reset": Fault(Manner.RESET, "fill", times=4),
    "upload 500": Fault(Manner.ERROR, "fill", after=True, times=4),
    "looking hangs": Fault(Manner.HANG, "look", seconds=3, times=3),
    "looking resets": Fault(Manner.RESET, "look", after=True, times=3),
}
SCENES = [[name] for name in ON_THE_NETWORK] if LONG else [list(ON_THE_NETWORK)]
UNHURRIED = json.dumps({name: value for name, value in FAST.items() if "BACKOFF" not in name})
"""The waits between attempts are those of production."""


@pytest.mark.parametrize("names", SCENES, ids=lambda names: "+".join(names)[:30])
def test_it_publishes_each_post_once_although_the_network_fails(theatre: Theatre, names: list[str]):
    dice = random.Random(SEED)
    theatre.platform.set(milliseconds=20)
    theatre.prepare(POSTS)
    for name in names:
        fault = Fault.read(ON_THE_NETWORK[name].json())
        fault.skip = dice.randrange(6)
        theatre.platform.arm(fault)
    theatre.start()
    theatre.settle()
    theatre.judge(names[0] if LONG else "the network fails", left=theatre.platform.disarm())


def test_it_signs_in_anew_once_for_many_deliveries(theatre: Theatre):
    theatre.platform.set(milliseconds=400)
    theatre.prepare(60)
    for _number in range(2):
        theatre.start()
    for _turn in range(3):
        seen = theatre.platform.judge.count()
        wait_until(lambda seen=seen: theatre.platform.judge.count() > seen + 8)
        theatre.platform.expire()
    theatre.settle()
    refreshed = theatre.platform.counts()["refreshed"]
    theatre.judge("tokens run out under load", 2, refreshed=refreshed)
    assert all(1 <= count <= 3 for count in refreshed.values())
    assert len(refreshed) == 4


def test_it_publishes_each_post_once_although_the_clock_jumps(theatre: Theatre):
    clock = theatre.folder / "clock"
    clock.write_text("0")
    theatre.platform.set(milliseconds=400)
    theatre.prepare(72)
    workers = [theatre.start(LAB_CLOCK=str(clock)) for _number in range(3)]
    wait_until(lambda: all(theatre.at_work(worker) for worker in workers))
    for jump in (HOUR, 0, -HOUR, HOUR, 0):
        clock.write_text(str(jump))
        time.sleep(1.5)
    theatre.settle()
    theatre.judge("the clock jumps an hour", 3)


def on_host(name: str, **more: str) -> dict[str, str]:
    """The settings of a worker that takes itself to be on another machine."""
    host = f"__import__('types').SimpleNamespace(gethostname=lambda: {name!r})"
    unhurried = {"ENISHI_JOBS_DEAD": "6", "ENISHI_JOBS_BEAT": "0.5"}
    return unhurried | {"LAB_SET": json.dumps({"enishi.jobs.heartbeat:socket": host} | more)}


def test_who_lives_is_left_alone_and_who_died_is_freed_whatever_their_clocks_say(
    theatre: Theatre,
):
    clock = theatre.folder / "clock"
    clock.write_text("0")
    theatre.prepare(1, theatre.cast(1, ["key"]))
    theatre.platform.arm(Fault(Manner.HOLD, "create", after=True))
    there = theatre.start(LAB_CLOCK=str(clock), **on_host("there"))
    assert theatre.platform.held(60), theatre.complaint()
    clock.write_text(str(-HOUR))
    here = theatre.start(**on_host("here", **FAST))
    wait_until(lambda: theatre.at_work(here))
    time.sleep(9)  # longer than a claim of the dead is left alone
    assert theatre.query("SELECT count(*) FROM publishing_attempt") == [(1,)]
    theatre.platform.disarm()
    theatre.settle()
    theatre.kill(there)

    clock.write_text(str(HOUR))
    theatre.kill(here)
    theatre.prepare(1, theatre.cast(1, ["key"]))
    theatre.platform.arm(Fault(Manner.HOLD, "create", after=True))
    there = theatre.start(LAB_CLOCK=str(clock), **on_host("there"))
    assert theatre.platform.held(60), theatre.complaint()
    theatre.kill(there)
    theatre.platform.disarm()
    theatre.start(**on_host("here", **FAST))
    theatre.settle(patience=60)
    theatre.judge("clocks of two machines differ by an hour", 2)


def test_it_publishes_each_post_once_although_the_network_is_down(theatre: Theatre):
    theatre.platform.set(milliseconds=600)
    theatre.prepare(POSTS)
    theatre.start(**({"LAB_SET": UNHURRIED} if LONG else {}))
    wait_until(lambda: theatre.platform.judge.count() > 5)
    theatre.platform.down()
    time.sleep(600 if LONG else 6)
    before = theatre.platform.judge.count()
    theatre.platform.up()
    theatre.settle(patience=1200 if LONG else 60)
    theatre.judge("the network is down", minutes=10 if LONG else 0.1, before=before)


# ── The database ───────────────────────────────────────────────────────────────────────


@contextmanager
def locked(theatre: Theatre) -> Iterator[None]:
    """Nobody else can write."""
    if theatre.on_postgres:
        with psycopg.connect(theatre.database) as connection:
            connection.execute("LOCK TABLE publishing_delivery, jobs_worker IN EXCLUSIVE MODE")
            yield
        return
    path = theatre.database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("workers", [1, 3], ids=["one worker", "three workers"])
def test_it_publishes_each_post_once_although_the_database_is_locked(
    theatre: Theatre, workers: int
):
    theatre.platform.set(milliseconds=400)
    impatient = {} if theatre.on_postgres else {"LAB_SET": IMPATIENT}
    for worker in [theatre.start(**impatient) for _number in range(workers)]:
        wait_until(lambda worker=worker: theatre.at_work(worker))
    for _turn in range(2):
        seen = theatre.platform.judge.count()
        theatre.prepare(POSTS)
        wait_until(lambda seen=seen: theatre.platform.judge.count() > seen)
        with locked(theatre):
            time.sleep(20 if LONG else 5)
    theatre.settle()
    theatre.judge("the database is locked", workers)


@pytest.mark.parametrize("workers", [1, 3], ids=["one worker", "three workers"])
def test_it_publishes_each_post_once_although_the_database_restarts(
    fragile_theatre: Theatre, workers: int
):
    theatre = fragile_theatre
    theatre.platform.set(milliseconds=100)
    for _number in range(workers):
        theatre.start()
    for _turn in range(3):
        seen = theatre.platform.judge.count()
        theatre.prepare(POSTS)
        wait_until(lambda seen=seen: theatre.platform.judge.count() > seen + 3)
        assert theatre.server is not None
        theatre.server.restart(pause=1.0)
    theatre.settle()
    theatre.judge("the database restarts", workers)


# ── The disk ───────────────────────────────────────────────────────────────────────────


def test_it_publishes_each_post_once_although_the_disk_is_full(small_theatre: Theatre):
    theatre = small_theatre
    theatre.platform.set(milliseconds=600)  # so that something is under way when it is full
    assert theatre.disk is not None
    theatre.start()
    for _turn in range(2):
        seen = theatre.platform.judge.count()
        theatre.prepare(POSTS)
        wait_until(lambda seen=seen: theatre.platform.judge.count() > seen + 3)
        with disk.filled(theatre.disk):
            time.sleep(20 if LONG else 4)
    theatre.settle()
    theatre.judge("the disk is full")
    assert "full" in theatre.complaint() or "No space" in theatre.complaint() or theatre.on_postgres
