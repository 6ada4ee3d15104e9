"""From where on something is said: the limits that a workspace may set otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that hold; each begins with what is usual."""

    stale_days: float = 7
    """A KPI is silent when nothing came in for more than so many days (R027)."""
    small_cases: float = 30
    """A rate of fewer cases is called small: a single case moves it by over 3 points."""
    implausible: float = 5
    """A target of so many best months in one is implausible (R041)."""
    balance_gap: float = 0.15
    """Plan and behaviour lie apart from so much on, as a share (R015)."""
    posts_per_arm: float = 8
    """Fewer posts in SNS or CNS are insufficient data (R038)."""
    posts_per_lift: float = 3
    """Fewer posts with or without support are insufficient (R082)."""
    jump_times: float = 10
    """A jump in followers is more than so many times the usual daily change … (R041)"""
    jump_least: float = 100
    """… and at least so many."""


RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "stale_days": (1, 365),
        "small_cases": (2, 10_000),
        "implausible": (1, 1000),
        "balance_gap": (0.01, 1),
        "posts_per_arm": (2, 1000),
        "posts_per_lift": (2, 1000),
        "jump_times": (1, 1000),
        "jump_least": (1, 1_000_000),
    }
)
"""What can be set: from, to."""
USUAL = Limits()


def limits(kept: Mapping[str, float]) -> Limits:
    """The limits with what a workspace set otherwise."""
    known = {one.name for one in fields(Limits)}
    return Limits(**{key: float(value) for key, value in kept.items() if key in known})
