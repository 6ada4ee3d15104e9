"""What shows whether an account cares for ties or for content (R015)."""

from __future__ import annotations

from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.metrics.answers import RECEIVED, SENT
from enishi.analytics.metrics.answers import first_answers as answered_messages
from enishi.analytics.windows import Window

_LINK = r"https?://[^\s]+"


def written(activities: Any, window: Window) -> Any:
    """One row: our posts and answers, and the posts that invite to talk or carry a link.

    A post invites when it asks something or names somebody; one that does neither but holds
    a link promotes. Question marks within a link ask nothing.
    """
    ours = activities.filter(
        activities.type == "Create",
        activities.direction == "outbound",
        window.contains(activities.occurred_at),
    )
    item = ibis.ifelse(ours.object_key == "", ours.id, ours.object_key)
    each = ours.group_by(item=item).agg(target=ours.target_key.max(), text=ours.text.max())
    said = each.text.re_replace(_LINK, "")
    asks = said.contains("?") | said.contains("？") | said.contains("@") | said.contains("＠")
    each = each.mutate(is_post=each.target == "", asks=asks, links=each.text.re_search(_LINK))
    return each.agg(
        posts=each.is_post.sum().fill_null(0),
        answers=(~each.is_post).sum().fill_null(0),
        inviting=(each.is_post & each.asks).sum().fill_null(0),
        promoting=(each.is_post & ~each.asks & each.links).sum().fill_null(0),
    )


def answered(activities: Any, window: Window, minutes: float) -> Any:
    """One row: messages received, those answered, and those answered within `minutes`."""
    found = answered_messages(activities, window)
    return found.agg(
        received=found.count(),
        answered=found.answered_at.count(),
        in_time=(found.minutes <= minutes).sum().fill_null(0),
    )


def two_way(activities: Any, window: Window) -> Any:
    """One row: threads of the window in which both sides wrote.

    `theirs` began with somebody's message that we answered; a message that answers our own
    answer goes on with a thread and begins none. `ours` began with our answer to a post that
    nobody sent us, which was answered in turn.
    """
    messages = answered_messages(activities, window)
    received, sent = RECEIVED.among(activities), SENT.among(activities)
    answers = sent.filter(sent.object_key != "").select(reply=sent.object_key).distinct()
    going_on = received.semi_join(answers, received.target_key == answers.reply)
    going_on = going_on.select(message=going_on.object_key).distinct()
    theirs = messages.filter(messages.answered_at.notnull()).anti_join(going_on, "message")
    here = sent.filter(window.contains(sent.occurred_at), sent.object_key != "")
    known = received.select(message=received.object_key).distinct()
    begun = here.anti_join(known, here.target_key == known.message)
    replied = received.select(reply=received.target_key).distinct()
    begun = begun.semi_join(replied, begun.object_key == replied.reply)
    ours = begun.agg(ours=begun.object_key.nunique())
    return theirs.agg(theirs=theirs.count()).cross_join(ours)


def regulars(activities: Any, window: Window) -> Any:
    """One row: what people did, who they were, and how much of it regulars did."""
    found = activities.filter(
        activities.direction == "inbound",
        activities.actor_key != "",
        window.contains(activities.occurred_at),
    )
    each = found.select(who=found.actor_key, day=window.day_of(found.occurred_at), acts=1)
    return _regulars(each)


def regulars_daily(people: Any, window: Window) -> Any:
    """The same from the daily rollup of people, whose days must be those of the window."""
    found = people.filter(people.day.between(window.first, window.last))
    return _regulars(found.select(who=found.person, day=found.day, acts=found.acts))


def settled_regulars(returns: Any, fresh: Any, window: Window) -> Any:
    """The same from the days before and after of each day, and the people seen since.

    Whoever was seen since is taken out of what is settled, and counted with all days.
    """
    known = returns.filter(returns.day.between(window.first, window.last))
    newer = fresh.filter(fresh.day.between(window.first, window.last))
    seen = newer[["person"]].distinct()
    again = known.semi_join(seen, "person")
    days = ibis.union(
        again.select(who=again.person, day=again.day, acts=again.acts),
        newer.select(who=newer.person, day=newer.day, acts=newer.acts),
    )
    parts = [_of_days(known, window, 1), _of_days(again, window, -1), _regulars(days)]
    united = ibis.union(*(part.cast(dict.fromkeys(_COUNTS, "int64")) for part in parts))
    return united.agg(**{name: united[name].sum() for name in _COUNTS})


_COUNTS = ("acts", "regular_acts", "people", "regulars")


def _of_days(known: Any, window: Window, sign: int) -> Any:
    """Counts from the days before and after, added or (with a sign of -1) taken off."""
    first = known.before.isnull() | (known.before < window.first)
    last = known.after.isnull() | (known.after > window.last)
    once = first & last
    return known.agg(
        acts=known.acts.sum().fill_null(0) * sign,
        regular_acts=ibis.ifelse(once, 0, known.acts).sum().fill_null(0) * sign,
        people=first.sum().fill_null(0) * sign,
        regulars=(first & ~last).sum().fill_null(0) * sign,
    )


def _regulars(days: Any) -> Any:
    """Who did something on more than one day has a first and a last one."""
    people = days.group_by("who").agg(acts=days.acts.sum(), again=days.day.max() > days.day.min())
    return people.agg(
        acts=people.acts.sum().fill_null(0),
        regular_acts=ibis.ifelse(people.again, people.acts, 0).sum().fill_null(0),
        people=people.count(),
        regulars=people.again.sum().fill_null(0),
    )
