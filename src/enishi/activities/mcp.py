"""MCP: reading the log, recording events, forgetting people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.activities import actions, noting, queries
from enishi.activities.actions import Event
from enishi.activities.events import Direction
from enishi.activities.explorer import Filters, LogRow
from enishi.activities.noting import Note
from enishi.kernel.surfaces import ToolServer

_SHOWN = (
    "id",
    "occurred_at",
    "type",
    "direction",
    "channel_id",
    "actor_key",
    "actor_name",
    "object_key",
    "target_key",
    "text",
)


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    _register_reading(server, actor)
    _register_writing(server, actor)


def _register_reading(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def search_log(
        text: str = "",
        types: list[str] | None = None,
        direction: Direction | None = None,
        person: str = "",
        first: date | None = None,
        last: date | None = None,
        before: str = "",
        limit: int = 20,
    ) -> dict[str, Any]:
        """Activities, newest first: likes, replies, follows, posts, purchases, acts of colleagues.

        direction: inbound (others to us), outbound (we on networks) or internal.
        first and last are days in UTC. before: `next` of the page before.
        """
        filters = Filters(
            text=text,
            types=tuple(types or ()),
            direction=direction,
            person=person,
            first=first,
            last=last,
        )
        found = queries.page(actor(), filters, before=before, limit=min(limit, 200))
        return {"items": [_shown(row) for row in found.rows], "next": found.next}

    @server.tool()
    def show_activity(activity_id: UUID) -> dict[str, Any]:
        """One activity with its ActivityStreams document and what belongs to it."""
        row = queries.activity(actor(), activity_id)
        related = [_shown(other) for other in queries.related(actor(), row)]
        return {**_shown(row), "document": row.document, "related": related}


def _register_writing(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def record_event(
        kind: str,
        occurred_at: datetime | None = None,
        key: str = "",
        actor_key: str = "",
        object_key: str = "",
        text: str = "",
        amount: int | None = None,
        currency: str = "",
    ) -> dict[str, Any]:
        """Record what networks do not tell: kind is search, purchase, lead, click, review, view.

        amount is in whole minor units. The same key is recorded once.
        """
        event = Event(
            kind=kind,
            occurred_at=occurred_at,
            key=key,
            actor_key=actor_key,
            object_key=object_key,
            text=text,
            amount=amount,
            currency=currency,
        )
        identifier, new = actions.record_event(actor(), event)
        return {"id": identifier, "new": new}

    @server.tool()
    def note_number(
        metric: str,
        value: float,
        subject: str = "",
        observed_at: datetime | None = None,
        channel_id: UUID | None = None,
    ) -> dict[str, Any]:
        """Note a number that no network tells.

        metric: spend, labour_cost, revenue, gross_profit, nps (0–10), csat (1–5) and others.
        Amounts are whole units of the workspace's currency. subject names the invoice, order or
        person; noting it again corrects it.
        """
        note = Note(metric, value, subject, observed_at, channel_id)
        return {"subject": noting.note_number(actor(), note)}

    @server.tool()
    def erase_person(actor_key: str) -> dict[str, Any]:
        """Forget a person for good: everything they did leaves the log. Ask before you do it."""
        return {"deleted": actions.erase_person(actor(), actor_key)}


def _shown(row: LogRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SHOWN}
