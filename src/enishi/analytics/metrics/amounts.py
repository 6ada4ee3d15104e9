"""Amounts that were noted one by one: what was spent, earned, worked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from enishi.analytics.windows import Window

METRICS = (
    "spend",
    "labour_cost",
    "revenue",
    "gross_profit",
    "ideas",
    "ideas_adopted",
    "answers",
    "answers_reused",
    "pledged",
    "backers",
    "applicants",
    "qualified_applicants",
    "supplier_savings",
    "supplier_cost",
    "active_employees",
    "employees",
)
"""What is noted one by one."""


def noted(observations: Any, window: Window) -> Any:
    """(channel_id, metric, day, value, notes, last_at): the sums of each day.

    A note is a subject (an invoice, an order, a timesheet) of one metric; it counts once, on
    the day of its first report, with its last value. Noting it again corrects it.
    """
    found = observations.filter(observations.metric.isin(METRICS))
    each = found.group_by("channel_id", "metric", "subject").agg(
        value=found.value.argmax(found.observed_at),
        noted_at=found.observed_at.min(),
        last_at=found.observed_at.max(),
    )
    each = each.filter(window.contains(each.noted_at))
    return each.group_by(
        channel_id=each.channel_id, metric=each.metric, day=window.day_of(each.noted_at)
    ).agg(value=each.value.sum(), notes=each.count(), last_at=each.last_at.max())


def of_metrics(noted: Any, metrics: Sequence[str]) -> Any:
    """(channel_id, day, value, notes, last_at): what was noted of some metrics."""
    found = noted.filter(noted.metric.isin(list(metrics)))
    return found.group_by("channel_id", "day").agg(
        value=found.value.sum(), notes=found.notes.sum(), last_at=found.last_at.max()
    )
