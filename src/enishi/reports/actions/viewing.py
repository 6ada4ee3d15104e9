"""Writing saved views."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.reports import checking
from enishi.reports.core.asking import Asked, to_json
from enishi.reports.errors import no_such_view
from enishi.reports.events import Thing, happened
from enishi.reports.models import DefaultView, SavedView

_LONGEST = 80


@transaction.atomic
def save_view(actor: Actor, *, name: str, asked: Asked, is_shared: bool = False) -> SavedView:
    """Keep a dashboard with its filters under a name, for oneself or for all."""
    _require(actor, is_shared=is_shared)
    checking.require_board(actor, asked)
    now = clock.now()
    made = SavedView(
        workspace_id=actor.workspace_id,
        name=_tidy(name),
        asked=to_json(asked),
        is_shared=is_shared,
        owner_id=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    _save(made, force_insert=True)
    record([happened(actor, "Create", Thing.VIEW, made.id, made.name)])
    return made


@transaction.atomic
def update_view(
    actor: Actor,
    view_id: UUID,
    *,
    name: str,
    is_shared: bool,
    asked: Asked | None = None,
) -> SavedView:
    """Rename a view, share it or no longer, and give it other filters."""
    found = _changeable(actor, view_id)
    _require(actor, is_shared=is_shared or found.is_shared)
    found.name, found.is_shared = _tidy(name), is_shared
    if asked is not None:
        checking.require_board(actor, asked)
        found.asked = to_json(asked)
    found.updated_at = clock.now()
    _save(found)
    if not is_shared:
        DefaultView.objects.filter(view=found).exclude(user=found.owner).delete()
    record([happened(actor, "Update", Thing.VIEW, found.id, found.name)])
    return found


@transaction.atomic
def delete_view(actor: Actor, view_id: UUID) -> None:
    """Forget a view."""
    found = _changeable(actor, view_id)
    record([happened(actor, "Delete", Thing.VIEW, found.id, found.name)])
    found.delete()


@transaction.atomic
def choose_default(actor: Actor, view_id: UUID) -> None:
    """Have one's reports open with a view."""
    actor.require(Permission.STRATEGY_VIEW)
    found = visible(actor).filter(id=view_id).first()
    if found is None or actor.user_id is None:
        raise no_such_view()
    DefaultView.objects.update_or_create(
        workspace_id=actor.workspace_id, user_id=actor.user_id, defaults={"view": found}
    )


@transaction.atomic
def clear_default(actor: Actor) -> None:
    """Have one's reports open with the overview again."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = DefaultView.objects.filter(workspace_id=actor.workspace_id)
    if actor.user_id is not None:
        rows.filter(user_id=actor.user_id).delete()


def visible(actor: Actor) -> QuerySet[SavedView]:
    """The views of the workspace that the actor may open: shared ones and their own."""
    rows = SavedView.objects.filter(workspace_id=actor.workspace_id)
    own = Q(owner_id=actor.user_id) if actor.user_id else Q(pk=None)
    return rows.filter(own | Q(is_shared=True))


def _require(actor: Actor, *, is_shared: bool) -> None:
    """Whoever may read keeps views for themselves; shared ones change what others see."""
    actor.require(Permission.REPORTS_EDIT if is_shared else Permission.STRATEGY_VIEW)


def _changeable(actor: Actor, view_id: UUID) -> SavedView:
    actor.require(Permission.STRATEGY_VIEW)
    found = visible(actor).filter(id=view_id).first()
    if found is None:
        raise no_such_view()
    if found.owner_id != actor.user_id:
        actor.require(Permission.REPORTS_EDIT)
    return found


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise InvalidInputError(_("Give the view a name."), field="name")
    if len(tidy) > _LONGEST:
        raise InvalidInputError(
            _("Keep it to %(count)s characters.") % {"count": _LONGEST}, field="name"
        )
    return tidy


def _save(row: SavedView, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=force_insert)
    except IntegrityError as error:
        raise ConflictError(
            _("You already have a view of this name."),
            field="name",
            remedy=_("Choose another name, or change that view."),
        ) from error
