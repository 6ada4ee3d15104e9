"""Operation and marketing, the one nested in the other (SNS運用 ⊂ SNSマーケティング)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a task, a KPI, an hour or a yen is for."""

    OPERATION = "operation"
    """Running the accounts: posting, answering, looking after people."""
    MARKETING = "marketing"
    """What goes beyond: targeting, advertising, analysis, campaigns."""


UNTAGGED = ""


@dataclass(frozen=True, slots=True)
class Nested:
    """Totals of one measure. Operation is a part of marketing, never beside it."""

    operation: int
    beyond: int
    """Marketing that is not operation."""
    untagged: int

    @property
    def marketing(self) -> int:
        """All marketing, operation included."""
        return self.operation + self.beyond

    @property
    def all(self) -> int:
        return self.marketing + self.untagged


def nested(items: Iterable[tuple[str, int]]) -> Nested:
    """Add up (tag, amount) pairs; what carries no tag is counted apart."""
    sums = {Scope.OPERATION.value: 0, Scope.MARKETING.value: 0, UNTAGGED: 0}
    for tag, amount in items:
        sums[tag] += amount
    return Nested(sums[Scope.OPERATION], sums[Scope.MARKETING], sums[UNTAGGED])
