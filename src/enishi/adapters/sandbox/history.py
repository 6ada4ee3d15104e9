"""Where reading the own posts stands: back from the newest, until what was read before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Walk:
    """Posts above `above` are not read yet; of these, those from `below` on are.

    `top` is the highest number that this walk met: the next walk begins above it.
    """

    above: int = 0
    top: int = 0
    below: int | None = None

    @classmethod
    def read(cls, cursor: str) -> Walk:
        """The walk that a cursor describes; what is no cursor starts anew."""
        parts = cursor.split(":")
        if len(parts) != 3 or not all(part.isdecimal() or not part for part in parts):  # noqa: PLR2004
            return cls()
        above, top, below = (int(part) if part else None for part in parts)
        return cls(above or 0, top or 0, below)

    def __str__(self) -> str:
        return f"{self.above}:{self.top}:{'' if self.below is None else self.below}"

    def after(self, numbers: Sequence[int], *, full: bool) -> Walk:
        """Where reading stands after a page; a page that is not full is the last."""
        top = max([self.top, self.above, *numbers])
        if full:
            return Walk(self.above, top, min(numbers))
        return Walk(above=top, top=top)
