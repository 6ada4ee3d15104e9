"""When news goes out by e-mail: soon and together, then not again for a while."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

GATHER = timedelta(seconds=60)
"""How long the first news waits for more, so that 500 failures become one letter."""
QUIET = timedelta(hours=6)
"""After a letter about one cause, the next about the same cause comes no sooner."""
DIGEST_AT = time(8, 0)
"""When the daily letter goes out, by the clock of the workspace."""


def mail_at(mailed_at: datetime | None, now: datetime) -> datetime:
    """When news of one cause may be mailed, given when it was mailed last."""
    return now if mailed_at is None else max(now, mailed_at + QUIET)


def digest_day(now: datetime, zone: ZoneInfo) -> str:
    """The day whose daily letter is due, as ISO date; empty before its hour."""
    local = now.astimezone(zone)
    return local.date().isoformat() if local.time() >= DIGEST_AT else ""
