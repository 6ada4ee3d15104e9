"""Background work of imports."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from enishi.imports import actions, running
from enishi.jobs import registry
from enishi.jobs.registry import Payload
from enishi.kernel import clock

KEEP_WAITING = timedelta(days=14)


@registry.task("imports.check", attempts=3)
def check(payload: Payload) -> None:
    """Read an uploaded file through."""
    running.check(UUID(payload["import"]))


@registry.task("imports.run", attempts=3)
def run(payload: Payload) -> None:
    """Write a confirmed import into the log."""
    running.run(UUID(payload["import"]))


@registry.periodic("imports.tidy", every=timedelta(days=1))
def tidy(_payload: Payload) -> None:
    """Files that nobody confirmed are not kept for ever."""
    actions.forget_waiting(before=clock.now() - KEEP_WAITING)
