"""The states of an import."""

from __future__ import annotations

from enum import StrEnum

from enishi.kernel.states import StateGraph


class ImportState(StrEnum):
    """Where an import stands.

    `uploaded` is being checked; `previewed` waits for a person; nothing is in the log before
    `done`.
    """

    UPLOADED = "uploaded"
    PREVIEWED = "previewed"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


IMPORT_STATES: StateGraph[ImportState] = StateGraph(
    initial=ImportState.UPLOADED,
    moves={
        ImportState.UPLOADED: {
            ImportState.PREVIEWED,
            ImportState.FAILED,
            ImportState.CANCELLED,
        },
        ImportState.PREVIEWED: {
            ImportState.UPLOADED,
            ImportState.RUNNING,
            ImportState.CANCELLED,
        },
        ImportState.RUNNING: {ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED},
        ImportState.DONE: set(),
        ImportState.FAILED: set(),
        ImportState.CANCELLED: set(),
    },
)
