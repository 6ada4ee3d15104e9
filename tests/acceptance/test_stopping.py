"""Stopping a worker: the first signal lets work end for a while, the second ends at once."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from tests.acceptance.theatre import Theatre
from tests.lab.loopback import Fault, Manner


def hold_one(theatre: Theatre, **settings: str) -> subprocess.Popen[bytes]:
    """A worker in the middle of a call that the platform does not answer."""
    slow = {"LAB_SET": "{}"}  # an answer is waited for as long as in production
    theatre.prepare(1, theatre.cast(1, ["key"]))
    theatre.platform.arm(Fault(Manner.HOLD, "create", after=True))
    worker = theatre.start(**slow, **settings)
    assert theatre.platform.held(60), theatre.complaint()
    return worker


def test_it_releases_what_does_not_end_in_time(theatre: Theatre):
    worker = hold_one(theatre, ENISHI_JOBS_DRAIN="1")
    begun = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0, theatre.complaint()
    assert time.monotonic() - begun < 15
    assert theatre.states() == {"scheduled": 1}
    stopped = theatre.query("SELECT count(*) FROM jobs_worker WHERE stopped_at IS NOT NULL")
    assert stopped == [(1,)]
    theatre.platform.disarm()
    theatre.start()
    theatre.settle()
    theatre.judge("SIGTERM, cut off")


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_on_a_second_signal(theatre: Theatre, second: signal.Signals):
    worker = hold_one(theatre)
    worker.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert worker.poll() is None, theatre.complaint()
    begun = time.monotonic()
    worker.send_signal(second)
    assert worker.wait(timeout=30) == 128 + second
    assert time.monotonic() - begun < 3
    theatre.platform.disarm()
    theatre.start()
    theatre.settle()
    theatre.judge(f"SIGTERM, then {second.name}")
