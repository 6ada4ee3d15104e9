"""REST: imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from enishi.imports import actions, queries
from enishi.imports.actions import TableChoices

router = Router(tags=["Imports"])


class ImportOut(Schema):
    id: UUID
    name: str
    kind: str
    state: str
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


class ProblemOut(Schema):
    row: int
    field: str
    code: str
    message: str
    remedy: str


class ImportDetailOut(ImportOut):
    activities: int
    observations: int
    oldest_at: datetime | None
    newest_at: datetime | None
    types: dict[str, int]
    preview: list[dict[str, Any]]
    problems: list[ProblemOut]
    columns: dict[str, str]
    headers: list[str]
    encoding: str
    delimiter: str
    date_order: str
    channel_id: UUID | None


class UploadIn(Schema):
    kind: str = ""
    channel_id: UUID | None = None


class MappingIn(Schema):
    columns: dict[str, str] | None = None
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""
    channel_id: UUID | None = None


class ConfirmIn(Schema):
    only_good: bool = False


def _detail(request: HttpRequest, job_id: UUID) -> ImportDetailOut:
    found = queries.detail(request.actor, job_id)  # type: ignore[attr-defined] # the token's
    summary = ImportOut.from_orm(found.summary).dict()
    return ImportDetailOut(
        **summary,
        activities=found.activities,
        observations=found.observations,
        oldest_at=found.oldest_at,
        newest_at=found.newest_at,
        types=dict(found.types),
        preview=[{**entry, "numbers": dict(entry["numbers"])} for entry in found.preview],
        problems=[ProblemOut.from_orm(problem) for problem in found.problems],
        columns={field.name: field.header for field in found.fields if field.header},
        headers=list(found.headers),
        encoding=found.encoding,
        delimiter=found.delimiter,
        date_order=found.date_order,
        channel_id=found.channel_id,
    )


@router.get("/imports", response=list[ImportOut])
def imports(request: HttpRequest) -> Any:
    """The newest imports of the workspace."""
    return queries.imports(request.actor)  # type: ignore[attr-defined] # the token's


@router.post("/imports", response={201: ImportDetailOut})
def upload(request: HttpRequest, file: File[UploadedFile], options: Form[UploadIn]) -> Any:
    """Upload a file and have it checked. Nothing is in the log before it is confirmed."""
    job = actions.upload_import(
        request.actor,  # type: ignore[attr-defined] # the token's
        name=file.name or "",
        content=cast("BinaryIO", file.file),
        kind=options.kind,
        channel_id=options.channel_id,
    )
    return Status(201, _detail(request, job.pk))


@router.get("/imports/{job_id}", response=ImportDetailOut)
def one_import(request: HttpRequest, job_id: UUID) -> Any:
    """One import with its preview and problems."""
    return _detail(request, job_id)


@router.get("/imports/{job_id}/problems", response=list[ProblemOut])
def problems(request: HttpRequest, job_id: UUID) -> Any:
    """The rows that cannot be used (the first thousand)."""
    return queries.problems(request.actor, job_id)  # type: ignore[attr-defined] # the token's


@router.put("/imports/{job_id}/mapping", response=ImportDetailOut)
def set_mapping(request: HttpRequest, job_id: UUID, body: MappingIn) -> Any:
    """Say how a table is read; it is checked again."""
    actions.set_mapping(
        request.actor,  # type: ignore[attr-defined] # the token's
        job_id,
        fields=body.columns,
        choices=TableChoices(body.kind, body.encoding, body.delimiter, body.date_order),
        channel_id=body.channel_id,
    )
    return _detail(request, job_id)


@router.post("/imports/{job_id}/confirm", response={202: ImportDetailOut})
def confirm(request: HttpRequest, job_id: UUID, body: ConfirmIn) -> Any:
    """Write it into the log in the background; ask for the import to see how far it is."""
    actions.confirm_import(request.actor, job_id, only_good=body.only_good)  # type: ignore[attr-defined] # the token's
    return Status(202, _detail(request, job_id))


@router.post("/imports/{job_id}/cancel", response=ImportDetailOut)
def cancel(request: HttpRequest, job_id: UUID) -> Any:
    """Give it up; nothing of it stays."""
    actions.cancel_import(request.actor, job_id)  # type: ignore[attr-defined] # the token's
    return _detail(request, job_id)
