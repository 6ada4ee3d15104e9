"""Background work of the public site: letters to subscribers and guests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from enishi.hub import letters, visitors
from enishi.jobs.registry import periodic, task


@task(visitors.CONFIRMING)
def confirming(payload: dict[str, Any]) -> None:
    """Ask somebody whether they want letters."""
    letters.confirming(UUID(payload["subscriber"]))


@task(visitors.REGISTERED)
def registered(payload: dict[str, Any]) -> None:
    """Tell a guest that they have a seat."""
    letters.registered(UUID(payload["registration"]))


@periodic("hub.letters", every=timedelta(seconds=30))
def send_letters(_payload: dict[str, Any]) -> None:
    """Write and send letters about new posts."""
    letters.write_new()
    letters.send_waiting()


@periodic("hub.reminders", every=timedelta(minutes=5))
def send_reminders(_payload: dict[str, Any]) -> None:
    """Remind guests of events."""
    letters.remind()
