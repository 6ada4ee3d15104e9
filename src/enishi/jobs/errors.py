"""What a handler may raise to say when it wants to be called again."""

from __future__ import annotations

from datetime import timedelta


class TryLaterError(Exception):
    """The task could not be done now; `wait` is how long it should rest at least."""

    def __init__(self, message: str = "", *, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait
