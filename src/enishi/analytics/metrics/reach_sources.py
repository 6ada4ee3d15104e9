"""How people came to see our posts: by people (SNS), by content (CNS), paid, or unknown (R013)."""

from __future__ import annotations

from typing import Any

from enishi.analytics.metrics import engagement
from enishi.analytics.windows import Window

SOURCES = ("followers", "reshares", "recommendation", "hashtag", "search", "paid")
METRICS = tuple(f"reach_{source}" for source in SOURCES)
TOTAL = "reach"


def of_posts(posts: Any, reports: Any) -> Any:
    """(channel_id, metric, value): last reports of reach on the posts, summed.

    Only posts of which at least one source is known count, so that the total and its parts
    speak of the same posts.
    """
    each = of_each_post(posts, reports)
    known = each.filter(each.metric != TOTAL).select("post").distinct()
    each = each.semi_join(known, "post")
    return each.group_by("channel_id", "metric").agg(
        value=each.value.sum(), last_at=each.last_at.max()
    )


def of_each_post(posts: Any, reports: Any) -> Any:
    """(post, channel_id, metric, value, last_at): the last report of each source for each post."""
    found = engagement.reported(posts, reports, (*METRICS, TOTAL))
    return found.inner_join(posts[["post", "channel_id"]], "post")


def of_account(observations: Any, window: Window) -> Any:
    """(channel_id, metric, value, last_at): what the account's newest report in the window says.

    Networks report such numbers over a period of their own (often 28 days): they are not
    added up over days. The total counts only when it was reported with the sources.
    """
    found = observations.filter(
        observations.subject == "",
        observations.metric.isin([*METRICS, TOTAL]),
        window.contains(observations.observed_at),
    )
    last = found.group_by("channel_id", "metric").agg(
        value=found.value.argmax(found.observed_at), last_at=found.observed_at.max()
    )
    parts = last.filter(last.metric != TOTAL)
    newest = parts.group_by("channel_id").agg(parts_at=parts.last_at.max())
    both = last.inner_join(newest, "channel_id")
    together = (both.metric != TOTAL) | (both.last_at.date() == both.parts_at.date())
    kept = both.filter(together)
    return kept.select("channel_id", "metric", "value", "last_at")
