"""Reads of imports, as frozen values in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import labels
from enishi.channels.models import Channel
from enishi.imports import wording
from enishi.imports.core.fields import BY_NAME, fields_of
from enishi.imports.core.items import Kind
from enishi.imports.core.states import IMPORT_STATES, ImportState
from enishi.imports.models import ImportJob
from enishi.kernel.errors import NotFoundError

NEWEST: Final = 50
PROBLEMS: Final = 200
_BUSY: Final = frozenset({ImportState.UPLOADED, ImportState.RUNNING})


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An import as a list shows it."""

    id: UUID
    name: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    size: int
    good: int
    bad: int
    skipped: int
    new: int
    known: int
    erased: int
    progress: float
    created_at: datetime
    finished_at: datetime | None
    message: str
    remedy: str

    @property
    def percent(self) -> int:
        return round(self.progress * 100)

    @property
    def is_busy(self) -> bool:
        return self.state in _BUSY

    @property
    def is_over(self) -> bool:
        return self.state in IMPORT_STATES.terminal


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be used, in words."""

    row: int
    field: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field with the header chosen for it."""

    name: str
    label: str
    header: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class ImportDetail:
    """An import with all that its pages show."""

    summary: ImportSummary
    activities: int
    observations: int
    oldest_at: datetime | None
    newest_at: datetime | None
    types: Mapping[str, int]
    preview: Sequence[Mapping[str, Any]]
    problems: Sequence[RowProblem]
    is_table: bool
    fields: Sequence[FieldChoice]
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    encoding: str
    delimiter: str
    date_order: str
    channel_id: UUID | None
    channel_name: str
    cancel_requested: bool


def _rows(actor: Actor) -> QuerySet[ImportJob]:
    actor.require(Permission.IMPORTS_RUN)
    return ImportJob.objects.filter(workspace_id=actor.workspace_id)


def imports(actor: Actor) -> list[ImportSummary]:
    """The newest imports of the workspace."""
    rows = _rows(actor).defer("layout", "preview", "columns").order_by("-id")
    return [_summary(job) for job in rows[:NEWEST]]


def one(actor: Actor, job_id: UUID) -> ImportSummary:
    """An import in short: for polling."""
    return _summary(_found(actor, job_id))


def _found(actor: Actor, job_id: UUID) -> ImportJob:
    job = _rows(actor).select_related("channel").filter(pk=job_id).first()
    if job is None:
        raise NotFoundError(_("There is no such import."))
    return job


def detail(actor: Actor, job_id: UUID) -> ImportDetail:
    """An import with its preview, its first problems and its mapping."""
    job = _found(actor, job_id)
    columns = job.mapping
    return ImportDetail(
        summary=_summary(job),
        activities=job.activities,
        observations=job.observations,
        oldest_at=job.oldest_at,
        newest_at=job.newest_at,
        types=job.types,
        preview=[_preview(entry) for entry in job.preview],
        problems=_problems(job, PROBLEMS),
        is_table=Kind(job.kind).is_table,
        fields=_fields(job),
        headers=job.layout.get("headers", []),
        rows=job.layout.get("rows", []),
        encoding=columns.encoding,
        delimiter=columns.delimiter,
        date_order=columns.date_order,
        channel_id=job.channel_id,
        channel_name=str(job.channel) if job.channel else "",
        cancel_requested=job.cancel_requested,
    )


def problems(actor: Actor, job_id: UUID, *, limit: int = 1000) -> list[RowProblem]:
    """The rows that cannot be used, by line; at most the first thousand are kept."""
    return _problems(_found(actor, job_id), limit)


def channels(actor: Actor) -> list[tuple[str, str]]:
    """The channels that an import can belong to: identifier and name."""
    actor.require(Permission.IMPORTS_RUN)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id).order_by("name")
    return [(str(channel.pk), str(channel)) for channel in rows]


def _summary(job: ImportJob) -> ImportSummary:
    worded = wording.of_file(job.problem, job.problem_params) if job.problem else None
    return ImportSummary(
        id=job.pk,
        name=job.name,
        kind=job.kind,
        kind_label=job.get_kind_display(),
        state=job.state,
        state_label=job.get_state_display(),
        size=job.size,
        good=job.good,
        bad=job.bad,
        skipped=job.skipped,
        new=job.new,
        known=job.known,
        erased=job.erased,
        progress=job.progress,
        created_at=job.created_at,
        finished_at=job.finished_at,
        message=worded.message if worded else "",
        remedy=worded.remedy if worded else "",
    )


def _preview(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    numbers = [
        (str(BY_NAME[name].label) if name in BY_NAME else name, value)
        for name, value in entry["numbers"].items()
    ]
    at = datetime.fromisoformat(entry["at"])
    label = str(labels.TYPES.get(entry["type"], entry["type"]))
    return {**entry, "at": at, "numbers": numbers, "label": label}


def _problems(job: ImportJob, limit: int) -> list[RowProblem]:
    found = []
    for problem in job.problems.all()[:limit]:
        worded = wording.of_row(problem.code, problem.params)
        found.append(
            RowProblem(
                problem.row,
                wording.of_field(problem.field),
                problem.code,
                worded.message,
                worded.remedy,
            )
        )
    return found


def _fields(job: ImportJob) -> list[FieldChoice]:
    if not Kind(job.kind).is_table:
        return []
    chosen = job.mapping.fields
    return [
        FieldChoice(field.name, str(field.label), chosen.get(field.name, ""), field.name == "time")
        for field in fields_of(Kind(job.kind))
    ]
