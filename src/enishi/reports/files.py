"""Reading exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.models import LANGUAGES
from enishi.accounts.permissions import Actor, Permission
from enishi.kernel.errors import ConflictError
from enishi.reports.core.states import ExportState
from enishi.reports.errors import no_such_export
from enishi.reports.models import Export

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export and how far it is."""

    id: UUID
    title: str
    format: str
    format_label: str
    language: str
    state: str
    state_label: str
    percent: int
    problem: str
    file_name: str
    size: int
    by: str
    schedule: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime

    @property
    def is_under_way(self) -> bool:
        return self.state in {ExportState.WAITING, ExportState.RUNNING}

    @property
    def is_ready(self) -> bool:
        return self.state == ExportState.DONE


def _visible(actor: Actor) -> QuerySet[Export]:
    """Every export; who is confined to functions sees those of their own making."""
    rows = Export.objects.filter(workspace_id=actor.workspace_id)
    return rows.filter(created_by_id=actor.user_id, run=None) if actor.functions else rows


def exports(actor: Actor) -> Sequence[ExportRow]:
    """The newest exports of the workspace."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = _visible(actor).order_by("-id")
    return [_row(one) for one in rows.select_related("created_by", "run__schedule")[:_SHOWN]]


def export(actor: Actor, export_id: UUID) -> ExportRow:
    """One export."""
    return _row(_found(actor, export_id))


def file_of(actor: Actor, export_id: UUID) -> tuple[Path, str]:
    """Where an export's file is, and what it is to be called."""
    found = _found(actor, export_id)
    if found.state != ExportState.DONE or not found.path.is_file():
        raise ConflictError(_("There is no file (any more)."), remedy=_("Make the export again."))
    return found.path, found.file_name


def _found(actor: Actor, export_id: UUID) -> Export:
    actor.require(Permission.STRATEGY_VIEW)
    rows = _visible(actor).filter(id=export_id)
    found = rows.select_related("created_by", "run__schedule").first()
    if found is None:
        raise no_such_export()
    return found


def _row(row: Export) -> ExportRow:
    return ExportRow(
        id=row.id,
        title=row.title,
        format=row.format,
        format_label=row.get_format_display(),
        language=dict(LANGUAGES)[row.language],
        state=row.state,
        state_label=row.get_state_display(),
        percent=round(row.progress * 100),
        problem=row.problem,
        file_name=row.file_name,
        size=row.size,
        by=str(row.created_by or ""),
        schedule=row.run.schedule.name if row.run else "",
        created_at=row.created_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
    )
