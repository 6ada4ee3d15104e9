"""What the loopback platform can be told to do wrong."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Manner(StrEnum):
    """How a call goes wrong."""

    HANG = "hang"
    """No answer for `seconds`; then the connection is closed."""
    ERROR = "error"
    """500, with a page for people."""
    RESET = "reset"
    """The connection is reset."""
    TRUNCATE = "truncate"
    """Half of the answer, then the end of the connection."""
    GARBAGE = "garbage"
    """An answer that is no JSON, with the status of success."""
    THROTTLE = "throttle"
    """429, to come back after `seconds`."""
    EXPIRE = "expire"
    """The access token is no longer valid."""
    SLOW = "slow"
    """The right answer, after `seconds`."""
    HOLD = "hold"
    """Held until it is let go; whoever waits for it is told."""


@dataclass(slots=True)
class Fault:
    """A fault that waits for calls of one kind: `create`, `edit`, `upload`, `fill`,
    `look`, `get`, `token`.

    An empty `operation` fits every call. `after` lets the call take effect first. Of the
    calls that fit, the first `skip` pass and the next `times` are hit.
    """

    manner: Manner
    operation: str = "create"
    after: bool = False
    seconds: float = 0.0
    times: int = 1
    skip: int = 0
    account: str = ""

    def fits(self, operation: str, account: str) -> bool:
        """Whether a call is meant."""
        return self.operation in ("", operation) and self.account in ("", account)

    def json(self) -> dict[str, Any]:
        """As it is sent to the platform."""
        return asdict(self)

    @classmethod
    def read(cls, body: dict[str, Any]) -> Fault:
        """What was sent."""
        return cls(**(body | {"manner": Manner(body["manner"])}))


class Armed:
    """The faults that wait."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> int:
        """Disarm; how many hits were left."""
        left = sum(fault.times for fault in self._waiting)
        self._waiting.clear()
        return left

    def take(self, operation: str, account: str) -> Fault | None:
        """The fault that hits this call."""
        for fault in self._waiting:
            if not fault.fits(operation, account):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            if not fault.times:
                self._waiting.remove(fault)
            return fault
        return None
