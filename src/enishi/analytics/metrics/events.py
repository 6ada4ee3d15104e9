"""Every event of a window, counted by what it is and where it happened."""

from __future__ import annotations

from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.metrics.posts import POSTS
from enishi.analytics.windows import Window


def counted(activities: Any, window: Window) -> Any:
    """(channel_id, direction, type, kind, acts); `kind` tells posts from replies."""
    found = activities.filter(window.contains(activities.occurred_at))
    kind = ibis.cases(
        ((found.type == "Create") & (found.target_key != ""), "reply"),
        (found.type == "Create", "post"),
        else_=found.object_type,
    )
    return found.group_by(
        channel_id=found.channel_id, direction=found.direction, type=found.type, kind=kind
    ).agg(acts=found.count())


def counted_daily(daily: Any, window: Window) -> Any:
    """The same from the daily rollup, whose days must be those of the window's zone."""
    found = daily.filter(daily.day.between(window.first, window.last))
    return found.group_by("channel_id", "direction", "type", "kind").agg(acts=found.acts.sum())


def formats(activities: Any, window: Window) -> Any:
    """(format, posts): our posts by what they are made of (the type of their object)."""
    found = POSTS.among(activities)
    found = found.filter(window.contains(found.occurred_at))
    return found.group_by(format=found.object_type).agg(posts=found.object_key.nunique())
