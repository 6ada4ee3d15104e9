"""Asking for reports as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.models import LANGUAGES
from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.jobs.actions import enqueue
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.reports import checking, making
from enishi.reports.core.asking import Asked, BoardKind, to_json
from enishi.reports.core.formats import Format
from enishi.reports.core.states import EXPORT_STATES, ExportState
from enishi.reports.errors import no_such_export
from enishi.reports.events import Thing, happened
from enishi.reports.models import Export
from enishi.reports.queries import board_title
from enishi.strategy.queries import place_of

TASK: Final = "reports.export"
KEPT: Final = timedelta(days=7)
_MOST_WAITING: Final = 20
_UNDER_WAY: Final = (ExportState.WAITING, ExportState.RUNNING)


@transaction.atomic
def request_export(
    actor: Actor,
    *,
    asked: Asked,
    file_format: str,
    language: str,
) -> Export:
    """Have a dashboard made into a file by the worker; it is kept for a week."""
    actor.require(Permission.STRATEGY_VIEW)
    under_way = Export.objects.filter(workspace_id=actor.workspace_id, state__in=_UNDER_WAY)
    if under_way.count() >= _MOST_WAITING:
        raise ConflictError(
            _("Many exports are waiting already."), remedy=_("Wait until some of them are ready.")
        )
    made = _new(actor, asked, file_format, language)
    enqueue(TASK, {"export": str(made.id)}, key=str(made.id), workspace_id=actor.workspace_id)
    return made


def export_now(
    actor: Actor,
    *,
    asked: Asked,
    file_format: str,
    language: str,
    progress: Callable[[float], None] | None = None,
) -> Export:
    """Make the file here and now, for a caller that waits."""
    actor.require(Permission.STRATEGY_VIEW)
    made = _new(actor, asked, file_format, language)
    making.make(made.id, progress=progress)
    made.refresh_from_db()
    return made


@transaction.atomic
def retry_export(actor: Actor, export_id: UUID) -> Export:
    """Try a failed export again."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Export.objects.filter(workspace_id=actor.workspace_id, id=export_id)
    if not rows.exists():
        raise no_such_export()
    before = EXPORT_STATES.sources_of(ExportState.WAITING)
    if not rows.filter(state__in=before).update(
        state=ExportState.WAITING, problem="", progress=0.0
    ):
        raise ConflictError(_("Only a failed export can be tried again."))
    enqueue(TASK, {"export": str(export_id)}, key=str(export_id), workspace_id=actor.workspace_id)
    return rows.get()


@transaction.atomic
def _new(actor: Actor, asked: Asked, file_format: str, language: str) -> Export:
    if file_format not in set(Format):
        raise InvalidInputError(
            _("There is no format “%(name)s”.") % {"name": file_format},
            field="format",
            remedy=_("Use one of: %s.") % ", ".join(Format),
        )
    if language not in dict(LANGUAGES):
        raise InvalidInputError(_("Choose Japanese or English."), field="language")
    if asked.kind is not BoardKind.PLAN:
        checking.require_board(actor, asked)
    elif file_format != Format.PDF:
        raise InvalidInputError(_("The strategy on one page is a PDF."), field="format")
    now, place = clock.now(), place_of(actor)
    made = Export.objects.create(
        workspace_id=actor.workspace_id,
        asked=to_json(asked),
        format=file_format,
        language=language,
        title=board_title(actor, asked),
        today=place.today,
        created_by_id=actor.user_id,
        created_at=now,
        expires_at=now + KEPT,
    )
    record([happened(actor, "Create", Thing.EXPORT, made.id, f"{made.title} ({file_format})")])
    return made
