"""How people who wrote to us were answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.metrics.acts import Acts
from enishi.analytics.windows import Window, naive

RECEIVED = Acts(("Create",), "inbound")
SENT = Acts(("Create",), "outbound", replies=True)


def first_answers(activities: Any, window: Window) -> Any:
    """(message, channel_id, received_at, answered_at, minutes): each message of the window.

    The answer is our first post that replies to the message, however late it came;
    `answered_at` and `minutes` are null while there is none.
    """
    return _timed(_answered(_messages(activities, window), _sent(activities)))


@dataclass(frozen=True, slots=True)
class SettledTables:
    """Settled messages and answers in scope, and who wrote to whom since."""

    messages: Any
    sent: Any
    fresh: Any


def settled_answers(tables: SettledTables, window: Window) -> Any:
    """The same from settled results and what is newer than they."""
    known = tables.messages.filter(window.contains(tables.messages.received_at))
    fresh_sent = _sent(tables.fresh)
    found = known.inner_join(fresh_sent, "message").filter(lambda t: t.sent_at >= t.received_at)
    later = found.group_by("message").agg(later=found.sent_at.min())
    joined = known.left_join(later, "message")
    standing = joined.select(
        joined.message,
        joined.channel_id,
        joined.received_at,
        answered_at=ibis.least(
            joined.answered_at.coalesce(joined.later), joined.later.coalesce(joined.answered_at)
        ),
    )
    coming = _messages(tables.fresh, window)
    coming = coming.anti_join(known.semi_join(coming, "message"), "message")
    sent = tables.sent.filter(tables.sent.sent_at >= naive(window.start))
    sent = ibis.union(sent.select("message", "sent_at"), fresh_sent)
    return _timed(ibis.union(standing, _answered(coming, sent)))


def _messages(activities: Any, window: Window) -> Any:
    """(message, channel_id, received_at)."""
    found = RECEIVED.among(activities)
    found = found.filter(window.contains(found.occurred_at), found.object_key != "")
    return found.group_by(message=found.object_key).agg(
        channel_id=found.channel_id.min(), received_at=found.occurred_at.min()
    )


def _sent(activities: Any) -> Any:
    """(message, sent_at): each of our answers."""
    sent = SENT.among(activities)
    return sent.select(message=sent.target_key, sent_at=sent.occurred_at)


def _answered(messages: Any, sent: Any) -> Any:
    joined = messages.left_join(sent, "message")
    after = joined.mutate(
        sent_at=ibis.ifelse(joined.sent_at >= joined.received_at, joined.sent_at, ibis.null())
    )
    return after.group_by("message", "channel_id", "received_at").agg(
        answered_at=after.sent_at.min()
    )


def _timed(answers: Any) -> Any:
    seconds = answers.answered_at.epoch_seconds() - answers.received_at.epoch_seconds()
    return answers.mutate(minutes=seconds.cast("float64") / 60)


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
