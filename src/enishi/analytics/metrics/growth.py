"""Where followers came from, act by act (R052)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.metrics.answers import SENT
from enishi.analytics.windows import Window, naive

BEFORE = timedelta(hours=72)
"""A follow belongs to what the person last did with a post of ours within this time."""


def follows(activities: Any, window: Window) -> Any:
    """(follow, channel_id, actor_key, followed_at) of a window; unfollows are not in it."""
    found = activities.filter(
        activities.type == "Follow",
        activities.direction == "inbound",
        window.contains(activities.occurred_at),
    )
    return found.select("channel_id", "actor_key", follow=found.id, followed_at=found.occurred_at)


def unfollows(moves: Any, window: Window) -> Any:
    """(channel_id, lost): how many took their follow back, from `followers.follow_moves`."""
    found = moves.filter(moves.move < 0, window.contains(moves.occurred_at))
    return found.group_by("channel_id").agg(lost=-found.move.sum())


def attributed(activities: Any, window: Window) -> Any:
    """(channel_id, post, source, gained): follows by what the person did in the 72 hours before.

    `source` is "post" with the post that the person liked, shared or answered last, "answer"
    when that was an answer of ours, "mention" when the person last spoke of us in a post of
    their own, or "" when nothing is known. Each follow counts once.
    """
    found = follows(activities, window)
    touches = _touches(activities, window)
    joined = found.left_join(touches, ["channel_id", "actor_key"])
    apart = joined.followed_at.epoch_seconds() - joined.touched_at.epoch_seconds()
    near = (apart >= 0) & (apart <= int(BEFORE.total_seconds()))
    joined = joined.mutate(
        at=ibis.ifelse(near, joined.touched_at, ibis.null()),
        thing=ibis.ifelse(near, joined.post, ibis.null()),
    )
    each = joined.group_by("follow", "channel_id").agg(
        post=joined.thing.argmax(joined.at), at=joined.at.max()
    )
    answers = SENT.among(activities).select(answer=lambda t: t.object_key).distinct()
    each = each.left_join(answers, each.post == answers.answer)
    source = ibis.cases(
        (each.at.isnull(), ""),
        (each.post.fill_null("") == "", "mention"),
        (each.answer.notnull(), "answer"),
        else_="post",
    )
    each = each.mutate(source=source, post=ibis.ifelse(source == "post", each.post, ""))
    return each.group_by("channel_id", "source", "post").agg(gained=each.count())


def _touches(activities: Any, window: Window) -> Any:
    """(channel_id, actor_key, post, touched_at): reactions and mentions of people."""
    found = activities.filter(
        activities.direction == "inbound",
        activities.type.isin(["Like", "Announce", "Create"]),
        activities.actor_key != "",
        activities.occurred_at >= naive(window.start - BEFORE),
        activities.occurred_at < naive(window.end),
    )
    post = ibis.ifelse(found.type == "Create", found.target_key, found.object_key)
    return found.select("channel_id", "actor_key", post=post, touched_at=found.occurred_at)
