"""Real workers are killed: the platform's own record holds each post exactly once.

`ENISHI_KILLS` says how often at random moments (few unless told otherwise), `ENISHI_SEED`
when.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from tests.acceptance.theatre import ASKED, Theatre, wait_until
from tests.lab.loopback import Fault, Manner

KILLS = int(os.environ.get("ENISHI_KILLS", "4"))
SEED = int(os.environ.get("ENISHI_SEED", "20261101"))
BATCH = 48
MANY = pytest.mark.parametrize("workers", [1, 3], ids=["one worker", "three workers"])

STEPS = {
    "before lease": "enishi.publishing.claiming:take:before:2",
    "in the claim": "enishi.publishing.claiming:take:after:2",
    "after attempt row": "enishi.publishing.sending:send:before:5",
    "mid-upload": "tests.lab.loopback.adapter:LoopbackAdapter._upload:before:2",
    "uploaded, not noted": "enishi.publishing.parts:DeliveryParts.save:before:3",
    "part noted": "enishi.publishing.parts:DeliveryParts.save:after:4",
    "before settling": "enishi.publishing.settlement:settle:before:2",
    "during settling": "enishi.publishing.settlement:_write:after:2",
    "after settling": "enishi.publishing.settlement:settle:after:2",
}
"""Where a worker kills itself, by the product's own function names."""

HELD = {
    "mid-upload, on the wire": Fault(Manner.HOLD, "fill", skip=1),
    "before the platform created": Fault(Manner.HOLD, "create", skip=2),
    "after the platform created": Fault(Manner.HOLD, "create", after=True, skip=2),
    "while looking": Fault(Manner.HOLD, "look"),
}
"""Where the platform holds a call while all workers are killed."""


WHILE_CHANGING = {
    "before the change is sent": "enishi.publishing.sending:_change:before:2",
    "change made, not settled": "enishi.publishing.settlement:settle:before:1",
}
HELD_CHANGES = {
    "before the platform changed": Fault(Manner.HOLD, "edit"),
    "after the platform changed": Fault(Manner.HOLD, "edit", after=True),
}


def keep_busy(theatre: Theatre) -> None:
    """See to it that there is always something to interrupt."""
    waiting = theatre.states()["scheduled"]
    if waiting < BATCH // 2:
        theatre.prepare(BATCH)


@MANY
def test_it_publishes_each_post_once_although_workers_are_killed_at_random(
    theatre: Theatre, workers: int
):
    dice = random.Random(SEED + workers)
    theatre.platform.set(milliseconds=250)
    theatre.prepare(BATCH)
    running = [theatre.start() for _number in range(workers)]
    while theatre.kills < KILLS:
        victim = dice.choice(running)
        wait_until(lambda worker=victim: theatre.at_work(worker))
        time.sleep(dice.uniform(0, 1.2))
        theatre.kill(victim)
        running[running.index(victim)] = theatre.start()
        keep_busy(theatre)
    theatre.platform.set(milliseconds=0)
    theatre.settle()
    theatre.judge("SIGKILL at random", workers, seed=SEED)


@MANY
def test_it_publishes_each_post_once_although_workers_are_killed_at_each_step(
    theatre: Theatre, workers: int
):
    theatre.platform.set(milliseconds=30)
    steps = list(STEPS.values())
    while steps:
        keep_busy(theatre)
        now, steps = steps[:workers], steps[workers:]
        for worker in [theatre.start(die=step) for step in now]:
            theatre.dies(worker)
    for fault in HELD.values():
        keep_busy(theatre)
        theatre.platform.arm(fault)
        together = [theatre.start() for _number in range(workers)]
        assert theatre.platform.held(60), theatre.complaint()
        for worker in together:
            theatre.kill(worker)
        theatre.platform.disarm()
    theatre.start()
    theatre.settle()
    theatre.judge("SIGKILL at each step", workers, steps=[*STEPS, *HELD])


@MANY
def test_it_changes_each_published_post_once_although_workers_are_killed(
    theatre: Theatre, workers: int
):
    theatre.prepare(16)
    theatre.start()
    theatre.settle()
    theatre.platform.set(milliseconds=50)
    theatre.close()
    said: list[str] = []
    for place, step in enumerate(WHILE_CHANGING.values()):
        said += theatre.revise(" (2)", place)
        theatre.dies(theatre.start(die=step))
    for place, fault in enumerate(HELD_CHANGES.values(), len(WHILE_CHANGING)):
        said += theatre.revise(" (2)", place)
        theatre.platform.arm(fault)
        together = [theatre.start() for _number in range(workers)]
        assert theatre.platform.held(60), theatre.complaint()
        for worker in together:
            theatre.kill(worker)
        theatre.platform.disarm()
    theatre.start()
    theatre.settle()
    steps = [*WHILE_CHANGING, *HELD_CHANGES]
    theatre.judge("SIGKILL while published posts change", workers, steps=steps)
    assert sorted(text for _post, text in theatre.platform.judge.edits()) == sorted(said)


def test_it_asks_a_person_where_the_network_cannot_be_asked(theatre: Theatre):
    theatre.prepare(12, theatre.cast(flavours=["person"]))
    theatre.platform.arm(Fault(Manner.HOLD, "create", after=True, times=4))
    worker = theatre.start()
    assert theatre.platform.held(60), theatre.complaint()
    theatre.kill(worker)
    theatre.platform.disarm()
    theatre.platform.arm(Fault(Manner.ERROR, "create", after=True))
    theatre.start()
    theatre.settle(ASKED)
    verdict = theatre.verdict()
    theatre.note("nobody can be asked", 1, verdict)
    assert not verdict.doubled
    assert theatre.states()["unknown"] >= 2
    assert len(verdict.lost) <= 3 * theatre.states()["unknown"]  # the rest of each, at most


def test_it_finishes_what_is_in_hand_before_it_stops(theatre: Theatre):
    theatre.prepare(4)
    theatre.platform.arm(Fault(Manner.SLOW, "create", seconds=1.0, times=20))
    worker = theatre.start()
    wait_until(lambda: theatre.states()["publishing"] == 4)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=40) == 0
    assert theatre.states() == {"published": 4}
    theatre.judge("SIGTERM")
