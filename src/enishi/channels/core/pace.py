"""When a channel is read next, and which measured values are worth keeping. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from enishi.channels.contract import Metric

LEAST_POLL = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
METRICS_EVERY = timedelta(seconds=30)
"""Numbers are asked for no more often than this, however lively a channel is."""
_MAX_DOUBLINGS = 12


def next_read(
    now: datetime, *, poll_seconds: int, failures: int, retry_after: float | None = None
) -> datetime:
    """After a failure the wait doubles, up to half an hour, or is what the network asks."""
    poll = max(LEAST_POLL, timedelta(seconds=poll_seconds))
    if retry_after is not None:
        return now + max(poll, timedelta(seconds=retry_after))
    if failures == 0:
        return now + poll
    wait = poll * (1 << min(failures, _MAX_DOUBLINGS))
    return now + max(poll, min(wait, LONGEST_WAIT))


@dataclass(frozen=True, slots=True)
class Seen:
    """The values measured last, by subject and metric, and the day on which."""

    day: str = ""
    values: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str) -> Seen:
        try:
            kept = json.loads(cursor) if cursor else {}
            return cls(str(kept.get("day", "")), dict(kept.get("values", {})))
        except (ValueError, AttributeError, TypeError):
            return cls()

    def cursor(self) -> str:
        return json.dumps({"day": self.day, "values": self.values}, separators=(",", ":"))

    def of_account(self) -> dict[str, float]:
        """The values that are about the account itself, by metric."""
        split = ((name.partition("\x1f"), value) for name, value in self.values.items())
        return {metric: value for (subject, _, metric), value in split if not subject}

    def changed(self, metrics: Iterable[Metric], today: date) -> tuple[list[Metric], Seen]:
        """What is new: values that moved, and everything once a day.

        "Not measured" and "did not change" must stay different, hence the daily full set.
        """
        full = self.day != today.isoformat()
        given = list(metrics)
        news = [one for one in given if full or self.values.get(_name(one)) != one.value]
        return news, Seen(today.isoformat(), {_name(one): one.value for one in given})


def _name(metric: Metric) -> str:
    return f"{metric.subject}\x1f{metric.metric}"


def chunks(items: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    """The items in portions, in order."""
    return (items[start : start + size] for start in range(0, len(items), size))
