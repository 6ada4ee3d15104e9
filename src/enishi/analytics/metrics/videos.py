"""How long short videos are watched, from the last reports on each of them."""

from __future__ import annotations

from typing import Any

from enishi.analytics.metrics.posts import reported_of

PLAYS, FULL_PLAYS = "plays", "full_plays"
WATCHED, LENGTH = "average_watch_seconds", "video_seconds"
SHORT_SECONDS = 180
"""A video up to this long is a short one: what the large networks take as such in 2026."""


def watched(posts: Any, observations: Any) -> Any:
    """(post, published_at, plays, watched, length, last_at): seconds, summed over all plays."""
    plays = _last(posts, observations, PLAYS)
    seconds = _last(posts, observations, WATCHED)[["post", "value"]].rename(average="value")
    lengths = _last(posts, observations, LENGTH)[["post", "value"]].rename(each="value")
    joined = plays.inner_join(seconds, "post").inner_join(lengths, "post")
    return joined.select(
        joined.post,
        joined.published_at,
        joined.last_at,
        plays=joined.value,
        watched=joined.value * joined.average,
        length=joined.value * joined.each,
    )


def completed(posts: Any, observations: Any) -> Any:
    """(post, published_at, plays, full, last_at): plays, and those to the end."""
    plays = _last(posts, observations, PLAYS)
    full = _last(posts, observations, FULL_PLAYS)[["post", "value"]].rename(full="value")
    joined = plays.inner_join(full, "post")
    return joined.select(
        joined.post, joined.published_at, joined.last_at, joined.full, plays=joined.value
    )


def _last(posts: Any, observations: Any, metric: str) -> Any:
    return reported_of(posts, observations, metric)
