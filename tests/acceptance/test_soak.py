"""Mixed load for a while: memory stays flat, and so does how late posts go out.

People write, channels are read, tokens run out every ten seconds, and now and then the
network is slow, throttles or breaks off. `ENISHI_SOAK_MINUTES` says for how long (three
quarters of a minute unless told otherwise); the series is printed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.acceptance.theatre import STAGE, Theatre, wait_until
from tests.lab.loopback import Fault, Manner

SECONDS = float(os.environ.get("ENISHI_SOAK_MINUTES", "0.75")) * 60
RATE = 4.0
EVERY = 1.0 if SECONDS < 120 else 10.0
LONG = SECONDS >= 300
MEGABYTES = 12.0 if LONG else 40.0
"""How much more memory the worker may hold in the last third than in the second."""
LAG = 5.0
"""How late, in seconds, what is due may be at any sample but the worst twentieth."""
SOME_TROUBLE = [
    Fault(Manner.SLOW, seconds=0.8, skip=20),
    Fault(Manner.RESET, after=True, skip=20),
    Fault(Manner.THROTTLE, seconds=1, skip=20),
    Fault(Manner.ERROR, after=True, skip=20),
]


class Sample(NamedTuple):
    """What was seen at a moment."""

    second: float
    megabytes: float
    lag: float
    waiting: int


def resident(pid: int) -> float:
    """The memory that a process holds, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def sample(theatre: Theatre, pid: int, begun: float) -> Sample:
    """How things are now. What waits for another attempt is not late: it is due later."""
    [(oldest, waiting)] = theatre.query(
        "SELECT min(due_at), count(*) FROM publishing_delivery WHERE state = 'scheduled'"
    )
    return Sample(time.monotonic() - begun, resident(pid), _late(oldest), waiting)


def _late(oldest: datetime | str | None) -> float:
    if oldest is None:
        return 0.0
    at = datetime.fromisoformat(oldest) if isinstance(oldest, str) else oldest
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(time.time() - at.timestamp(), 0.0)


def feeding(theatre: Theatre) -> subprocess.Popen[bytes]:
    """The process in which people write."""
    words = ["feed", json.dumps(theatre.cast()), str(SECONDS), str(RATE)]
    output = (theatre.folder / "wanted.json").open("wb")
    with output:
        return subprocess.Popen(
            [sys.executable, str(STAGE), *words], env=theatre.environment, stdout=output
        )


def thirds(values: list[float]) -> tuple[float, float, float]:
    """The median of each third."""
    size = max(len(values) // 3, 1)
    parts = values[:size], values[size : 2 * size], values[2 * size :]
    return tuple(round(statistics.median(part), 1) for part in parts)  # type: ignore[return-value]


def test_it_keeps_its_memory_and_its_pace_under_mixed_load(theatre: Theatre):
    theatre.platform.set(milliseconds=80, token_seconds=10)
    people = feeding(theatre)
    theatre.workers.append(people)  # ended with them, whatever happens
    worker = theatre.start()
    wait_until(lambda: theatre.platform.judge.count() > 0, patience=180)
    begun = time.monotonic()
    series: list[Sample] = []
    while people.poll() is None:
        series.append(sample(theatre, worker.pid, begun))
        if len(series) % 10 == 0:
            theatre.platform.arm(*SOME_TROUBLE)
        time.sleep(EVERY)
    theatre.want(json.loads((theatre.folder / "wanted.json").read_text()))
    theatre.platform.disarm()
    theatre.settle()
    memory = thirds([item.megabytes for item in series])
    lags = [item.lag for item in series]
    shown = [f"{item.second:.0f} s: {item.megabytes:.0f} MB, {item.lag:.1f} s" for item in series]
    print("\n".join(shown[:: max(len(shown) // 40, 1)]))  # noqa: T201 - the series
    figures: dict[str, Any] = {"megabytes": memory, "lag": thirds(lags)}
    theatre.judge("soak", read_back=True, minutes=round(SECONDS / 60, 2), **figures)
    assert memory[2] - memory[1] <= MEGABYTES, memory
    assert statistics.quantiles(lags, n=20)[-1] <= LAG, lags
    assert thirds(lags)[2] <= thirds(lags)[0] + 1.0, lags
