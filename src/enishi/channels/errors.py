"""What can go wrong when talking to a network: each kind has one consequence.

AdapterError
├── TransientError        wait, try again
│   └── RateLimitedError  wait as long as the network says
├── AuthExpiredError      the channel asks to be reconnected; deliveries wait
├── RejectedError         permanent: the author is told which field and why
├── OutcomeUnknownError   the call may have taken effect: look before trying again
├── UncertainError        looking did not tell: a person decides
└── HaltedError           our own side stopped it: paused, or no longer ours
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enishi.channels.core.matching import Posted


class AdapterError(Exception):
    """A network did not do what was asked. `message` is plain and translatable."""

    def __init__(self, message: object = "", *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class TransientError(AdapterError):
    """It certainly had no effect and may work later. `retry_after` is in seconds."""

    def __init__(
        self, message: object = "", *, retry_after: float | None = None, detail: str = ""
    ) -> None:
        super().__init__(message, detail=detail)
        self.retry_after = retry_after


class RateLimitedError(TransientError):
    """The account used up what the network allows for now."""


class AuthExpiredError(AdapterError):
    """The credentials no longer work: a person must reconnect the channel."""


class RejectedError(AdapterError):
    """The network refuses this content or request for good."""

    def __init__(self, message: object = "", *, field: str = "", detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.field = field


class OutcomeUnknownError(AdapterError):
    """The call was sent and no answer was understood."""


class UncertainError(AdapterError):
    """It was looked for, and what is there may be it or not. A person is shown `candidates`."""

    def __init__(
        self, message: object = "", *, candidates: Sequence[Posted] = (), detail: str = ""
    ) -> None:
        super().__init__(message, detail=detail)
        self.candidates = tuple(candidates)


class HaltedError(AdapterError):
    """Nothing further may be sent: let it pass through. Adapters never raise it themselves.

    `paused` says that publishing was paused; otherwise the delivery is somebody else's now.
    """

    def __init__(self, message: object = "", *, paused: bool = False, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.paused = paused
