"""The business canvas: six boxes that the social plan rests on (R024)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Box(StrEnum):
    """The six boxes."""

    CUSTOMERS = "customers"
    ANALYSIS = "analysis"
    VALUE = "value"
    PLANNING = "planning"
    """Finance, risk, choices."""
    RESOURCES = "resources"
    """Skills, people, capital, suppliers, partners."""
    GOALS = "goals"


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many boxes say something, and which are empty."""

    filled: int
    empty: tuple[Box, ...]

    @property
    def all(self) -> int:
        return len(Box)


def completeness(texts: Mapping[str, str]) -> Completeness:
    """A box is filled once it holds more than white space."""
    empty = tuple(box for box in Box if not texts.get(box.value, "").strip())
    return Completeness(len(Box) - len(empty), empty)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which objective cites which box."""

    cited: Mapping[Box, int]
    without: int
    """Objectives that cite none."""


def coverage(objectives: Iterable[Sequence[str]]) -> Coverage:
    """Count citations; each objective is given by the boxes that it cites."""
    counts, without = dict.fromkeys(Box, 0), 0
    for boxes in objectives:
        without += not boxes
        for box in set(boxes):
            counts[Box(box)] += 1
    return Coverage(counts, without)
