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
    """A quotient that is written in per cent."""
    PER_WEEK = "per_week"
    EACH = "each"
    """So many for each of something else: likes per post, revenue per yen spent."""
    MONEY = "money"
    """Whole units of the workspace's currency."""
    MINUTES = "minutes"
    SECONDS = "seconds"
    DAYS = "days"
    POINTS = "points"
    """From −100 to 100 (Net Promoter Score)."""


class Better(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
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
