"""What servers say is left of their limits, collected while something is asked of them.

Read from the headers that are in use: `RateLimit-Limit`, `-Remaining`, `-Reset` (seconds to
wait, of the IETF's drafts 00 to 06; Bluesky gives a time), and the same with `X-` before
(a time, as Mastodon and GitHub give it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from enishi.channels.http.ratelimits import reset_after

_PREFIXES = ("ratelimit-", "x-ratelimit-", "x-rate-limit-")
_collected: ContextVar[list[Quota] | None] = ContextVar("quotas", default=None)


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls are left of `limit` until `reset_at`."""

    limit: int
    remaining: int
    reset_at: datetime


def read(headers: Mapping[str, str], now: datetime) -> Quota | None:
    """The quota in the headers of an answer; None when they tell none that makes sense."""
    for prefix in _PREFIXES:
        limit = _number(headers.get(f"{prefix}limit"))
        remaining = _number(headers.get(f"{prefix}remaining"))
        seconds = reset_after(headers, now)
        if limit and remaining is not None and seconds is not None:
            return Quota(limit, remaining, now + timedelta(seconds=min(seconds, _LONGEST)))
    return None


_LONGEST = 86_400.0
"""No answer of a server stops us for longer than a day."""


def _number(text: str | None) -> int | None:
    """The number at the beginning: some servers add the window (`300;w=60`)."""
    head = (text or "").split(",")[0].split(";")[0].strip()
    return int(head) if head.isascii() and head.isdecimal() else None


@contextmanager
def collected() -> Iterator[list[Quota]]:
    """What the servers say during this block."""
    found: list[Quota] = []
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


def note(headers: Mapping[str, str], now: datetime) -> None:
    """Keep what an answer says, if somebody collects it: the HTTP client calls this."""
    found = _collected.get()
    if found is not None and (quota := read(headers, now)) is not None:
        found.append(quota)
