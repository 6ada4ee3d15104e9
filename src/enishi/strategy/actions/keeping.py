"""Versions of the plan, and undoing a deletion (R027)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.deletion import RestrictedError
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, NotFoundError
from enishi.strategy import events
from enishi.strategy.asking import request_outlook
from enishi.strategy.core.nodes import Level, Status
from enishi.strategy.documents import MODELS, put_back, whole_plan
from enishi.strategy.models import DeletedNode, PlanVersion


@transaction.atomic
def keep_version(actor: Actor, *, label: str = "") -> PlanVersion:
    """Keep the plan as it is now."""
    actor.require(Permission.STRATEGY_EDIT)
    rows = PlanVersion.objects.filter(workspace_id=actor.workspace_id)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    made = PlanVersion.objects.create(
        workspace_id=actor.workspace_id,
        number=last + 1,
        label=label.strip()[:120],
        document=whole_plan(actor.workspace_id),
        by_id=actor.user_id,
        at=clock.now(),
    )
    record([events.noted(actor, "Create", "PlanVersion", made.id, text=f"{made.number}")])
    return made


@transaction.atomic
def restore_version(actor: Actor, version_id: UUID) -> PlanVersion:
    """Make the plan what it was; how it is now is kept as a version first.

    Nodes made since are deleted, or dropped where hours or costs are booked on them.
    """
    actor.require(Permission.STRATEGY_EDIT)
    rows = PlanVersion.objects.filter(workspace_id=actor.workspace_id)
    wanted = rows.filter(id=version_id).first()
    if wanted is None:
        raise NotFoundError(_("There is no such version."))
    kept = keep_version(
        actor, label=_("Before going back to version %(number)s") % {"number": wanted.number}
    )
    documents = sorted(wanted.document, key=_second_levels_last)
    for document in documents:
        put_back(actor.workspace_id, document)
    _remove_others(actor, {str(document["id"]) for document in documents})
    request_outlook(actor.workspace_id)
    record([events.noted(actor, "Undo", "PlanVersion", wanted.id, text=f"{wanted.number}")])
    return kept


def _second_levels_last(document: dict[str, Any]) -> tuple[int, bool]:
    """Parents before children, and an objective before the one that goes on from it."""
    return list(Level).index(Level(document["level"])), bool(document.get("upstream"))


def _remove_others(actor: Actor, kept: set[str]) -> None:
    for level in reversed(Level):
        rows = MODELS[level].objects.filter(workspace_id=actor.workspace_id)
        for node in rows.exclude(id__in=kept):
            try:
                with transaction.atomic():
                    node.delete()
            except RestrictedError:
                node.status = Status.DROPPED.value
                node.save(update_fields=["status", "updated_at"])


@transaction.atomic
def undelete_node(actor: Actor, deleted_id: UUID) -> Any:
    """Bring a deleted node back, where it was and with all it carried."""
    actor.require(Permission.STRATEGY_EDIT)
    rows = DeletedNode.objects.filter(workspace_id=actor.workspace_id, id=deleted_id)
    found = rows.first()
    if found is None:
        raise NotFoundError(_("There is nothing left to undo."))
    level = Level(found.document["level"])
    if level.parent is not None:
        parents = MODELS[level.parent].objects.filter(workspace_id=actor.workspace_id)
        if not parents.filter(id=found.document["parent"]).exists():
            raise ConflictError(
                _("What it belonged to is gone, too."), remedy=_("Bring that back first.")
            )
    node = put_back(actor.workspace_id, found.document)
    found.delete()
    record([events.happened(actor, "Undo", level, node.id, title=node.title)])
    return node
