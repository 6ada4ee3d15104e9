"""Making a report's file: from the numbers by the document to the bytes on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.utils import translation

from enishi.accounts import queries as accounts
from enishi.accounts.models import Membership
from enishi.accounts.permissions import Actor, Via
from enishi.kernel import clock
from enishi.kernel.errors import EnishiError, NotAllowedError
from enishi.reports import documents, queries, rendering
from enishi.reports.core.asking import BoardKind, from_json
from enishi.reports.core.formats import Format
from enishi.reports.core.naming import file_name, tidy
from enishi.reports.core.states import EXPORT_STATES, ExportState
from enishi.reports.models import Export, folder
from enishi.reports.plan_page import plan_page

logger = logging.getLogger(__name__)
Progress = Callable[[float], None]
_TEXT = 300
STUCK = timedelta(hours=1)


def make(export_id: UUID, *, progress: Progress | None = None) -> bool:
    """Make an export; whether its file is there now.

    Making it twice writes the same file anew: a worker that died in between does no harm. A
    refusal is kept with the export; anything else is raised, and the task tried again.
    """
    rows = Export.objects.filter(id=export_id)
    before = EXPORT_STATES.sources_of(ExportState.RUNNING)
    if not rows.filter(state__in=before).update(state=ExportState.RUNNING, progress=0.05):
        return rows.filter(state=ExportState.DONE).exists()
    export = rows.select_related("workspace").get()
    try:
        _make(export, progress or _noted(export_id))
    except EnishiError as error:
        _fail(export_id, str(error))
        return False
    return True


def _make(export: Export, progress: Progress) -> None:
    asked = from_json(export.asked)
    if asked.kind is BoardKind.PLAN:
        _make_plan(export, progress)
        return
    with translation.override(export.language):
        actor = _actor(export)
        board = queries.board(actor, asked, today=export.today)
        progress(0.5)
        document = documents.document(actor, board, export.workspace, clock.now())
        progress(0.6)
        content = rendering.render(Format(export.format), document)
        progress(0.95)
    name = file_name(export.workspace.name, document.title, document.first, document.last)
    _keep(export, content, document.title, name)


def _make_plan(export: Export, progress: Progress) -> None:
    """The strategy on one page, as it stands today."""
    with translation.override(export.language):
        page = plan_page(_actor(export), export.workspace, export.language)
        progress(0.5)
        content = rendering.render_plan(page)
    name = f"{tidy(export.workspace.name)} - {tidy(page.title)} - {export.today.isoformat()}"
    _keep(export, content, page.title, name)


def _keep(export: Export, content: bytes, title: str, name: str) -> None:
    _write(export.path, content)
    Export.objects.filter(id=export.id, state=ExportState.RUNNING).update(
        state=ExportState.DONE,
        progress=1.0,
        title=title[:200],
        file_name=f"{name}.{export.format}",
        size=len(content),
        finished_at=clock.now(),
        problem="",
    )


def _actor(export: Export) -> Actor:
    """Who asked for it, with the rights of today; Enishi itself for what is scheduled."""
    if export.run_id is not None or export.created_by_id is None:
        return Actor.system(export.workspace_id)
    rows = Membership.objects.select_related("user", "workspace")
    member = rows.filter(user_id=export.created_by_id, workspace_id=export.workspace_id).first()
    if member is None:
        raise NotAllowedError(translation.gettext("You are no longer a member."))
    return accounts.actor(member, Via.SYSTEM)


def _noted(export_id: UUID) -> Progress:
    def note(share: float) -> None:
        Export.objects.filter(id=export_id, state=ExportState.RUNNING).update(progress=share)

    return note


def _write(path: Path, content: bytes) -> None:
    """The whole file or none, for the owner of the folder only."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".part")
    beside.write_bytes(content)
    beside.chmod(0o600)
    beside.replace(path)


def _fail(export_id: UUID, problem: str) -> None:
    Export.objects.filter(id=export_id, state=ExportState.RUNNING).update(
        state=ExportState.FAILED, problem=problem[:_TEXT], finished_at=clock.now()
    )
    logger.info("reports.export_failed", extra={"export": str(export_id)})


def expire(now: datetime) -> int:
    """Delete the files whose time is over; returns how many."""
    over = list(Export.objects.filter(state=ExportState.DONE, expires_at__lte=now))
    for export in over:
        export.path.unlink(missing_ok=True)
        Export.objects.filter(id=export.id, state=ExportState.DONE).update(
            state=ExportState.EXPIRED, size=0
        )
    stuck = Export.objects.filter(state=ExportState.RUNNING, created_at__lte=now - STUCK)
    stuck.update(
        state=ExportState.FAILED,
        problem=translation.gettext("It was interrupted."),
        finished_at=now,
    )
    return len(over)


def forget_workspace(workspace_id: UUID) -> None:
    """Delete the files of a workspace that goes."""
    for export in Export.objects.filter(workspace_id=workspace_id):
        export.path.unlink(missing_ok=True)
