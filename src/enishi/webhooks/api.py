"""REST: webhooks, their secrets and their delivery log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import to_plain
from enishi.webhooks import actions, queries

router = Router(tags=["Webhooks"])


class WebhookIn(Schema):
    """An address and what it is told; no events mean all."""

    url: str
    events: list[str] = Field(default_factory=list)
    description: str = ""


class WebhookPatch(Schema):
    """Fields that are left out stay as they are."""

    url: str | None = None
    events: list[str] | None = None
    description: str | None = None


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the token
    return actor


def _shown(request: HttpRequest, endpoint_id: UUID) -> Any:
    return to_plain(queries.endpoint(_actor(request), endpoint_id=endpoint_id))


@router.get("/webhooks", summary="The workspace's webhooks", response=list[Any])
def list_webhooks(request: HttpRequest) -> Any:
    return to_plain(queries.endpoints(_actor(request)))


@router.get("/webhooks/event-types", summary="What can be subscribed to", response=list[Any])
def event_types(request: HttpRequest) -> Any:  # noqa: ARG001 - ninja passes it
    return to_plain(queries.event_types())


@router.post(
    "/webhooks", summary="Add a webhook; its secret comes once", response={201: dict[str, Any]}
)
def add_webhook(request: HttpRequest, body: WebhookIn) -> Any:
    made = actions.add_endpoint(
        _actor(request), url=body.url, events=body.events, description=body.description
    )
    return Status(201, _shown(request, made.endpoint.id) | {"secret": made.secret})


@router.get("/webhooks/{endpoint_id}", summary="A webhook", response=dict[str, Any])
def get_webhook(request: HttpRequest, endpoint_id: UUID) -> Any:
    return _shown(request, endpoint_id)


@router.patch("/webhooks/{endpoint_id}", summary="Change a webhook", response=dict[str, Any])
def change_webhook(request: HttpRequest, endpoint_id: UUID, body: WebhookPatch) -> Any:
    actions.change_endpoint(
        _actor(request),
        endpoint_id=endpoint_id,
        url=body.url,
        events=body.events,
        description=body.description,
    )
    return _shown(request, endpoint_id)


@router.delete("/webhooks/{endpoint_id}", summary="Remove a webhook", response={204: None})
def remove_webhook(request: HttpRequest, endpoint_id: UUID) -> Any:
    actions.remove_endpoint(_actor(request), endpoint_id=endpoint_id)
    return Status(204, None)


@router.post("/webhooks/{endpoint_id}/pause", summary="Tell it nothing", response=dict[str, Any])
def pause_webhook(request: HttpRequest, endpoint_id: UUID) -> Any:
    actions.pause(_actor(request), endpoint_id=endpoint_id)
    return _shown(request, endpoint_id)


@router.post("/webhooks/{endpoint_id}/resume", summary="Tell it again", response=dict[str, Any])
def resume_webhook(request: HttpRequest, endpoint_id: UUID) -> Any:
    actions.resume(_actor(request), endpoint_id=endpoint_id)
    return _shown(request, endpoint_id)


@router.post(
    "/webhooks/{endpoint_id}/rotate",
    summary="Make a new secret; the old one signs for another day",
    response=dict[str, Any],
)
def rotate_secret(request: HttpRequest, endpoint_id: UUID) -> Any:
    made = actions.rotate_secret(_actor(request), endpoint_id=endpoint_id)
    return _shown(request, endpoint_id) | {"secret": made.secret}


@router.post("/webhooks/{endpoint_id}/test", summary="Send a test", response=dict[str, Any])
def send_test(request: HttpRequest, endpoint_id: UUID) -> Any:
    sending = actions.send_test(_actor(request), endpoint_id=endpoint_id)
    return to_plain(queries.sending(_actor(request), sending_id=sending.id))


@router.get("/webhooks/{endpoint_id}/messages", summary="Delivery log", response=dict[str, Any])
def list_messages(
    request: HttpRequest, endpoint_id: UUID, state: str = "", cursor: str = ""
) -> Any:
    page = queries.sendings(_actor(request), endpoint_id=endpoint_id, state=state, cursor=cursor)
    return to_plain(page)


@router.post(
    "/webhooks/messages/{message_id}/resend", summary="Send once more", response=dict[str, Any]
)
def resend(request: HttpRequest, message_id: UUID) -> Any:
    actions.resend(_actor(request), sending_id=message_id)
    return to_plain(queries.sending(_actor(request), sending_id=message_id))
