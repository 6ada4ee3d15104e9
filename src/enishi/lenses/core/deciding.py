"""SNS or CNS, and how to divide the effort: evidence from one's own posts (R038, R040)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from enishi.analytics.facts import PostFacts
from enishi.lenses.core.chance import Compared, compare

LEAST_PER_ARM = 8
"""Fewer posts in an arm are insufficient data."""


class Purpose(StrEnum):
    """What one wants from social media."""

    AWARENESS = "awareness"
    TRAFFIC = "traffic"
    SALES = "sales"
    LOYALTY = "loyalty"
    SUPPORT = "support"
    RECRUITING = "recruiting"


class Verdict(StrEnum):
    """What the evidence says."""

    INSUFFICIENT = "insufficient"
    UNCLEAR = "unclear"
    SNS = "sns"
    CNS = "cns"


NETWORK_SHARE: Mapping[Purpose, float] = {
    Purpose.AWARENESS: 0.3,
    Purpose.TRAFFIC: 0.35,
    Purpose.SALES: 0.45,
    Purpose.LOYALTY: 0.7,
    Purpose.SUPPORT: 0.8,
    Purpose.RECRUITING: 0.55,
}
"""How much of the hours to give to conversations, before any evidence: a rule of thumb of ours.

Loyalty and support live from answers to particular people; awareness and traffic from
content that travels without us.
"""
_STEP = 0.1

MEASURE: Mapping[Purpose, str] = {
    Purpose.AWARENESS: "reach",
    Purpose.TRAFFIC: "clicks",
    Purpose.SALES: "clicks",
    Purpose.LOYALTY: "replies",
    Purpose.SUPPORT: "replies",
    Purpose.RECRUITING: "reach",
}
"""By what a single post is judged for each purpose."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Both arms, and what follows."""

    purpose: Purpose
    measure: str
    sns: int
    cns: int
    unassigned: int
    """Posts that belong to neither arm, or of which the measure was not observed."""
    verdict: Verdict
    compared: Compared | None


def arm_of(post: PostFacts, weight: float | None) -> Verdict | None:
    """The arm of a post: by where its reach came from, else by its channel's weight."""
    share = post.sns_share if post.sns_share is not None else weight
    if share is None or share == 0.5:  # noqa: PLR2004 - the middle of the axis
        return None
    return Verdict.SNS if share > 0.5 else Verdict.CNS  # noqa: PLR2004 - as above


def value_of(post: PostFacts, measure: str) -> float | None:
    """What a post brought; replies are always known, reports only where they came."""
    if measure == "replies":
        return post.interactions.get("replies", 0.0)
    return post.reported.get(measure)


def weigh(
    posts: Sequence[PostFacts],
    purpose: Purpose,
    weight_of: Callable[[str], float | None],
    least: float = LEAST_PER_ARM,
) -> Evidence:
    """Compare the posts that live from people with those that live from content."""
    measure = MEASURE[purpose]
    arms: dict[Verdict, list[float]] = {Verdict.SNS: [], Verdict.CNS: []}
    for post in posts:
        arm, value = arm_of(post, weight_of(post.channel_id)), value_of(post, measure)
        if arm is not None and value is not None:
            arms[arm].append(value)
    sns, cns = arms[Verdict.SNS], arms[Verdict.CNS]
    enough = min(len(sns), len(cns)) >= least
    compared = compare(sns, cns) if enough else None
    return Evidence(
        purpose,
        measure,
        len(sns),
        len(cns),
        len(posts) - len(sns) - len(cns),
        _verdict(compared),
        compared,
    )


def _verdict(compared: Compared | None) -> Verdict:
    if compared is None:
        return Verdict.INSUFFICIENT
    if not compared.is_clear:
        return Verdict.UNCLEAR
    return Verdict.SNS if compared.difference > 0 else Verdict.CNS


@dataclass(frozen=True, slots=True)
class Split:
    """How to divide the hours: conversations (network) and content (media) add up to all."""

    network: float
    hours: float
    moved: float
    """By how much evidence moved the rule of thumb; 0 without clear evidence."""

    @property
    def media(self) -> float:
        return 1 - self.network

    @property
    def network_hours(self) -> float:
        return self.hours * self.network

    @property
    def media_hours(self) -> float:
        return self.hours * self.media


def split(purpose: Purpose, hours: float, verdict: Verdict = Verdict.INSUFFICIENT) -> Split:
    """The rule of thumb for a purpose, moved a step by clear evidence."""
    moved = {Verdict.SNS: _STEP, Verdict.CNS: -_STEP}.get(verdict, 0.0)
    share = min(0.9, max(0.1, NETWORK_SHARE[purpose] + moved))
    return Split(round(share, 2), hours, moved)
