"""REST: reading the log, recording events, forgetting people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from enishi.activities import actions, noting, queries
from enishi.activities.actions import Event
from enishi.activities.events import Direction
from enishi.activities.explorer import Filters, LogRow
from enishi.activities.noting import Note

router = Router(tags=["Log"])


class ActivityOut(Schema):
    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    type: str
    direction: str
    channel_id: UUID | None
    source: str
    key: str
    actor_key: str
    actor_name: str
    object_type: str
    object_key: str
    target_key: str
    text: str
    language: str
    user_id: UUID | None
    via: str


class ActivityDetail(ActivityOut):
    document: dict[str, Any]


class LogPage(Schema):
    items: list[ActivityOut]
    next: str


class LogQuery(Schema):
    """Days are those of `zone`; `next` of a page is `before` of the following one."""

    text: str = ""
    type: list[str] = Field(default_factory=list)
    direction: Direction | None = None
    channel_id: UUID | None = None
    person: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"
    before: str = ""
    limit: int = Field(50, ge=1, le=500)


class EventIn(Schema):
    """`kind`: search, purchase, lead, click, review, view, listen. `key` makes it repeatable."""

    kind: str
    occurred_at: datetime | None = None
    key: str = ""
    channel_id: UUID | None = None
    actor_key: str = ""
    actor_name: str = ""
    object_key: str = ""
    text: str = ""
    amount: int | None = None
    currency: str = ""


class EventOut(Schema):
    id: UUID
    new: bool


class NoteIn(Schema):
    """A number at a time; `subject` names what it is about and makes it correctable."""

    metric: str
    value: float
    subject: str = ""
    observed_at: datetime | None = None
    channel_id: UUID | None = None


class NoteOut(Schema):
    subject: str


class ErasureIn(Schema):
    actor_key: str


class ErasureOut(Schema):
    deleted: int


@router.get("/log", response=LogPage)
def page(request: HttpRequest, query: Query[LogQuery]) -> Any:
    """A page of activities, newest first."""
    filters = Filters(
        text=query.text,
        types=tuple(query.type),
        direction=query.direction,
        channel_id=query.channel_id,
        person=query.person,
        first=query.first,
        last=query.last,
        zone=query.zone,
    )
    found = queries.page(request.actor, filters, before=query.before, limit=query.limit)  # type: ignore[attr-defined]
    return {"items": found.rows, "next": found.next}


@router.get("/log/{uuid:activity_id}", response=ActivityDetail)
def activity(request: HttpRequest, activity_id: UUID) -> LogRow:
    """One activity with its ActivityStreams document."""
    return queries.activity(request.actor, activity_id)  # type: ignore[attr-defined]


@router.post("/log/events", response={200: EventOut, 201: EventOut})
def record_event(request: HttpRequest, body: EventIn) -> Any:
    """Record a search, a purchase, a lead or the like; 200 when it was known already."""
    identifier, new = actions.record_event(request.actor, Event(**body.dict()))  # type: ignore[attr-defined]
    return Status(201 if new else 200, EventOut(id=identifier, new=new))


@router.post("/log/numbers", response={201: NoteOut})
def note_number(request: HttpRequest, body: NoteIn) -> Any:
    """Note a number that no network tells: spend, labour_cost, revenue, nps, csat and others."""
    subject = noting.note_number(request.actor, Note(**body.dict()))  # type: ignore[attr-defined]
    return Status(201, NoteOut(subject=subject))


@router.post("/log/erasures", response=ErasureOut)
def erase(request: HttpRequest, body: ErasureIn) -> Any:
    """Forget a person: at once for readers, within minutes in the files."""
    return {"deleted": actions.erase_person(request.actor, body.actor_key)}  # type: ignore[attr-defined]
