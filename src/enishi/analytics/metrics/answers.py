"""How people who wrote to us were answered."""

from __future__ import annotations

from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.metrics.acts import Acts
from enishi.analytics.windows import Window

RECEIVED = Acts(("Create",), "inbound")
SENT = Acts(("Create",), "outbound", replies=True)


def first_answers(activities: Any, window: Window) -> Any:
    """(message, channel_id, received_at, answered_at, minutes): each message of the window.

    The answer is our first post that replies to the message, however late it came;
    `answered_at` and `minutes` are null while there is none.
    """
    found = RECEIVED.among(activities)
    found = found.filter(window.contains(found.occurred_at), found.object_key != "")
    messages = found.group_by(message=found.object_key).agg(
        channel_id=found.channel_id.min(), received_at=found.occurred_at.min()
    )
    sent = SENT.among(activities)
    answers = sent.select(message=sent.target_key, sent_at=sent.occurred_at)
    joined = messages.left_join(answers, "message")
    after = joined.mutate(
        sent_at=ibis.ifelse(joined.sent_at >= joined.received_at, joined.sent_at, ibis.null())
    )
    each = after.group_by("message", "channel_id", "received_at").agg(
        answered_at=after.sent_at.min()
    )
    seconds = each.answered_at.epoch_seconds() - each.received_at.epoch_seconds()
    return each.mutate(minutes=seconds.cast("float64") / 60)


def summary(answers: Any) -> Any:
    """One row: messages, answered, the median and the mean minutes, the latest moments."""
    return answers.agg(
        messages=answers.count(),
        answered=answers.answered_at.count(),
        median=answers.minutes.median(),
        mean=answers.minutes.mean(),
        last_at=answers.received_at.max(),
    )


def by_day(answers: Any, window: Window) -> Any:
    """The same for the messages received on each day."""
    return answers.group_by(day=window.day_of(answers.received_at)).agg(
        messages=answers.count(),
        answered=answers.answered_at.count(),
        median=answers.minutes.median(),
        mean=answers.minutes.mean(),
    )
