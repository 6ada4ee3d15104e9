"""How many people follow: the network's last report, and the follows seen since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.windows import Window, naive

METRIC = "followers"


def level_at(observations: Any, moves: Any, moment: datetime) -> Any:
    """(channel_id, reported, reported_at, since, value) just before a moment."""
    last = _reports(observations).filter(lambda t: t.observed_at < naive(moment))
    last = last.group_by("channel_id").agg(
        reported=last.value.argmax(last.observed_at), reported_at=last.observed_at.max()
    )
    moves = moves.filter(lambda t: t.occurred_at < naive(moment))
    after = last.inner_join(moves, "channel_id").filter(lambda t: t.occurred_at > t.reported_at)
    after = after.group_by("channel_id").agg(since=after.move.sum())
    joined = last.left_join(after, "channel_id")
    since = joined.since.fill_null(0).cast("float64")
    return joined.select(
        joined.channel_id,
        joined.reported,
        joined.reported_at,
        since=since,
        value=joined.reported + since,
    )


def first_in(observations: Any, window: Window) -> Any:
    """(channel_id, reported, reported_at): the first report in a window."""
    found = _reports(observations).filter(lambda t: window.contains(t.observed_at))
    return found.group_by("channel_id").agg(
        reported=found.value.argmin(found.observed_at), reported_at=found.observed_at.min()
    )


def reported_by_day(observations: Any, window: Window) -> Any:
    """(channel_id, day, reported, reported_at): the last report of each day."""
    found = _reports(observations).filter(lambda t: window.contains(t.observed_at))
    return found.group_by(channel_id=found.channel_id, day=window.day_of(found.observed_at)).agg(
        reported=found.value.argmax(found.observed_at), reported_at=found.observed_at.max()
    )


def moves_by_day(observations: Any, moves: Any, window: Window) -> Any:
    """(channel_id, day, since): follows less unfollows of a day that its report cannot know."""
    moves = moves.filter(lambda t: window.contains(t.occurred_at))
    moves = moves.mutate(day=window.day_of(moves.occurred_at))
    joined = moves.left_join(reported_by_day(observations, window), ["channel_id", "day"])
    unknown = joined.filter(joined.reported_at.isnull() | (joined.occurred_at > joined.reported_at))
    return unknown.group_by("channel_id", "day").agg(since=unknown.move.sum().cast("float64"))


def follow_moves(activities: Any) -> Any:
    """(channel_id, occurred_at, move): +1 for a follow, -1 for its undoing."""
    undone = (activities.type == "Undo") & activities.object_type.isin(["", "Follow"])
    found = activities.filter(
        activities.direction == "inbound", (activities.type == "Follow") | undone
    )
    return found.select(
        found.channel_id,
        found.occurred_at,
        move=ibis.ifelse(found.type == "Follow", 1, -1),
    )


def _reports(observations: Any) -> Any:
    return observations.filter(observations.metric == METRIC, observations.subject == "")


def last_report_of_days(observations: Any, window: Window) -> Any:
    """(channel_id, reported_on, reported): the last report of each day up to the window's end.

    All reports before the window stand for the day before it.
    """
    found = _reports(observations).filter(lambda t: t.observed_at < naive(window.end))
    eve = ibis.literal(window.first - timedelta(days=1))
    day = ibis.ifelse(
        found.observed_at < naive(window.start), eve, window.day_of(found.observed_at)
    )
    return found.group_by(channel_id=found.channel_id, reported_on=day).agg(
        reported=found.value.argmax(found.observed_at)
    )
