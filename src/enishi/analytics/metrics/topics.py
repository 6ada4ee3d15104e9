"""What others say about a topic, whether or not they know us (R036)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.windows import Window

CLICK = "schema:InteractAction"


def spoken_of(activities: Any, window: Window, topics: Sequence[str]) -> Any:
    """(topic, posts, reshares, people): inbound posts whose text holds the topic.

    `posts` are written by people themselves (UGC); with `reshares` they are the mentions
    that include passing on. Letters match in either case.
    """
    found = activities.filter(
        activities.direction == "inbound",
        activities.type.isin(["Create", "Announce"]),
        window.contains(activities.occurred_at),
    )
    found = found.mutate(said=found.text.lower(), own=found.type == "Create")
    return ibis.union(*(_of_topic(found, topic) for topic in dict.fromkeys(topics)))


def _of_topic(found: Any, topic: str) -> Any:
    about = found.filter(found.said.contains(topic.lower()))
    counts = about.agg(
        posts=about.own.sum().fill_null(0),
        reshares=(~about.own).sum().fill_null(0),
        people=about.actor_key.nunique(where=about.own & (about.actor_key != "")),
    )
    return counts.mutate(topic=ibis.literal(topic))


def campaigns(activities: Any, window: Window) -> Any:
    """(address, clicks): the addresses that people clicked, as far as clicks are in the log."""
    found = activities.filter(
        activities.type == CLICK,
        activities.object_key != "",
        window.contains(activities.occurred_at),
    )
    return found.group_by(address=found.object_key).agg(clicks=found.count())
