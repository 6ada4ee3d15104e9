"""Why something that another server sent is not taken."""

from __future__ import annotations


class RefusedError(Exception):
    """A document or request that is not taken. `reason` is a short code for the log."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class SignatureError(RefusedError):
    """A request that is not signed, or not by whom it says."""
