"""The balance between networking and media, measured by five indicators (R015).

Each indicator is a number from 0 (media: content for many) to 1 (networking: ties with
particular people). The balance is the plain average of those that could be observed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEAST_INDICATORS = 3
"""With fewer observed indicators there is no balance."""
WIDE_GAP = 0.15
"""From this distance on, a plan and what is done are told apart."""


class Indicator(StrEnum):
    """The five stated differences."""

    FOCUS = "focus"
    GOAL = "goal"
    STYLE = "style"
    AUDIENCE = "audience"
    TIMELINESS = "timeliness"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What was counted in a window."""

    posts: int = 0
    answers: int = 0
    inviting: int = 0
    """Posts that ask or name somebody."""
    promoting: int = 0
    """Posts that do neither but hold a link."""
    received: int = 0
    in_time: int = 0
    threads: int = 0
    """Threads in which both sides wrote."""
    acts: int = 0
    """What known people did with us."""
    regular_acts: int = 0
    """As much of it as regulars did."""
    people: int = 0
    regulars: int = 0

    @property
    def neutral(self) -> int:
        return self.posts - self.inviting - self.promoting


@dataclass(frozen=True, slots=True)
class SubScore:
    """One indicator with the figures of its formula; None where nothing was observed."""

    indicator: Indicator
    value: float | None
    numerator: float
    denominator: float


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the behaviour lies between media (0) and networking (1)."""

    parts: tuple[SubScore, ...]
    value: float | None

    @property
    def observed(self) -> int:
        return sum(part.value is not None for part in self.parts)


def measure(behaviour: Behaviour) -> Balance:
    """The five sub-scores and their average."""
    parts = tuple(_part(indicator, *_figures(indicator, behaviour)) for indicator in Indicator)
    known = [part.value for part in parts if part.value is not None]
    return Balance(parts, sum(known) / len(known) if len(known) >= LEAST_INDICATORS else None)


def _part(indicator: Indicator, numerator: float, denominator: float) -> SubScore:
    value = numerator / denominator if denominator else None
    return SubScore(indicator, value, numerator, denominator)


def _figures(indicator: Indicator, seen: Behaviour) -> tuple[float, float]:
    """What is divided by what."""
    match indicator:
        case Indicator.FOCUS:
            return seen.answers, seen.posts + seen.answers
        case Indicator.GOAL:
            return seen.inviting + 0.5 * seen.neutral, seen.posts
        case Indicator.STYLE:
            return seen.threads, seen.threads + seen.posts
        case Indicator.AUDIENCE:
            return seen.regular_acts, seen.acts
        case Indicator.TIMELINESS:
            return seen.in_time, seen.received


@dataclass(frozen=True, slots=True)
class Gap:
    """Measured less declared, from −1 to 1: above 0, there is more networking than planned."""

    declared: float
    measured: float
    wide: float = WIDE_GAP

    @property
    def value(self) -> float:
        return self.measured - self.declared

    @property
    def is_wide(self) -> bool:
        return abs(self.value) >= self.wide - 1e-9


def gap(declared: float | None, balance: Balance, wide: float = WIDE_GAP) -> Gap | None:
    """How far plan and behaviour lie apart; None while either is unknown."""
    if declared is None or balance.value is None:
        return None
    return Gap(declared, balance.value, wide)
