"""The states of exports and of the letters that carry them."""

from __future__ import annotations

from enum import StrEnum

from enishi.kernel.states import StateGraph


class ExportState(StrEnum):
    """Where an export stands. Files are kept for a while; then the export is `expired`."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


EXPORT_STATES: StateGraph[ExportState] = StateGraph(
    initial=ExportState.WAITING,
    moves={
        ExportState.WAITING: {ExportState.RUNNING, ExportState.FAILED},
        ExportState.RUNNING: {ExportState.RUNNING, ExportState.DONE, ExportState.FAILED},
        ExportState.DONE: {ExportState.EXPIRED},
        ExportState.FAILED: {ExportState.WAITING},
        ExportState.EXPIRED: set(),
    },
)


class LetterState(StrEnum):
    """Where a letter stands. A failed one can be sent again by a person."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


LETTER_STATES: StateGraph[LetterState] = StateGraph(
    initial=LetterState.WAITING,
    moves={
        LetterState.WAITING: {LetterState.SENT, LetterState.FAILED},
        LetterState.SENT: set(),
        LetterState.FAILED: {LetterState.WAITING},
    },
)
