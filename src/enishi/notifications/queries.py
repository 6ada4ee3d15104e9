"""Every read of notifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Permission
from enishi.kernel.errors import InvalidInputError
from enishi.notifications import preferences, wording
from enishi.notifications.core.kinds import Choice, Kind
from enishi.notifications.models import Notification

PAGE = 30
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class View:
    """News as somebody reads it, in their language."""

    id: UUID
    kind: Kind
    title: str
    reason: str
    text: str
    count: int
    path: str
    unread: bool
    first_at: datetime
    last_at: datetime

    @property
    def icon(self) -> str:
        return wording.LOOKS[self.kind][0]

    @property
    def tone(self) -> str:
        return wording.LOOKS[self.kind][1]


@dataclass(frozen=True, slots=True)
class Page:
    """News, the latest first, and where the next page begins."""

    items: Sequence[View]
    unread: int
    cursor: str


def unread_count(actor: Actor) -> int:
    """How much unread news the actor has in the workspace, at most a hundred."""
    return _own(actor).filter(read_at=None)[: MOST_COUNTED + 1].count()


def with_unread(workspaces: QuerySet[Workspace], user_id: UUID) -> QuerySet[Workspace]:
    """Workspaces with `unread`, how much unread news a user has in each: no query of its own."""
    unread = (
        Notification.objects.filter(
            user_id=user_id, workspace_id=OuterRef("pk"), read_at=None, in_app=True
        )
        .order_by()
        .values("workspace_id")
        .annotate(number=Count("id"))
        .values("number")
    )
    return workspaces.annotate(unread=Coalesce(Subquery(unread), 0))


def listed(actor: Actor, *, unread_only: bool = False, cursor: str = "", limit: int = PAGE) -> Page:
    """The actor's news in this workspace."""
    actor.require(Permission.WORKSPACE_VIEW)
    rows = _own(actor)
    if unread_only:
        rows = rows.filter(read_at=None)
    if cursor:
        at, identifier = _read_cursor(cursor)
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, id__lt=identifier))
    found = list(rows.order_by("-last_at", "-id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        items=[view(row) for row in found[:limit]],
        unread=unread_count(actor),
        cursor=f"{last.last_at.isoformat()}~{last.id}" if last else "",
    )


def view(row: Notification) -> View:
    """A row in words."""
    kind = Kind(row.kind)
    return View(
        id=row.id,
        kind=kind,
        title=wording.title(kind, row.count, row.parameters),
        reason=wording.reason(row.parameters),
        text=str(row.parameters.get("text", "")) if row.count == 1 else "",
        count=row.count,
        path=row.path,
        unread=row.read_at is None,
        first_at=row.first_at,
        last_at=row.last_at,
    )


def choices(actor: Actor) -> Mapping[Kind, Choice]:
    """How the actor wants each kind of news in this workspace."""
    actor.require(Permission.WORKSPACE_VIEW)
    if actor.user_id is None:
        raise InvalidInputError(_("Notifications belong to a person."), field="user")
    chosen = preferences.of_many({(actor.workspace_id, kind) for kind in Kind})
    return {kind: chosen(actor.user_id, actor.workspace_id, kind) for kind in Kind}


def _own(actor: Actor) -> QuerySet[Notification]:
    if actor.user_id is None:
        return Notification.objects.none()
    return Notification.objects.filter(
        user_id=actor.user_id, workspace_id=actor.workspace_id, in_app=True
    )


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    at, _separator, identifier = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(identifier)
    except ValueError as error:
        raise InvalidInputError(_("This is not a cursor of this list."), field="cursor") from error
