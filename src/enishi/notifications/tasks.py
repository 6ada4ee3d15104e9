"""Letters: written once, sent by the worker."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from enishi.jobs.errors import TryLaterError
from enishi.jobs.registry import periodic, task
from enishi.notifications import letters


@task(letters.GATHERING)
def gather(payload: dict[str, Any]) -> None:
    """Write one letter with all the news of a person that waits for one."""
    letters.write_soon(UUID(payload["user"]), UUID(payload["workspace"]))


@periodic("notifications.daily", every=timedelta(minutes=10))
def daily(_payload: dict[str, Any]) -> None:
    """Write the letters of the day for those who want them so."""
    letters.write_daily()


@task(letters.SENDING, attempts=12)
def send(payload: dict[str, Any]) -> None:
    """Hand a letter to the mail server."""
    try:
        letters.send(UUID(payload["letter"]))
    except (OSError, SMTPException) as error:
        raise TryLaterError(f"{type(error).__name__}: {error}") from error
