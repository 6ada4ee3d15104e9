"""REST: a person's notifications and how they want them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import to_plain
from enishi.notifications import actions, queries
from enishi.notifications.core.kinds import Choice, Kind, Mail

router = Router(tags=["Notifications"])


class ReadIn(Schema):
    """Which notifications; leave `ids` out for all."""

    ids: list[UUID] | None = None


class ChoiceIn(Schema):
    """How one kind of news is wanted."""

    in_app: bool
    mail: Mail


class ChoicesIn(Schema):
    """Kinds and how they are wanted; what is left out stays."""

    choices: dict[Kind, ChoiceIn]


class ChangedOut(Schema):
    changed: int


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the token
    return actor


@router.get("/notifications", summary="What I was told, the latest first", response=dict[str, Any])
def list_notifications(
    request: HttpRequest, *, unread: bool = False, cursor: str = "", limit: int = queries.PAGE
) -> Any:
    page = queries.listed(
        _actor(request), unread_only=unread, cursor=cursor, limit=min(max(limit, 1), 200)
    )
    return to_plain(page)


@router.post("/notifications/read", summary="Mark as read", response=ChangedOut)
def mark_read(request: HttpRequest, body: ReadIn) -> Any:
    return {"changed": actions.mark_read(_actor(request), notification_ids=body.ids)}


@router.get(
    "/notifications/preferences", summary="What I am told, and how", response=dict[str, Any]
)
def get_preferences(request: HttpRequest) -> Any:
    return to_plain(queries.choices(_actor(request)))


@router.put("/notifications/preferences", summary="Choose what I am told", response=dict[str, Any])
def set_preferences(request: HttpRequest, body: ChoicesIn) -> Any:
    chosen = {
        kind: Choice(in_app=item.in_app, mail=item.mail) for kind, item in body.choices.items()
    }
    actions.choose(_actor(request), choices=chosen)
    return to_plain(queries.choices(_actor(request)))
