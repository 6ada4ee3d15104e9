"""What the plan was, what differs, and what can be brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.kernel.errors import NotFoundError
from enishi.strategy.core.versions import Difference, compare
from enishi.strategy.documents import whole_plan
from enishi.strategy.models import DeletedNode, PlanVersion

_UNDO_DAYS = 30


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: PlanVersion
    nodes: int


def versions(actor: Actor) -> list[VersionRow]:
    """The versions that were kept, the newest first."""
    actor.require(Permission.STRATEGY_VIEW)
    actor.require_function()
    rows = PlanVersion.objects.filter(workspace_id=actor.workspace_id).select_related("by")
    return [VersionRow(one, len(one.document)) for one in rows.order_by("-number")]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`after` None stands for the plan as it is now."""

    before: PlanVersion
    after: PlanVersion | None
    differences: Sequence[Difference]


def compared(actor: Actor, before_id: UUID, after_id: UUID | None = None) -> Comparison:
    """Two versions compared, or one with the plan as it is now."""
    actor.require(Permission.STRATEGY_VIEW)
    actor.require_function()
    before = _version(actor, before_id)
    after = _version(actor, after_id) if after_id else None
    now = after.document if after else whole_plan(actor.workspace_id)
    return Comparison(before, after, compare(before.document, now))


def _version(actor: Actor, version_id: UUID) -> PlanVersion:
    rows = PlanVersion.objects.filter(workspace_id=actor.workspace_id)
    found = rows.filter(id=version_id).first()
    if found is None:
        raise NotFoundError(_("There is no such version."))
    return found


def deleted(actor: Actor) -> list[DeletedNode]:
    """What was deleted in the last 30 days and can be brought back, the newest first."""
    actor.require(Permission.STRATEGY_VIEW)
    actor.require_function()
    return list(lately_deleted(actor).select_related("by"))


def lately_deleted(actor: Actor) -> QuerySet[DeletedNode]:
    """The same as rows, for other questions."""
    since = clock.now() - timedelta(days=_UNDO_DAYS)
    rows = DeletedNode.objects.filter(workspace_id=actor.workspace_id, at__gte=since)
    return rows.order_by("-at", "-id")
