"""State graphs: declared once, checked when the module is imported."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class StateGraph(Generic[S]):
    """The states of a thing and the moves between them.

    Raises ValueError at construction when a state is undeclared or cannot be reached.
    """

    initial: S
    moves: Mapping[S, AbstractSet[S]]

    def __post_init__(self) -> None:
        declared = set(self.moves)
        if missing := set(type(self.initial)) - declared:
            raise ValueError(f"states without declared moves: {sorted(missing)}")
        if lost := declared - self._reachable():
            raise ValueError(f"states that nothing reaches: {sorted(lost)}")

    def _reachable(self) -> set[S]:
        seen: set[S] = set()
        waiting = [self.initial]
        while waiting:
            state = waiting.pop()
            if state not in seen:
                seen.add(state)
                waiting.extend(self.moves[state])
        return seen

    @property
    def terminal(self) -> frozenset[S]:
        """The states that nothing leaves."""
        return frozenset(state for state, onward in self.moves.items() if not onward)

    def allows(self, old: S, new: S) -> bool:
        """Whether `old → new` is a declared move."""
        return new in self.moves[old]

    def sources_of(self, new: S) -> frozenset[S]:
        """Every state from which `new` can be entered: the left side of a compare-and-set."""
        return frozenset(state for state, onward in self.moves.items() if new in onward)
