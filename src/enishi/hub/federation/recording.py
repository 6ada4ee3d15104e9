"""Writing down what came in: requests that arrive together share one statement.

Each commit waits for the disk. Whoever comes while another commits waits for its turn, and
the first of those who wait writes for all of them: nobody is answered before the commit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from enishi.hub.models import Inbound, InboundState
from enishi.jobs import bulk


@dataclass(frozen=True, slots=True)
class Arrived:
    """What becomes a row of `Inbound`."""

    activity_id: str
    remote_id: UUID
    type: str
    document: dict[str, Any]
    fingerprint: str
    received_at: datetime


@dataclass(slots=True)
class Ticket:
    """A row on its way; `known` is the fingerprint under which its id was recorded before."""

    row: Arrived
    known: str | None = None
    is_done: bool = False
    error: Exception | None = None


class Recorder:
    """One statement at a time, for all who wait."""

    def __init__(self, write: Callable[[Sequence[Ticket]], None]) -> None:
        self._write = write
        self._turn = threading.Lock()
        self._queue = threading.Lock()
        self._waiting: list[Ticket] = []

    def record(self, row: Arrived) -> str | None:
        """Record the row; if its id is known already, the fingerprint of the first time."""
        ticket = Ticket(row)
        with self._queue:
            self._waiting.append(ticket)
        with self._turn:
            if not ticket.is_done:
                with self._queue:
                    tickets, self._waiting = self._waiting, []
                self._serve(tickets)
        if ticket.error is not None:
            raise ticket.error
        return ticket.known

    def _serve(self, tickets: Sequence[Ticket]) -> None:
        try:
            self._write(tickets)
        except IntegrityError as error:
            self._one_by_one(tickets, error)
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            for ticket in tickets:
                ticket.error = error
        finally:
            for ticket in tickets:
                ticket.is_done = True

    def _one_by_one(self, tickets: Sequence[Ticket], error: Exception) -> None:
        """One row that cannot be written must not keep out the others."""
        if len(tickets) == 1:
            tickets[0].error = error
            return
        for ticket in tickets:
            self._serve([ticket])


def write(tickets: Sequence[Ticket]) -> None:
    """Record rows by one statement, which commits by itself, and tell which were known.

    Most are new: the database is asked about ids only when it did not take all of them.
    """
    fresh: dict[str, Arrived] = {}
    for ticket in tickets:
        fresh.setdefault(ticket.row.activity_id, ticket.row)
    taken = bulk.insert_new(Inbound, _COLUMNS, "activity_id", map(_values, fresh.values()))
    known = {name: row.fingerprint for name, row in fresh.items() if name in taken}
    if len(taken) < len(fresh):
        rows = Inbound.objects.filter(activity_id__in=set(fresh) - taken)
        known.update(rows.values_list("activity_id", "fingerprint"))
    for ticket in tickets:
        is_first = ticket.row is fresh[ticket.row.activity_id]
        is_new = is_first and ticket.row.activity_id in taken
        ticket.known = None if is_new else known.get(ticket.row.activity_id)


_COLUMNS = (
    "activity_id",
    "remote",
    "type",
    "document",
    "fingerprint",
    "state",
    "problem",
    "received_at",
)


def _values(row: Arrived) -> tuple[Any, ...]:
    return (
        row.activity_id,
        row.remote_id,
        row.type,
        row.document,
        row.fingerprint,
        InboundState.NEW.value,
        "",
        row.received_at,
    )


recorder = Recorder(write)
