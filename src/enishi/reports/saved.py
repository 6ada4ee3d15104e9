"""Reading saved views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from enishi.accounts.permissions import Actor, Permission
from enishi.reports.actions.viewing import visible
from enishi.reports.core.asking import Asked, from_json
from enishi.reports.errors import no_such_view
from enishi.reports.models import DefaultView, SavedView


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view."""

    id: UUID
    name: str
    asked: Asked
    is_shared: bool
    is_own: bool
    owner: str
    is_default: bool


def views(actor: Actor) -> Sequence[ViewRow]:
    """The views that the actor may open, by name."""
    actor.require(Permission.STRATEGY_VIEW)
    chosen = _default_id(actor)
    rows = visible(actor).select_related("owner").order_by("name", "id")
    return [_row(actor, row, chosen) for row in rows]


def view(actor: Actor, view_id: UUID) -> ViewRow:
    """One view."""
    actor.require(Permission.STRATEGY_VIEW)
    row = visible(actor).select_related("owner").filter(id=view_id).first()
    if row is None:
        raise no_such_view()
    return _row(actor, row, _default_id(actor))


def default(actor: Actor) -> ViewRow | None:
    """The view that the actor's reports open with."""
    actor.require(Permission.STRATEGY_VIEW)
    chosen = _default_id(actor)
    row = visible(actor).select_related("owner").filter(id=chosen).first() if chosen else None
    return None if row is None else _row(actor, row, chosen)


def _default_id(actor: Actor) -> UUID | None:
    if actor.user_id is None:
        return None
    rows = DefaultView.objects.filter(workspace_id=actor.workspace_id, user_id=actor.user_id)
    return rows.values_list("view_id", flat=True).first()


def _row(actor: Actor, row: SavedView, chosen: UUID | None) -> ViewRow:
    return ViewRow(
        id=row.id,
        name=row.name,
        asked=from_json(row.asked),
        is_shared=row.is_shared,
        is_own=row.owner_id == actor.user_id,
        owner=str(row.owner or ""),
        is_default=row.id == chosen,
    )
