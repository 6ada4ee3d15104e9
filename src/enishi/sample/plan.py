"""The roaster's plan: a tree over the numbers that the year really brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.activities.models import Activity
from enishi.channels.models import Channel
from enishi.publishing.models import Post
from enishi.sample import company, history
from enishi.sample.writing import ZONE, brand
from enishi.strategy import actions as strategy
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure

_QUARTER_DAYS = 91
_ELAPSED_SHARE = 0.6
"""The plan began this share of its time ago."""
_LINKED = 40
_SERIES = {
    "tactic_brew": ("【淹れ方メモ】", "Brew note"),
    "tactic_bean": ("今週の豆", "Coffee of the week"),
    "tactic_event": ("【ワークショップ】", "Tasting in English"),
}


@dataclass(frozen=True, slots=True)
class _Tree:
    actor: Actor
    language: str

    def add(
        self,
        level: Level,
        key: str,
        parent: UUID | None = None,
        *,
        measure: Measure | None = None,
        note: str = "",
    ) -> UUID:
        words = brand().words
        details = Details(
            title=words("plan", key, self.language),
            description=words("plan", note, self.language) if note else "",
            owner_id=self.actor.user_id,
        )
        node = strategy.create_node(
            self.actor, level=level, details=details, parent_id=parent, measure=measure
        )
        return node.id


def draw_up(actor: Actor, channels: Sequence[Channel], language: str, now: datetime) -> None:
    """Goal, strategies, objectives with pace, and tactics with the posts that carry them."""
    tree = _Tree(actor, language)
    goal = tree.add(Level.GOAL, "goal", note="goal_note")
    useful = tree.add(Level.STRATEGY, "strategy", goal)
    answering = tree.add(Level.STRATEGY, "strategy2", goal)
    start = now.astimezone(ZONE).date() - timedelta(days=round(_QUARTER_DAYS * _ELAPSED_SHARE))
    followers = tree.add(
        Level.OBJECTIVE, "followers", useful, measure=_followers(channels, start, now)
    )
    likes = tree.add(Level.OBJECTIVE, "likes", useful, measure=_likes(channels, start))
    engagement = tree.add(
        Level.OBJECTIVE, "engagement", answering, measure=_reactions(channels, now)
    )
    nodes = {
        "goal": goal,
        "strategy": useful,
        "strategy2": answering,
        "followers": followers,
        "likes": likes,
        "engagement": engagement,
    }
    for parent, key in (
        (followers, "tactic_brew"),
        (likes, "tactic_bean"),
        (followers, "tactic_event"),
    ):
        tactic = nodes[key] = tree.add(Level.TACTIC, key, parent)
        for post_id in _posts_of(actor, key):
            strategy.link_post(actor, tactic_id=tactic, post_id=post_id)
    company.set_up(actor, nodes, language, now)


def _followers(channels: Sequence[Channel], start: date, now: datetime) -> Measure:
    """A little ahead: the target is what the present speed reaches, less a few."""
    opening = datetime.combine(start, time(0), ZONE)
    before, today = (_followers_at(channels, moment) for moment in (opening, now))
    growth = max(20.0, (today - before) / _ELAPSED_SHARE * 0.93)
    return _measure("followers", before, before + round(growth, -1), start, channels, "followers")


def _followers_at(channels: Sequence[Channel], moment: datetime) -> float:
    return sum(
        measure.value
        for channel in channels
        for _, measure in history.town().days(channel.remote_id, [moment])
        if measure.metric == "followers"
    )


def _likes(channels: Sequence[Channel], start: date) -> Measure:
    """A little behind: something has to be done about it."""
    since = datetime.combine(start, time(0), ZONE)
    count = _acts(channels, since, "Like")
    target = max(50, round(count / _ELAPSED_SHARE * 1.12, -2))
    return _measure("likes", 0, target, start, channels, "likes")


def _reactions(channels: Sequence[Channel], now: datetime) -> Measure:
    """On track: this month so far, stretched to its end."""
    start = now.astimezone(ZONE).date() - timedelta(days=20)
    since = datetime.combine(start, time(0), ZONE)
    count = _acts(channels, since, "Like", "Announce", "Create")
    return _measure(
        "engagements",
        0,
        max(30, round(count / 21 * 30 * 0.98, -1)),
        start,
        channels,
        "engagement",
        days=30,
    )


def _acts(channels: Sequence[Channel], since: datetime, *types: str) -> int:
    return Activity.objects.filter(
        workspace_id=channels[0].workspace_id,
        channel_id__in=[channel.id for channel in channels],
        direction="inbound",
        type__in=types,
        occurred_at__gte=since,
    ).count()


def _measure(
    metric: str,
    baseline: float,
    target: float,
    start: date,
    channels: Sequence[Channel],
    key: str,
    *,
    days: int = _QUARTER_DAYS,
) -> Measure:
    language = channels[0].workspace.language
    return Measure(
        metric=metric,
        baseline=baseline,
        target=target,
        start=start,
        end=start + timedelta(days=days - 1),
        relevance=brand().words("plan", f"{key}_why", language),
        channel_ids=tuple(channel.id for channel in channels),
    )


def _posts_of(actor: Actor, key: str) -> list[UUID]:
    """The newest posts of a series."""
    found: list[UUID] = []
    for mark in _SERIES[key]:
        rows = Post.objects.filter(workspace_id=actor.workspace_id, text__contains=mark)
        found.extend(rows.order_by("-id").values_list("id", flat=True)[: _LINKED // 2])
    return found
