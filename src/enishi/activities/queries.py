"""Reading the log: pages of activities, one activity, and the lake for numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet, Value
from django.utils.translation import gettext as _

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Permission
from enishi.activities import explorer, lakes, manifest
from enishi.activities.explorer import Filters, LogRow, Page
from enishi.activities.models import Activity, Observation
from enishi.analytics.lake import Lake
from enishi.kernel.errors import NotFoundError

__all__ = [
    "Filters",
    "LogRow",
    "Page",
    "activity",
    "lake",
    "lake_at",
    "page",
    "related",
    "revision",
]


def page(
    actor: Actor, filters: Filters | None = None, *, before: str = "", limit: int = 50
) -> Page:
    """The newest activities that match; `before` is the cursor of the page before."""
    actor.require(Permission.LOG_VIEW)
    return explorer.page(actor.workspace_id, filters or Filters(), before=before, limit=limit)


def activity(actor: Actor, identifier: UUID) -> LogRow:
    """One activity with its document."""
    actor.require(Permission.LOG_VIEW)
    found = explorer.one(actor.workspace_id, identifier)
    if found is None:
        raise NotFoundError(_("There is no such activity."))
    return found


def related(actor: Actor, row: LogRow, *, limit: int = 20) -> list[LogRow]:
    """Other activities on the same thing, and answers to it, newest first."""
    actor.require(Permission.LOG_VIEW)
    return explorer.related(actor.workspace_id, row, limit=limit)


def revision(workspace_id: UUID) -> str:
    """A text that changes whenever the workspace's log does."""
    first, second = (_newest(model, workspace_id) for model in _HOT)
    rows = first.union(second, manifest.versions(), all=True).values_list("kind", "count", "at")
    newest = [f"{kind}{count}-{at.timestamp() if at else ''}" for kind, count, at in rows]
    return ".".join(sorted(newest))


_HOT = (Activity, Observation)


def _newest(model: type[Activity | Observation], workspace_id: UUID) -> QuerySet[Any, Any]:
    """One row with what is hot, none when nothing is."""
    rows = model.objects.filter(workspace_id=workspace_id).order_by()
    grouped = rows.values("workspace_id").annotate(
        kind=Value(model.__name__[0]), count=Count("id"), at=Max("recorded_at")
    )
    return grouped.values("kind", "count", "at")


def lake_at(workspace_id: UUID, revision: str) -> Lake:
    """The lake of a workspace whose log is known to be at a revision: see `lake`."""
    return lakes.open_lake((workspace_id,), revision)


def lake(workspace_ids: Iterable[UUID] | None = None) -> Lake:
    """The log of some workspaces (all, if none are named) as tables for metrics.

    It is kept by the process and made anew when the log has changed: take it, use it, and
    do not keep it.
    """
    chosen = (
        Workspace.objects.values_list("id", flat=True) if workspace_ids is None else workspace_ids
    )
    wanted = tuple(sorted(chosen))
    return lakes.open_lake(wanted, "/".join(revision(workspace) for workspace in wanted))
