"""What can be made to go wrong in the town, to see whether the product bears it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """One way in which a network misbehaves."""

    HANG = "hang"
    """No answer comes; the caller gives up after `seconds`."""
    DROP = "drop"
    """The connection breaks."""
    TOO_MANY = "429"
    """The account used up what it is allowed; `seconds` is the wait that is asked for."""
    BROKEN = "500"
    EXPIRE = "expire"
    """The session ends: everything is refused until somebody signs in again."""
    SLOW = "slow"
    """It works, after `seconds`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault for the next `times` calls of an operation ("" is any).

    `after` says that the call took effect before the fault: only then a blind retry doubles.
    """

    kind: FaultKind
    operation: str = ""
    after: bool = False
    seconds: float = 0.0
    times: int = 1
