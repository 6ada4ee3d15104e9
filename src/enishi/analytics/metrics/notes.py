"""What was spent and what came of it, item by item or by channel (R039)."""

from __future__ import annotations

from typing import Any

from enishi.analytics.windows import Window

AMOUNTS = ("spend", "labour_cost", "other_cost", "revenue", "gross_profit")
RESULTS = {"schema:RegisterAction": "leads", "schema:BuyAction": "purchases"}


def each(observations: Any, window: Window) -> Any:
    """(channel_id, metric, subject, value): every note of the window once, with its last value."""
    found = observations.filter(observations.metric.isin(AMOUNTS))
    notes = found.group_by("channel_id", "metric", "subject").agg(
        value=found.value.argmax(found.observed_at), noted_at=found.observed_at.min()
    )
    return notes.filter(window.contains(notes.noted_at))


def by_channel(notes: Any) -> Any:
    """(channel_id, metric, value, items): the notes added up."""
    return notes.group_by("channel_id", "metric").agg(value=notes.value.sum(), items=notes.count())


def results(activities: Any, window: Window) -> Any:
    """(channel_id, metric, value): leads and purchases of the window."""
    found = activities.filter(
        activities.type.isin(list(RESULTS)), window.contains(activities.occurred_at)
    )
    metric = found.type.cases(*RESULTS.items(), else_="")
    return found.group_by(channel_id=found.channel_id, metric=metric).agg(
        value=found.count().cast("float64"), items=found.count()
    )
