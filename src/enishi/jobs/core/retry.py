"""When to try again, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double, up to a longest one, for a number of attempts."""

    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(hours=1)
    attempts: int = 8

    def wait(self, attempts: int) -> timedelta:
        """The middle of the wait after so many attempts."""
        doublings = min(max(attempts - 1, 0), 32)
        return min(self.first * (1 << doublings), self.longest)


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """`wait` is None when it is no use to go on."""

    wait: timedelta | None

    @property
    def again(self) -> bool:
        return self.wait is not None


def decide_retry(
    attempts: int, backoff: Backoff, *, jitter: float, asked: timedelta | None = None
) -> RetryDecision:
    """Whether to try again after `attempts` failed attempts, and how long to wait first.

    `jitter` is a random number from 0 to 1: the wait becomes 75 % to 125 % of the planned
    one, so that things that failed together do not return together. What the other side
    `asked` for is never shortened.
    """
    if attempts >= backoff.attempts:
        return RetryDecision(None)
    wait = backoff.wait(attempts) * (0.75 + jitter / 2)
    if asked is not None:
        wait = max(wait, asked * (1 + jitter / 10))
    return RetryDecision(wait)
