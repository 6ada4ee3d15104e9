"""How often a brand is spoken of, beside others (R081)."""

from __future__ import annotations

from typing import Any

from enishi.analytics.windows import Window

RIVAL = "rival_mentions"
"""An observation whose subject is a competitor's name: how often it was spoken of on a day."""


def of_rivals(observations: Any, window: Window) -> Any:
    """(rival, day, value, last_at): the last report of each day for each competitor."""
    found = observations.filter(
        observations.metric == RIVAL,
        observations.subject != "",
        window.contains(observations.observed_at),
    )
    return found.group_by(rival=found.subject, day=window.day_of(found.observed_at)).agg(
        value=found.value.argmax(found.observed_at), last_at=found.observed_at.max()
    )
