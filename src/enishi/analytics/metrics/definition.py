"""What a number means, so that every figure on a page can explain itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


def gettext_noop(message: str) -> str:
    """Mark a text for translation where it is shown; nothing here translates."""
    return message


class Unit(StrEnum):
    """How a value is written."""

    COUNT = "count"
    RATIO = "ratio"
    PER_WEEK = "per_week"


class Better(StrEnum):
    """Which way is good."""

    UP = "up"
    NONE = "none"


class Grain(StrEnum):
    """How values of several days relate: they add up, the last one counts, or neither."""

    FLOW = "flow"
    LEVEL = "level"
    RATE = "rate"


class Pack(StrEnum):
    """Which of the two packs a metric belongs to: running accounts, or selling (R032)."""

    OPERATION = "operation"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Definition:
    """Name, description and formula are English message identifiers, translated on show."""

    key: str
    name: str
    description: str
    formula: str
    unit: Unit
    better: Better
    grain: Grain
    pack: Pack
    sources: tuple[str, ...]
    """Types of activities and metrics of observations that the number is made from."""
