"""How often something was done, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.windows import Window, naive


@dataclass(frozen=True, slots=True)
class Acts:
    """Which acts are counted, and the metric by which networks report the same."""

    types: tuple[str, ...]
    direction: str = ""
    replies: bool | None = None
    metric: str = ""

    def among(self, activities: Any) -> Any:
        """The rows of the log that are such acts."""
        found = activities.filter(activities.type.isin(self.types))
        if self.direction:
            found = found.filter(found.direction == self.direction)
        if self.replies is not None:
            found = found.filter((found.target_key != "") == self.replies)
        return found

    def among_daily(self, daily: Any) -> Any:
        """The rows of the daily rollup that count such acts."""
        found = daily.filter(daily.type.isin(self.types))
        if self.direction:
            found = found.filter(found.direction == self.direction)
        if self.replies is not None:
            found = found.filter((found.kind == "reply") == self.replies)
        return found


LIKES = Acts(("Like",), "inbound", metric="likes")
RESHARES = Acts(("Announce",), "inbound", metric="reshares")
REPLIES = Acts(("Create",), "inbound", replies=True, metric="replies")


def counted(activities: Any, window: Window, acts: Acts) -> Any:
    """(channel_id, day, value, last_at) from single activities."""
    found = acts.among(activities)
    found = found.filter(window.contains(found.occurred_at))
    return found.group_by(channel_id=found.channel_id, day=window.day_of(found.occurred_at)).agg(
        value=found.count().cast("float64"), last_at=found.occurred_at.max()
    )


def counted_daily(daily: Any, window: Window, acts: Acts) -> Any:
    """The same from the daily rollup, whose days must be those of the window's zone."""
    found = acts.among_daily(daily)
    found = found.filter(found.day.between(window.first, window.last))
    return found.group_by("channel_id", "day").agg(
        value=found.acts.sum().cast("float64"), last_at=found.last_at.max()
    )


def reported(observations: Any, window: Window, metric: str) -> Any:
    """(channel_id, day, value, last_at): a day's total as the network reports it.

    For acts, an observation of the account itself is the total of its day; the last report
    of a day counts.
    """
    found = observations.filter(
        observations.metric == metric,
        observations.subject == "",
        window.contains(observations.observed_at),
    )
    return found.group_by(channel_id=found.channel_id, day=window.day_of(found.observed_at)).agg(
        value=found.value.argmax(found.observed_at), last_at=found.observed_at.max()
    )


def by_day(counted_acts: Any, reports: Any) -> Any:
    """(channel_id, day, value, last_at): the report of a channel's day, else the acts counted."""
    both = ibis.union(
        counted_acts.mutate(rank=ibis.literal(0, type="int8")),
        reports.mutate(rank=ibis.literal(1, type="int8")),
    )
    return both.group_by("channel_id", "day").agg(
        value=both.value.argmax(both.rank), last_at=both.last_at.max()
    )


def observed_channels(activities: Any, observations: Any, window: Window) -> Any:
    """(channel_id): channels of which anything was read before the window ended."""
    end = naive(window.end)
    read = activities.filter(activities.direction == "inbound", activities.occurred_at < end)
    measured = observations.filter(observations.observed_at < end)
    return ibis.union(read[["channel_id"]], measured[["channel_id"]], distinct=True)
