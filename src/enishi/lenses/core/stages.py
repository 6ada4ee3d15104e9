"""When to shift a mix: rules that fire once and wait for a person (R037)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

QUALITY_FOLLOWERS = "quality_followers"
"""Followers less those of jumps that nobody could explain."""
MOST_CONDITIONS = 5


@dataclass(frozen=True, slots=True)
class Condition:
    """A number that must be at least so much."""

    metric: str
    least: float


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition with what was read; None was not observed and is not met."""

    condition: Condition
    value: float | None

    @property
    def is_met(self) -> bool:
        return self.value is not None and self.value >= self.condition.least


def check(
    conditions: Sequence[Condition], values: Mapping[str, float | None]
) -> tuple[Checked, ...]:
    """Every condition with its value."""
    return tuple(Checked(one, values.get(one.metric)) for one in conditions)


def fires(checked: Sequence[Checked]) -> bool:
    """Whether all conditions are met; without conditions nothing fires."""
    return bool(checked) and all(one.is_met for one in checked)
