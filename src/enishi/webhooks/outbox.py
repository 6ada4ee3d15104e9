"""Writing down what is to be told, in the transaction in which it happens."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from enishi.jobs import actions as jobs
from enishi.kernel import clock
from enishi.kernel.ids import new_id
from enishi.webhooks.core.catalogue import matches
from enishi.webhooks.core.states import EndpointState
from enishi.webhooks.models import Endpoint, Event, Sending

DRAIN = "webhooks.drain"
CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    {"enishi": "urn:enishi:", "schema": "https://schema.org/"},
]


@dataclass(frozen=True, slots=True)
class Told:
    """Something to tell: `data` is an ActivityStreams 2.0 activity."""

    workspace_id: UUID
    type: str
    occurred_at: datetime
    data: Mapping[str, Any]


def body_of(told: Told) -> str:
    """The JSON of an event, as every call carries it."""
    at = told.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds")
    payload = {
        "type": told.type,
        "timestamp": at.replace("+00:00", "Z"),
        "data": {"@context": CONTEXT, **told.data},
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def active_endpoints(workspace_ids: Iterable[UUID]) -> dict[UUID, list[Endpoint]]:
    """By workspace, the endpoints that are told anything; one small query."""
    found: dict[UUID, list[Endpoint]] = defaultdict(list)
    rows = Endpoint.objects.filter(
        workspace_id__in=list(workspace_ids), state=EndpointState.ACTIVE.value
    )
    for row in rows.only("id", "workspace_id", "events"):
        found[row.workspace_id].append(row)
    return found


def put(news: Sequence[Told], endpoints: Mapping[UUID, Sequence[Endpoint]]) -> list[Sending]:
    """Write events for the endpoints that want them, and have them sent after the commit."""
    now = clock.now()
    events: list[Event] = []
    sendings: list[Sending] = []
    for told in news:
        wanting = [
            endpoint
            for endpoint in endpoints.get(told.workspace_id, ())
            if matches(endpoint.events, told.type)
        ]
        if not wanting:
            continue
        event = Event(
            id=new_id(),
            workspace_id=told.workspace_id,
            type=told.type,
            occurred_at=told.occurred_at,
            body=body_of(told),
        )
        events.append(event)
        sendings += [Sending(endpoint=each, event=event, due_at=now) for each in wanting]
    Event.objects.bulk_create(events, batch_size=200)
    Sending.objects.bulk_create(sendings, batch_size=200)
    for endpoint_id in {sending.endpoint_id for sending in sendings}:
        ask(endpoint_id, now)
    return sendings


def ask(endpoint_id: UUID, at: datetime) -> None:
    """Have an endpoint's queue worked off from a time on; asked twice it is done once."""
    jobs.enqueue(
        DRAIN,
        {"endpoint": str(endpoint_id)},
        key=f"{endpoint_id}:{at:%Y%m%d%H%M%S}",
        due_at=at,
    )
