"""How often a worker does what. The defaults suit production; tests shorten them."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds.

    `dead` is how long a heartbeat may be missing. `settle` is how old a dead worker's claim
    must be before it is freed: longer than a request of the HTTP client can last, so that
    nothing is still on its way when the next attempt looks.
    """

    poll: float = 0.3
    gather: float = 0.02
    beat: float = 4.0
    dead: float = 20.0
    settle: float = 75.0
    drain: float = 25.0

    @classmethod
    def from_environment(cls) -> Timing:
        """ENISHI_JOBS_BEAT, …_DEAD, …_SETTLE and …_DRAIN override the defaults (seconds)."""
        default = cls()
        dead = float(os.environ.get("ENISHI_JOBS_DEAD") or default.dead)
        settle = float(os.environ.get("ENISHI_JOBS_SETTLE") or default.settle)
        drain = float(os.environ.get("ENISHI_JOBS_DRAIN") or default.drain)
        beat = float(os.environ.get("ENISHI_JOBS_BEAT") or min(default.beat, dead / 4))
        return cls(dead=dead, settle=settle, drain=drain, beat=beat)
