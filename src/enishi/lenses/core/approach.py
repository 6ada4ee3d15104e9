"""Account or content: what a plan must have, and which KPIs fit it (R036)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

MOST_TOPICS = 20


class Approach(StrEnum):
    """Whose appeal a plan builds on."""

    ACCOUNT = "account"
    CONTENT = "content"
    HYBRID = "hybrid"


class PlanState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    CLOSED = "closed"


class TriggerState(StrEnum):
    """A trigger fires once; then a person decides."""

    WAITING = "waiting"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Kind(StrEnum):
    """What supported a post."""

    AD = "ad"
    ACCOUNT = "account"


class Missing(StrEnum):
    """What keeps a plan from starting."""

    CHANNELS = "channels"
    TOPICS = "topics"


PACKS: Mapping[Approach, tuple[str, ...]] = {
    Approach.ACCOUNT: (
        "followers",
        "follower_growth_rate",
        "engagement_rate_by_followers",
        "response_rate",
        "returning_people",
        "talk_rate",
    ),
    Approach.CONTENT: (
        "mentions",
        "share_of_voice",
        "branded_searches",
        "reach",
        "engagement_rate_by_reach",
        "amplification_rate",
    ),
    Approach.HYBRID: (
        "followers",
        "engagement_rate_by_reach",
        "amplification_rate",
        "mentions",
        "returning_people",
        "response_rate",
    ),
}
"""The KPIs by which a plan of each approach is judged: like is compared with like."""


def missing(approach: Approach, channels: int, topics: Sequence[str]) -> tuple[Missing, ...]:
    """What a plan still needs to start.

    Content needs a topic and neither account nor influencer; an account needs an account.
    """
    found = []
    if approach is not Approach.CONTENT and not channels:
        found.append(Missing.CHANNELS)
    if approach is not Approach.ACCOUNT and not topics:
        found.append(Missing.TOPICS)
    return tuple(found)


def clean_topics(given: Sequence[str]) -> list[str]:
    """Words without their hash, each once, in their order."""
    words = (topic.strip().lstrip("#＃").strip() for topic in given)
    return list(dict.fromkeys(word for word in words if word))
