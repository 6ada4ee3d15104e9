"""Every read of webhooks, as frozen values. Secrets are never among them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.webhooks import wording
from enishi.webhooks.core.catalogue import EVENT_TYPES
from enishi.webhooks.core.states import SendingState
from enishi.webhooks.models import Call, Endpoint, Sending

PAGE = 30


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An endpoint as it is shown."""

    id: UUID
    url: str
    description: str
    events: Sequence[str]
    """Empty: all."""
    state: str
    reason: str
    """Why it was switched off, in words."""
    failing_since: datetime | None
    previous_until: datetime | None
    """Until when the secret before still signs; None when only one does."""
    created_at: datetime

    @property
    def look(self) -> tuple[object, str, str]:
        """Word, icon and tone."""
        return wording.ENDPOINT_LOOKS[self.state]


@dataclass(frozen=True, slots=True)
class CallView:
    """One call and what came back."""

    at: datetime
    milliseconds: int
    status: int
    problem: str
    excerpt: str

    @property
    def worked(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's successes


@dataclass(frozen=True, slots=True)
class SendingView:
    """One event for one endpoint, with its calls, the latest first."""

    id: UUID
    message_id: str
    type: str
    state: str
    created_at: datetime
    next_at: datetime | None
    """When it is called again; None when nothing more happens by itself."""
    calls: Sequence[CallView]
    body: str

    @property
    def look(self) -> tuple[object, str, str]:
        """Word, icon and tone."""
        return wording.SENDING_LOOKS[self.state]


@dataclass(frozen=True, slots=True)
class SendingPage:
    """A part of an endpoint's delivery log, and where the next begins."""

    items: Sequence[SendingView]
    cursor: str


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type with its meaning."""

    type: str
    meaning: str


def endpoints(actor: Actor) -> list[EndpointView]:
    """The workspace's endpoints, the newest first."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    rows = Endpoint.objects.filter(workspace_id=actor.workspace_id)
    return [_view(row) for row in rows.order_by("-created_at", "-id")]


def endpoint(actor: Actor, *, endpoint_id: UUID) -> EndpointView:
    """One endpoint."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    found = Endpoint.objects.filter(id=endpoint_id, workspace_id=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("There is no such webhook."), field="webhook")
    return _view(found)


def _view(row: Endpoint) -> EndpointView:
    overlapping = row.previous_until is not None and row.previous_until > clock.now()
    return EndpointView(
        id=row.id,
        url=row.url,
        description=row.description,
        events=tuple(row.events),
        state=row.state,
        reason=str(wording.DISABLED.get(row.disabled_reason, "")),
        failing_since=row.failing_since,
        previous_until=row.previous_until if overlapping else None,
        created_at=row.created_at,
    )


def sendings(
    actor: Actor, *, endpoint_id: UUID, state: str = "", cursor: str = "", limit: int = PAGE
) -> SendingPage:
    """The delivery log of an endpoint, the newest event first."""
    endpoint(actor, endpoint_id=endpoint_id)
    rows = _with_calls(Sending.objects.filter(endpoint_id=endpoint_id))
    if state:
        if state not in set(SendingState):
            raise InvalidInputError(_("There is no such state."), field="state")
        rows = rows.filter(state=state)
    if cursor:
        at, identifier = _read_cursor(cursor)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=identifier))
    found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return SendingPage(
        [_sending(row) for row in found[:limit]],
        f"{last.created_at.isoformat()}~{last.id}" if last else "",
    )


def sending(actor: Actor, *, sending_id: UUID) -> SendingView:
    """One event for one endpoint."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    rows = Sending.objects.filter(id=sending_id, endpoint__workspace_id=actor.workspace_id)
    found = _with_calls(rows).first()
    if found is None:
        raise NotFoundError(_("There is no such webhook message."), field="message")
    return _sending(found)


def _with_calls(rows: QuerySet[Sending]) -> QuerySet[Sending]:
    calls = Call.objects.order_by("-started_at", "-id")
    return rows.select_related("event").prefetch_related(Prefetch("calls", queryset=calls))


def _sending(row: Sending) -> SendingView:
    return SendingView(
        id=row.id,
        message_id=f"msg_{row.event_id.hex}",
        type=row.event.type,
        state=row.state,
        created_at=row.created_at,
        next_at=row.due_at if row.state == SendingState.WAITING else None,
        calls=tuple(_call(call) for call in row.calls.all()),
        body=json.dumps(json.loads(row.event.body), ensure_ascii=False, indent=2),
    )


def _call(row: Call) -> CallView:
    return CallView(
        at=row.started_at,
        milliseconds=row.milliseconds,
        status=row.status,
        problem=str(wording.PROBLEMS.get(row.problem, row.problem)),
        excerpt=row.excerpt,
    )


def event_types() -> list[EventType]:
    """What can be subscribed to."""
    return [EventType(kind, str(meaning)) for kind, meaning in EVENT_TYPES.items()]


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    at, _separator, identifier = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(identifier)
    except ValueError as error:
        raise InvalidInputError(_("This is not a cursor of this list."), field="cursor") from error
