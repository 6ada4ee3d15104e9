"""Background work: files, due reports, letters, and tidying up."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from enishi.jobs.errors import TryLaterError
from enishi.jobs.registry import periodic, task
from enishi.kernel import clock
from enishi.reports import making, remarks, sending
from enishi.reports.actions.exporting import TASK


@task(TASK, attempts=3, apart=True)
def export(payload: dict[str, Any]) -> None:
    """Make a file that somebody asked for."""
    making.make(UUID(payload["export"]))


@periodic("reports.due", every=timedelta(minutes=1))
def due(_payload: dict[str, Any]) -> None:
    """Begin the scheduled reports whose time has come."""
    sending.begin_due(clock.now())


@task(sending.RUN, attempts=3, apart=True)
def run(payload: dict[str, Any]) -> None:
    """Make the files of a scheduled report and have its letters sent."""
    sending.prepare(UUID(payload["run"]))


@task(sending.LETTER, attempts=sending.ATTEMPTS + 2)
def letter(payload: dict[str, Any]) -> None:
    """Hand a letter to the mail server."""
    try:
        sending.send(UUID(payload["letter"]))
    except (OSError, SMTPException) as error:
        raise TryLaterError(f"{type(error).__name__}: {error}") from error


@periodic("reports.tidy", every=timedelta(hours=1))
def tidy(_payload: dict[str, Any]) -> None:
    """Delete files whose time is over and annotations that nobody brought back."""
    making.expire(clock.now())
    remarks.forget_deleted(clock.now())
