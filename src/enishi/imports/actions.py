"""Every write of imports that a person asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels.models import Channel
from enishi.imports import running, wording
from enishi.imports.core.cells import ORDERS
from enishi.imports.core.fields import fields_of
from enishi.imports.core.items import BrokenFileError, Columns, Kind
from enishi.imports.core.layout import DELIMITERS, ENCODINGS, Layout, examine
from enishi.imports.core.opening import detect
from enishi.imports.core.states import ImportState
from enishi.imports.models import ImportJob
from enishi.jobs.actions import enqueue
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError

CHECKED_AT_ONCE: Final = 512 * 1024
"""Smaller files are checked while the person waits: it takes less than a second."""
_SILENCE: Final = timedelta(minutes=2)
_OPEN: Final = (ImportState.UPLOADED, ImportState.PREVIEWED)


@dataclass(frozen=True, slots=True)
class TableChoices:
    """How a table is written, where the guess was wrong; what is empty stays."""

    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""


AS_IT_IS: Final = TableChoices()


def upload_import(
    actor: Actor,
    *,
    name: str,
    content: BinaryIO,
    kind: str = "",
    channel_id: UUID | None = None,
    progress: running.Progress | None = None,
) -> ImportJob:
    """Take a file in and have it checked; nothing reaches the log yet.

    The file is looked at before anything is stored. Small files are checked at once, greater
    ones in the background, or here and now for a caller that shows `progress`.
    """
    actor.require(Permission.IMPORTS_RUN)
    try:
        found, layout = _examined(content, kind)
    except BrokenFileError as error:
        raise _refusal(error) from error
    job = ImportJob(
        workspace_id=actor.workspace_id,
        created_by_id=actor.user_id,
        channel=_channel(actor, channel_id),
        via=actor.via,
        kind=found,
        name=PurePath(name).name[:255] or found,
        created_at=clock.now(),
    )
    if layout is not None:
        job.columns, job.layout = asdict(layout.columns(found)), _shown(layout)
    _store(job, content)
    _check(job, progress)
    job.refresh_from_db()
    return job


def _examined(content: BinaryIO, kind: str) -> tuple[Kind, Layout | None]:
    if kind and kind not in set(Kind):
        raise InvalidInputError(_("There is no such kind of file."), field="kind")
    found = detect(content)
    if found is None:
        layout = examine(content)
        return (Kind(kind) if kind and Kind(kind).is_table else layout.kind), layout
    if kind and kind != found:
        raise InvalidInputError(
            _("The file is of another kind than you chose."),
            field="kind",
            remedy=_("Leave the choice to Enishi."),
        )
    return found, None


def _refusal(error: BrokenFileError) -> InvalidInputError:
    worded = wording.of_file(error.code, error.params)
    return InvalidInputError(worded.message, field="file", remedy=worded.remedy)


def _channel(actor: Actor, channel_id: UUID | None) -> Channel | None:
    if channel_id is None:
        return None
    found = Channel.objects.filter(workspace_id=actor.workspace_id, pk=channel_id).first()
    if found is None:
        raise InvalidInputError(_("There is no such channel."), field="channel")
    return found


def _shown(layout: Layout) -> dict[str, Any]:
    return {"headers": list(layout.headers), "rows": [list(row) for row in layout.rows[:8]]}


def _store(job: ImportJob, content: BinaryIO) -> None:
    """The file first: a row without its file would be of no use."""
    job.store(content)
    job.size = job.path.stat().st_size
    try:
        job.save(force_insert=True)
    except BaseException:
        job.discard()
        raise


def _check(job: ImportJob, progress: running.Progress | None) -> None:
    if progress is not None or job.size <= CHECKED_AT_ONCE:
        running.check(job.pk, progress or running.ignore)
    else:
        enqueue(
            "imports.check",
            {"import": str(job.pk)},
            key=f"{job.pk}:{job.revision}",
            workspace_id=job.workspace_id,
        )


def _own(actor: Actor, job_id: UUID) -> ImportJob:
    actor.require(Permission.IMPORTS_RUN)
    job = ImportJob.objects.filter(workspace_id=actor.workspace_id, pk=job_id).first()
    if job is None:
        raise NotFoundError(_("There is no such import."))
    return job


def set_mapping(
    actor: Actor,
    job_id: UUID,
    *,
    fields: Mapping[str, str] | None = None,
    choices: TableChoices = AS_IT_IS,
    channel_id: UUID | None = None,
    progress: running.Progress | None = None,
) -> ImportJob:
    """Say how a table is to be read, and check it again. What is not given stays.

    Another encoding, separator or kind makes Enishi guess the columns anew.
    """
    job = _own(actor, job_id)
    if not Kind(job.kind).is_table:
        raise InvalidInputError(_("Only tables have columns to map."))
    kind = _table_kind(choices.kind or job.kind)
    columns, layout = _columns(job, kind, choices)
    if fields is not None:
        columns = replace(columns, fields=_sound_fields(fields, layout, kind))
    if choices.date_order:
        order = _one_of(choices.date_order, ORDERS, "date_order")
        columns = replace(columns, date_order=order)
    channel = _channel(actor, channel_id) if channel_id else job.channel
    changed = ImportJob.objects.filter(pk=job.pk, state__in=_OPEN, revision=job.revision).update(
        state=ImportState.UPLOADED,
        revision=job.revision + 1,
        kind=kind,
        columns=asdict(columns),
        layout=layout,
        channel=channel,
        progress=0,
    )
    if not changed:
        raise ConflictError(_("This import can no longer be changed."))
    job.refresh_from_db()
    _check(job, progress)
    job.refresh_from_db()
    return job


def _table_kind(kind: str) -> Kind:
    if kind not in set(Kind) or not Kind(kind).is_table:
        raise InvalidInputError(_("There is no such kind of file."), field="kind")
    return Kind(kind)


def _columns(job: ImportJob, kind: Kind, choices: TableChoices) -> tuple[Columns, dict[str, Any]]:
    """The mapping so far; guessed anew when the table itself is read differently."""
    old = job.mapping
    encoding = _one_of(choices.encoding or old.encoding, ENCODINGS, "encoding")
    delimiter = _one_of(choices.delimiter or old.delimiter, DELIMITERS, "delimiter")
    if (kind, encoding, delimiter) == (job.kind, old.encoding, old.delimiter):
        return old, job.layout
    try:
        with job.path.open("rb") as raw:
            layout = examine(raw, encoding=encoding, delimiter=delimiter)
    except BrokenFileError as error:
        raise _refusal(error) from error
    except FileNotFoundError as error:
        raise ConflictError(_("This import can no longer be changed.")) from error
    return layout.columns(kind), _shown(layout)


def _one_of(value: str, allowed: tuple[str, ...], field: str) -> str:
    if value not in allowed:
        raise InvalidInputError(
            _("“%(value)s” is not one of: %(allowed)s.")
            % {"value": value, "allowed": ", ".join(allowed)},
            field=field,
        )
    return value


def _sound_fields(
    fields: Mapping[str, str], layout: Mapping[str, Any], kind: Kind
) -> dict[str, str]:
    known = {field.name for field in fields_of(kind)}
    chosen = {name: header for name, header in fields.items() if header}
    for name, header in chosen.items():
        if name not in known:
            raise InvalidInputError(_("There is no field “%s”.") % name, field=name)
        if header not in layout["headers"]:
            raise InvalidInputError(_("The table has no column “%s”.") % header, field=name)
    return chosen


def confirm_import(
    actor: Actor,
    job_id: UUID,
    *,
    only_good: bool = False,
    progress: running.Progress | None = None,
) -> ImportJob:
    """Write the checked file into the log: all rows, or with `only_good` those without problems.

    Happens in the background, or here and now for a caller that shows `progress`.
    """
    job = _own(actor, job_id)
    _require_importable(job, only_good=only_good)
    with transaction.atomic():
        started = ImportJob.objects.filter(
            pk=job.pk, state=ImportState.PREVIEWED, revision=job.revision
        ).update(state=ImportState.RUNNING, progress=0, progress_at=clock.now())
        if not started:
            raise ConflictError(_("This import is not waiting for a decision."))
        if progress is None:
            enqueue(
                "imports.run",
                {"import": str(job.pk)},
                key=str(job.pk),
                workspace_id=job.workspace_id,
            )
    if progress is not None:
        running.run(job.pk, progress)
    job.refresh_from_db()
    return job


def _require_importable(job: ImportJob, *, only_good: bool) -> None:
    if job.state != ImportState.PREVIEWED:
        raise ConflictError(_("This import is not waiting for a decision."))
    if job.problem:
        worded = wording.of_file(job.problem, job.problem_params)
        raise InvalidInputError(worded.message, field="fields", remedy=worded.remedy)
    if not job.good:
        raise InvalidInputError(_("There is no row that can be imported."))
    if job.bad and not only_good:
        raise InvalidInputError(
            _("%d rows have problems.") % job.bad,
            field="only_good",
            remedy=_("Correct the file, or choose to import the good rows only."),
        )


def cancel_import(actor: Actor, job_id: UUID) -> ImportJob:
    """Give an import up; nothing of it stays in the log.

    One that is being written stops at its next look; one whose worker fell silent, at once.
    """
    job = _own(actor, job_id)
    now = clock.now()
    rows = ImportJob.objects.filter(pk=job.pk)
    ended = {"state": ImportState.CANCELLED, "finished_at": now}
    silent = rows.filter(state=ImportState.RUNNING, progress_at__lt=now - _SILENCE)
    if rows.filter(state__in=_OPEN).update(**ended) or silent.update(**ended):
        job.discard()
    elif not rows.filter(state=ImportState.RUNNING).update(cancel_requested=True):
        raise ConflictError(_("This import is over."))
    job.refresh_from_db()
    return job


def forget_waiting(*, before: datetime) -> int:
    """Cancel imports that nobody decided on since `before`; called by the worker."""
    rows = ImportJob.objects.filter(state__in=_OPEN, created_at__lt=before)
    forgotten = 0
    for job in rows.iterator():
        ended = ImportJob.objects.filter(pk=job.pk, state__in=_OPEN).update(
            state=ImportState.CANCELLED, finished_at=clock.now()
        )
        if ended:
            job.discard()
            forgotten += 1
    return forgotten
