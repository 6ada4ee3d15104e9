"""A fleet behind a broker, killed and cut off: the platform's record holds each post once.

Needs PostgreSQL: `python -m tests.lab.postgres run …`. `ENISHI_CARRIER_KILLS` says how often
processes of the fleet are killed on each broker, `ENISHI_SEED` when.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

import pytest

from tests.acceptance.theatre import Theatre, wait_until
from tests.lab.loopback import Fault, Manner
from tests.lab.processes import LabUnavailableError, free_port, must_run
from tests.lab.rabbitmq import rabbitmq_server
from tests.lab.redis import redis_server

pytestmark = pytest.mark.skipif(
    not os.environ.get("ENISHI_DATABASE_URL", "").startswith("postgres"),
    reason="a fleet needs PostgreSQL",
)

KILLS = int(os.environ.get("ENISHI_CARRIER_KILLS", "2"))
SEED = int(os.environ.get("ENISHI_SEED", "20261101"))
POSTS = 24
"""Due before each kill: they take about a second."""
Broker = Callable[[int], AbstractContextManager[str]]


@contextmanager
def server(broker: str, port: int) -> Iterator[str]:
    """A broker at a port; the value is its address. Without its program there is no test."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(BROKERS[broker](port))
        except LabUnavailableError as error:
            if must_run():
                raise
            pytest.skip(str(error))
        yield url


@contextmanager
def _redis(port: int) -> Iterator[str]:
    with redis_server(port) as address:
        yield f"redis://{address}/0"


BROKERS: dict[str, Broker] = {"Redis": _redis, "RabbitMQ": rabbitmq_server}
ON_EACH = pytest.mark.parametrize("broker", BROKERS)


def settings(url: str) -> dict[str, str]:
    return {
        "ENISHI_CARRIER": "celery",
        "ENISHI_CARRIER_URL": url,
        "ENISHI_CARRIER_AGAIN": "3",
        "ENISHI_JOBS_DEAD": "10",  # a process of this machine that is gone is dead at once
        "ENISHI_JOBS_BEAT": "0.5",
    }


def start_fleet(theatre: Theatre, url: str, **more: str) -> subprocess.Popen[bytes]:
    """A process of the fleet: `enishi carrier worker`."""
    command = [sys.executable, "-m", "enishi.site.cli", "carrier", "worker", "--threads", "20"]
    environment = theatre.environment | settings(url) | more
    with (theatre.folder / "workers.log").open("ab") as log:
        worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    theatre.workers.append(worker)
    return worker


def kill_one(theatre: Theatre, fleet: list[subprocess.Popen[bytes]], url: str, wait: float) -> None:
    """Kill a process of the fleet in the middle of its work; another takes its place."""
    theatre.prepare(POSTS, theatre.cast(6))
    before = theatre.states()["published"]
    wait_until(lambda: theatre.states()["published"] > before or theatre.settled())
    time.sleep(wait)
    theatre.kill(fleet.pop(0))
    fleet.append(start_fleet(theatre, url))


@ON_EACH
def test_it_publishes_each_post_once_although_the_fleet_and_the_broker_die(
    theatre: Theatre, broker: str
):
    dice, port = random.Random(SEED), free_port()
    theatre.platform.set(milliseconds=200)
    with server(broker, port) as url:
        theatre.start(**settings(url))
        fleet = [start_fleet(theatre, url) for _number in range(2)]
        for _number in range(KILLS // 2):
            kill_one(theatre, fleet, url, dice.uniform(0, 0.5))
    with server(broker, port) as url:  # every message is lost
        for _number in range(KILLS - KILLS // 2):
            kill_one(theatre, fleet, url, dice.uniform(0, 0.5))
        theatre.settle()
        theatre.judge(f"SIGKILL over {broker}", 2, seed=SEED, broker="restarted, messages lost")


def test_it_finishes_what_is_in_hand_and_gives_back_the_rest_before_it_stops(theatre: Theatre):
    theatre.prepare(8, theatre.cast(8, ["key"]))
    theatre.platform.arm(Fault(Manner.SLOW, "create", seconds=1.0, times=100))
    with server("Redis", free_port()) as url:
        theatre.start(**settings(url))
        worker = start_fleet(theatre, url)
        wait_until(lambda: theatre.states()["publishing"] >= 4)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=40) == 0, theatre.complaint()
        assert theatre.states()["publishing"] == 0
        theatre.platform.disarm()
        start_fleet(theatre, url)
        theatre.settle()
    theatre.judge("SIGTERM to the fleet")
