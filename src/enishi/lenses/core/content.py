"""Content apart from who published it: adjusted scores (R083) and the lift of support (R082)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from enishi.analytics.facts import PostFacts
from enishi.lenses.core.chance import Compared, compare

LEAST_POSTS = 8
"""What an account normally gets is not known from fewer posts."""
LEAST_PER_ARM = 3


@dataclass(frozen=True, slots=True)
class Score:
    """A post beside what its account normally gets. 100 is exactly that."""

    post: PostFacts
    rate: float
    baseline: float
    value: float


@dataclass(frozen=True, slots=True)
class Scores:
    """The posts that could be scored, best first, and why others could not."""

    base: str
    scores: tuple[Score, ...]
    baselines: dict[str, float]
    """The baseline of each account."""
    too_few: dict[str, int]
    """Accounts with too few posts, and how many they have."""
    left_out: int
    """Posts whose denominator was not observed."""


def adjusted(posts: Sequence[PostFacts], base: str) -> Scores:
    """Score = engagement rate ÷ the account's median engagement rate × 100.

    The median is that of the account's posts of the same window, by the same variant of the
    rate: one post that went round the world does not raise what is normal.
    """
    rates: defaultdict[str, list[tuple[PostFacts, float]]] = defaultdict(list)
    left_out = 0
    for post in posts:
        rate = post.rate(base)
        if rate is None:
            left_out += 1
        else:
            rates[post.channel_id].append((post, rate))
    enough = {one: rows for one, rows in rates.items() if len(rows) >= LEAST_POSTS}
    baselines = {one: median(rate for _post, rate in rows) for one, rows in enough.items()}
    scores = [
        Score(post, rate, baselines[one], rate / baselines[one] * 100)
        for one, rows in enough.items()
        for post, rate in rows
        if baselines[one]
    ]
    scores.sort(key=lambda score: (-score.value, score.post.post))
    few = {one: len(rows) for one, rows in rates.items() if one not in enough}
    return Scores(base, tuple(scores), baselines, few, left_out)


@dataclass(frozen=True, slots=True)
class Lift:
    """A topic with and without support; `compared` is None where an arm is too small."""

    topic: str
    supported: int
    unsupported: int
    compared: Compared | None


def lifts(
    posts: Iterable[PostFacts], supported: Collection[str], least: float = LEAST_PER_ARM
) -> list[Lift]:
    """The engagements of each topic's posts with support beside those without.

    Posts that nobody marked count as supported when paid reach or spend was reported for them.
    Topics without any supported post are not listed.
    """
    arms: defaultdict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for post in posts:
        if post.topic:
            arms[post.topic][0 if is_supported(post, supported) else 1].append(post.engagements)
    found = [_lift(topic, *both, least) for topic, both in arms.items() if both[0]]
    return sorted(found, key=lambda lift: (lift.compared is None, -lift.supported, lift.topic))


def is_supported(post: PostFacts, marked: Collection[str]) -> bool:
    """Whether an advertisement or another account helped a post."""
    paid = post.reported.get("reach_paid", 0.0) > 0 or post.reported.get("spend", 0.0) > 0
    return paid or post.post in marked


def _lift(topic: str, helped: list[float], alone: list[float], least: float) -> Lift:
    enough = min(len(helped), len(alone)) >= least
    return Lift(topic, len(helped), len(alone), compare(helped, alone) if enough else None)
