"""What is due, remembered for a moment.

Looking at everything that is due costs more the more that is, so that it is done a few times
a second, and what was seen is taken in turns in between. It may be out of date: whoever takes
something must find out whether it is still due.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from enishi.jobs.core.fairness import Candidate, Limits, Turns

T = TypeVar("T")

_FRESH = timedelta(seconds=0.3)
_SHARE = 20
"""A look that takes long is not repeated before twenty times as long has passed."""
_STALE = timedelta(seconds=2)


class Lookahead(Generic[T]):
    """What a look found and nobody has taken yet."""

    def __init__(self) -> None:
        self._turns: Turns[T] = Turns()
        self._seen_at: datetime | None = None
        self._fresh = _FRESH

    def __len__(self) -> int:
        return len(self._turns)

    def take(
        self,
        look: Callable[[], Iterable[Candidate[T]]],
        room: int,
        limits: Limits,
        now: datetime,
    ) -> list[T]:
        """Choose what may go now, looking first when the last look is too old or used up."""
        if not self._turns or self._age(now) > self._fresh:
            begun = time.monotonic()
            self._turns = Turns(look())
            self._seen_at = now
            taken = timedelta(seconds=time.monotonic() - begun)
            self._fresh = min(max(_FRESH, _SHARE * taken), _STALE)
        return self._turns.take(room, limits)

    def forget(self) -> None:
        """Look again the next time: others took what was seen."""
        self._seen_at = None

    def _age(self, now: datetime) -> timedelta:
        """How old what was seen is; clocks may be set back."""
        return abs(now - self._seen_at) if self._seen_at else timedelta.max
