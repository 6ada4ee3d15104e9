"""When a call that did not work is made again, and when an endpoint is given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The waits after the first, second, … failed call: three days and three and a half hours."""
JITTER = 0.1
"""Each wait is up to a tenth longer, so that what failed together does not come together."""
DISABLE_AFTER = timedelta(days=5)
"""An endpoint of which no call worked for so long is switched off."""
_GONE = 410
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from a call: at `again_at` it is made again, unless that is None."""

    worked: bool
    again_at: datetime | None = None
    disable: str = ""
    """Why the endpoint is switched off: `gone` or `failing`; empty when it is not."""


def judge(
    *,
    status: int,
    tried: int,
    failing_since: datetime | None,
    now: datetime,
    jitter: float,
    asked: timedelta | None = None,
) -> Verdict:
    """Decide about the `tried`-th call, which ended with an HTTP status (0: without any).

    `asked` is how long the endpoint wants us to wait (Retry-After), kept within a day.
    """
    if status in _SUCCESS:
        return Verdict(worked=True)
    if status == _GONE:
        return Verdict(worked=False, disable="gone")
    disable = "failing" if failing_since and now - failing_since >= DISABLE_AFTER else ""
    if tried > len(SCHEDULE):
        return Verdict(worked=False, disable=disable)
    wait = SCHEDULE[tried - 1] * (1 + JITTER * jitter)
    wait = max(wait, min(asked or timedelta(), SCHEDULE[-1]))
    return Verdict(worked=False, again_at=now + wait, disable=disable)
