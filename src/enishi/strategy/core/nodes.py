"""The four levels of a strategy and what state a node may be in."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """From what is wanted down to what is done."""

    GOAL = "goal"
    STRATEGY = "strategy"
    OBJECTIVE = "objective"
    TACTIC = "tactic"

    @property
    def parent(self) -> Level | None:
        """The level above."""
        levels = list(Level)
        index = levels.index(self)
        return levels[index - 1] if index else None

    @property
    def child(self) -> Level | None:
        """The level below."""
        levels = list(Level)
        index = levels.index(self) + 1
        return levels[index] if index < len(levels) else None


class Status(StrEnum):
    """What people say of a node; how an objective paces is counted, not said."""

    PLANNED = "planned"
    ACTIVE = "active"
    DONE = "done"
    DROPPED = "dropped"
