"""How long ago something was last updated, and whether that is too long (R123)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

DEFAULT_THRESHOLD_DAYS = 30
_WARNING_SHARE = 0.5
_DAY_SECONDS = 86_400


class Freshness(StrEnum):
    """The colour of a channel that should be updated regularly."""

    UNKNOWN = "unknown"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Age:
    """Days since the last update (None: not observed) and what they mean."""

    days: float | None
    threshold_days: int
    freshness: Freshness

    @property
    def whole_days(self) -> int:
        """Full days since the last update; 0 when it was never observed."""
        return int(self.days or 0)


def age(
    last_update: datetime | None, now: datetime, threshold_days: int = DEFAULT_THRESHOLD_DAYS
) -> Age:
    """Red beyond the threshold, yellow beyond half of it."""
    if last_update is None:
        return Age(None, threshold_days, Freshness.UNKNOWN)
    days = max(0.0, (now - last_update).total_seconds() / _DAY_SECONDS)
    if days > threshold_days:
        return Age(days, threshold_days, Freshness.RED)
    warned = days > threshold_days * _WARNING_SHARE
    return Age(days, threshold_days, Freshness.YELLOW if warned else Freshness.GREEN)
