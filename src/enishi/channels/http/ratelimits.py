"""Reading how long a server wants us to wait, in the ways that servers say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_RESET_HEADERS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_LONGEST_DELTA = 100_000_000
"""Larger numbers are points in time (seconds since 1970), smaller ones are waits."""


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, never negative; None when the server does not say."""
    if (value := headers.get("retry-after")) is not None:
        return _delay(value, now)
    return reset_after(headers, now)


def reset_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until a limit is as at the beginning; None when the server does not say."""
    for name in _RESET_HEADERS:
        if (value := headers.get(name)) is not None:
            return _delay(value, now)
    return None


def _delay(value: str, now: datetime) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return _until(_as_date(value), now)
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124 - NaN
        return None
    return max(0.0, number - now.timestamp() if number > _LONGEST_DELTA else number)


def _as_date(value: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(value)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _until(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (moment - now).total_seconds())
