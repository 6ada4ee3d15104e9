"""Trying two ways against each other, and stopping by a rule that was stated before (R053).

A trial compares posts of two arms. It is looked at four times, when a quarter, half, three
quarters and all of the planned posts of both arms can be counted, and at no other time. The
risk of seeing a difference where there is none is divided among the looks by the spending
function of Lan and DeMets (1983) that imitates O'Brien and Fleming: very little at first. Each
look gets what is newly spent, so that all together risk no more than `ALPHA` (Bonferroni):
cautious, and true however the looks depend on each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from itertools import pairwise
from statistics import NormalDist

from enishi.lenses.core.chance import Compared, compare

ALPHA = 0.05
LOOKS = 4
LEAST_PER_ARM, MOST_PER_ARM = 8, 500
MEASURES = ("engagements", "reach", "impressions", "followers", "views")
"""Engagements, or the engagement rate by one of these."""


class Factor(StrEnum):
    """What differs between the arms; everything else is to be the same."""

    FORMAT = "format"
    TIME = "time"
    LENGTH = "length"
    HOOK = "hook"
    TOPIC = "topic"


class Arm(StrEnum):
    FIRST = "a"
    SECOND = "b"


class TrialState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    """Early, by the rule."""
    ENDED = "ended"
    """With all of its posts."""
    ABANDONED = "abandoned"
    """By a person, with a reason: it has no result."""


class Outcome(StrEnum):
    OPEN = "open"
    FIRST = "first"
    SECOND = "second"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Plan:
    """A look to come: so many posts in each arm, and the risk that it may take."""

    number: int
    per_arm: int
    risk: float


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found; the interval holds the true difference but for the look's risk."""

    plan: Plan
    compared: Compared

    @property
    def stops(self) -> bool:
        return self.compared.is_clear or self.plan.number == LOOKS

    @property
    def outcome(self) -> Outcome:
        if not self.compared.is_clear:
            return Outcome.UNCLEAR if self.plan.number == LOOKS else Outcome.OPEN
        return Outcome.FIRST if self.compared.difference > 0 else Outcome.SECOND


def spent(share: float, alpha: float = ALPHA) -> float:
    """The risk spent when a share of all posts is in: 2 − 2Φ(z ÷ √share)."""
    normal = NormalDist()
    return 2 - 2 * normal.cdf(normal.inv_cdf(1 - alpha / 2) / math.sqrt(share))


def plans(per_arm: int) -> list[Plan]:
    """The looks of a trial with so many posts in each arm."""
    shares = [number / LOOKS for number in range(LOOKS + 1)]
    return [
        Plan(number, math.ceil(per_arm * share), spent(share) - (spent(before) if before else 0.0))
        for number, (before, share) in enumerate(pairwise(shares), start=1)
    ]


def next_look(
    first: Sequence[float], second: Sequence[float], per_arm: int, done: int
) -> Look | None:
    """The look after `done` ones, if both arms have its posts; arms are in the order of time.

    Only the posts that the look is for count: those after them wait for the next one.
    """
    if done >= LOOKS:
        return None
    plan = plans(per_arm)[done]
    if min(len(first), len(second)) < plan.per_arm:
        return None
    counted = [arm[: plan.per_arm] for arm in (first, second)]
    return Look(plan, compare(counted[0], counted[1], 1 - plan.risk))


def arm_of(trial: str, place: int) -> Arm:
    """The arm of the next post, drawn in pairs: nobody chooses, and both stay equally many."""
    drawn = blake2b(f"{trial}/{place // 2}".encode(), digest_size=1).digest()[0] % 2
    return (Arm.FIRST, Arm.SECOND)[(drawn + place) % 2]
