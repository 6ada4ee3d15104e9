"""Organic reach between people (SNS) and content (CNS), with what nobody knows (R013)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from enishi.analytics.metrics.reach_sources import SOURCES
from enishi.channels.core.reach import ReachSources, ReachSplit, split_reach


@dataclass(frozen=True, slots=True)
class Reach:
    """Reach by source. `unknown` is None when no total was reported to compare with."""

    sources: Mapping[str, int]
    unknown: int | None

    @property
    def split(self) -> ReachSplit:
        """SNS and CNS indexes of the organic reach whose source is known."""
        return split_reach(ReachSources(**{name: self.sources.get(name, 0) for name in SOURCES}))

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The SNS index if all that is unknown were content, and if all of it were people."""
        by_people = sum(self.sources.get(name, 0) for name in ("followers", "reshares"))
        whole = self.split.organic + (self.unknown or 0)
        if not whole:
            return None
        return by_people / whole, (by_people + (self.unknown or 0)) / whole

    def __add__(self, other: Reach) -> Reach:
        names = [*self.sources, *(name for name in other.sources if name not in self.sources)]
        known = self.unknown is not None or other.unknown is not None
        return Reach(
            {name: self.sources.get(name, 0) + other.sources.get(name, 0) for name in names},
            (self.unknown or 0) + (other.unknown or 0) if known else None,
        )


NOTHING = Reach({}, None)


def of_numbers(numbers: Mapping[str, float], total: str = "reach") -> Reach:
    """Reach from metrics by name: `reach_followers` …, and the total.

    What the sources leave of the total is unknown; sources that add up to more than the
    total (people who came twice) leave nothing.
    """
    sources = {
        name: round(numbers[f"reach_{name}"]) for name in SOURCES if f"reach_{name}" in numbers
    }
    unknown = max(0, round(numbers[total]) - sum(sources.values())) if total in numbers else None
    return Reach(sources, unknown)
