"""What the plan needs each week against what there is (R026)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

_WEEKS_A_YEAR, _MONTHS_A_YEAR = 52, 12


@dataclass(frozen=True, slots=True)
class Need:
    """What a tactic, or everything below a node, needs."""

    weekly_minutes: int = 0
    once_minutes: int = 0
    monthly_money: int = 0
    once_money: int = 0
    """Money in minor units; tools are in it."""

    def __add__(self, other: Need) -> Need:
        return Need(
            self.weekly_minutes + other.weekly_minutes,
            self.once_minutes + other.once_minutes,
            self.monthly_money + other.monthly_money,
            self.once_money + other.once_money,
        )


def need_of(kind: str, amount: int, rhythm: str) -> Need:
    """One resource line: a month is 52/12 weeks."""
    is_time = kind == "hours"
    if rhythm == "once":
        return Need(once_minutes=amount) if is_time else Need(once_money=amount)
    if is_time:
        monthly = round(amount * _MONTHS_A_YEAR / _WEEKS_A_YEAR)
        return Need(weekly_minutes=amount if rhythm == "weekly" else monthly)
    weekly = round(amount * _WEEKS_A_YEAR / _MONTHS_A_YEAR)
    return Need(monthly_money=weekly if rhythm == "weekly" else amount)


@dataclass(frozen=True, slots=True)
class Load:
    """A tactic that takes time each week. A high `priority` number goes first."""

    id: UUID
    minutes: int
    priority: int


def to_drop(loads: Sequence[Load], available: int) -> list[Load]:
    """Which tactics to drop so that the rest fits: the least important first.

    Among equally important ones the larger goes first, so that few have to go. Whatever turns
    out not to be needed for it is kept.
    """
    over = sum(load.minutes for load in loads) - available
    if over <= 0:
        return []
    chosen: list[Load] = []
    for load in sorted(loads, key=lambda one: (-one.priority, -one.minutes)):
        if over <= 0:
            break
        if load.minutes:
            chosen.append(load)
            over -= load.minutes
    return _without_excess(chosen, -over)


def _without_excess(chosen: list[Load], spare: int) -> list[Load]:
    """Keep those that need not go, the most important first."""
    kept: set[UUID] = set()
    for load in sorted(chosen, key=lambda one: (one.priority, -one.minutes)):
        if load.minutes <= spare:
            kept.add(load.id)
            spare -= load.minutes
    return [load for load in chosen if load.id not in kept]
