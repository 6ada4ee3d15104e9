"""What we published, and how often."""

from __future__ import annotations

from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.metrics.acts import Acts
from enishi.analytics.windows import Window

POSTS = Acts(("Create",), "outbound", replies=False)
SHOWN_FIRST, SHOWN_LAST = 6, 2
"""How many parts of a sum are shown: all if no more than the first number, else its ends."""
ANSWERS = Acts(("Create",), "outbound", replies=True)


def own(activities: Any) -> Any:
    """(post, channel_id, occurred_at): our posts, as often as the log tells of them."""
    found = POSTS.among(activities)
    post = ibis.ifelse(found.object_key == "", found.id, found.object_key)
    return found.select(found.channel_id, found.occurred_at, post=post)


def published(own_posts: Any, window: Window) -> Any:
    """(post, channel_id, published_at): each post once, even if it was also read back."""
    found = own_posts.filter(window.contains(own_posts.occurred_at))
    return found.group_by("post").agg(
        channel_id=found.channel_id.min(), published_at=found.occurred_at.min()
    )


def by_day(posts: Any, window: Window) -> Any:
    """(channel_id, day, value, last_at) of published posts."""
    return posts.group_by(channel_id=posts.channel_id, day=window.day_of(posts.published_at)).agg(
        value=posts.count().cast("float64"), last_at=posts.published_at.max()
    )


def reported_of(posts: Any, observations: Any, metric: str) -> Any:
    """(post, channel_id, published_at, value, last_at): the last report of a metric per post."""
    found = observations.filter(observations.metric == metric, observations.subject != "")
    last = found.group_by(post=found.subject).agg(
        value=found.value.argmax(found.observed_at), last_at=found.observed_at.max()
    )
    return posts.inner_join(last, "post")


def reported_by_day(posts: Any, observations: Any, metric: str, window: Window) -> Any:
    """(channel_id, day, value, last_at, count, ...): the same added up for each day.

    `first_posts` and `first_values` are the first of a day's posts by name, `last_posts` and
    `last_values` the last: as many as a sum shows.
    """
    each = reported_of(posts, observations, metric)
    found = each.group_by(channel_id=each.channel_id, day=window.day_of(each.published_at))
    names, values = each.post.collect(order_by=each.post), each.value.collect(order_by=each.post)
    return found.agg(
        value=each.value.sum(),
        last_at=each.last_at.max(),
        count=each.count(),
        first_posts=names[:SHOWN_FIRST],
        first_values=values[:SHOWN_FIRST],
        last_posts=names[-SHOWN_LAST:],
        last_values=values[-SHOWN_LAST:],
    )
