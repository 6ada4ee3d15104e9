"""REST: dashboards, annotations, saved views, exports and scheduled reports."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, Query, Router, Schema, Status

from enishi.accounts.terminal import to_plain
from enishi.reports import actions, files, mailings, plain, queries, remarks, saved
from enishi.reports.actions import Plan
from enishi.reports.core.asking import Asked, BoardKind, to_json
from enishi.reports.core.formats import MEDIA_TYPES, Format
from enishi.reports.core.periods import Against, Preset
from enishi.reports.core.timing import Every
from enishi.reports.inputs import asked_of

router = Router(tags=["Reports"])


class AskedIn(Schema):
    """A dashboard, its period and comparison, what it is cut down to and grouped by.

    With `first` and `last` the period is those days, else the preset's. `subject` is the
    channel or objective whose dashboard it is.
    """

    board: BoardKind = BoardKind.BOSS
    subject: UUID | None = None
    period: Preset | None = None
    first: date | None = None
    last: date | None = None
    against: Against = Against.PREVIOUS
    against_first: date | None = None
    against_last: date | None = None
    channel: list[UUID] = Field(default_factory=list)
    group: str = ""
    level: str = ""
    scheme: str = ""
    chart: str = ""
    """The KPI that is drawn group by group."""

    def asked(self) -> Asked:
        return asked_of(**self.dict())


class AnnotationIn(Schema):
    day: date
    text: str
    channel_id: UUID | None = None
    metric: str = ""


class ViewIn(Schema):
    name: str
    is_shared: bool = False
    asked: AskedIn = AskedIn()


class ExportIn(Schema):
    format: Format
    language: str = "en"
    asked: AskedIn = AskedIn()


class ScheduleIn(Schema):
    """`weekday` counts from Monday = 0; `wall_time` is on the clocks of `time_zone`."""

    name: str
    recipients: list[str]
    time_zone: str
    language: str = "en"
    every: Every = Every.WEEK
    weekday: int = 0
    month_day: int = 1
    wall_time: time = time(9)
    formats: list[str] = Field(default_factory=lambda: [Format.PDF.value])
    note: str = ""
    asked: AskedIn = AskedIn()

    def plan(self) -> Plan:
        return Plan(**(self.dict(exclude={"asked"}) | {"asked": self.asked.asked()}))


@router.get("/reports/board", response=dict[str, Any])
def board(request: HttpRequest, asked: Query[AskedIn]) -> Any:
    """A dashboard with every figure. null means "not observed": that is not zero."""
    return plain.board(queries.board(request.actor, asked.asked()))  # type: ignore[attr-defined]


class SectionIn(Schema):
    """The figures of a section by key, in their order; null for the usual ones."""

    kpis: list[str] | None = None


@router.put("/reports/boards/{board}/sections/{section}", response=list[str])
def choose_kpis(request: HttpRequest, board: BoardKind, section: str, body: SectionIn) -> Any:
    """Choose which figures stand in a section of a dashboard, for the whole workspace."""
    actor = request.actor  # type: ignore[attr-defined]
    return actions.choose_kpis(actor, kind=board, section=section, kpis=body.kpis)


# --- annotations ---------------------------------------------------------------------------


@router.get("/reports/annotations", response=list[dict[str, Any]])
def list_annotations(request: HttpRequest) -> Any:
    """Every annotation, the newest day first."""
    return to_plain(remarks.every(request.actor))  # type: ignore[attr-defined]


@router.post("/reports/annotations", response={201: dict[str, Any]})
def annotate(request: HttpRequest, body: AnnotationIn) -> Any:
    """Note what happened on a day."""
    made = actions.annotate(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, to_plain(remarks.annotation(request.actor, made.id)))  # type: ignore[attr-defined]


@router.put("/reports/annotations/{annotation_id}", response=dict[str, Any])
def update_annotation(request: HttpRequest, annotation_id: UUID, body: AnnotationIn) -> Any:
    """Write an annotation anew."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.update_annotation(actor, annotation_id, **body.dict())
    return to_plain(remarks.annotation(actor, annotation_id))


@router.delete("/reports/annotations/{annotation_id}", response={204: None})
def delete_annotation(request: HttpRequest, annotation_id: UUID) -> Any:
    """Delete one; it can be brought back for a day."""
    actions.delete_annotation(request.actor, annotation_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/reports/annotations/{annotation_id}/restore", response=dict[str, Any])
def restore_annotation(request: HttpRequest, annotation_id: UUID) -> Any:
    """Bring a deleted one back."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.restore_annotation(actor, annotation_id)
    return to_plain(remarks.annotation(actor, annotation_id))


# --- saved views ---------------------------------------------------------------------------


@router.get("/reports/views", response=list[dict[str, Any]])
def views(request: HttpRequest) -> Any:
    """The views that one may open: shared ones and one's own."""
    return [_view(one) for one in saved.views(request.actor)]  # type: ignore[attr-defined]


@router.post("/reports/views", response={201: dict[str, Any]})
def save_view(request: HttpRequest, body: ViewIn) -> Any:
    """Keep a dashboard with its filters under a name."""
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.save_view(
        actor, name=body.name, asked=body.asked.asked(), is_shared=body.is_shared
    )
    return Status(201, _view(saved.view(actor, made.id)))


@router.delete("/reports/views/{view_id}", response={204: None})
def delete_view(request: HttpRequest, view_id: UUID) -> Any:
    """Forget a view."""
    actions.delete_view(request.actor, view_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/reports/views/{view_id}/default", response={204: None})
def choose_default(request: HttpRequest, view_id: UUID) -> Any:
    """Have one's reports open with it."""
    actions.choose_default(request.actor, view_id)  # type: ignore[attr-defined]
    return Status(204, None)


def _view(row: saved.ViewRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "is_shared": row.is_shared,
        "is_own": row.is_own,
        "is_default": row.is_default,
        "asked": to_json(row.asked),
    }


# --- exports -------------------------------------------------------------------------------


@router.get("/reports/exports", response=list[dict[str, Any]])
def exports(request: HttpRequest) -> Any:
    """The newest exports with their state."""
    return to_plain(files.exports(request.actor))  # type: ignore[attr-defined]


@router.post("/reports/exports", response={202: dict[str, Any]})
def request_export(request: HttpRequest, body: ExportIn) -> Any:
    """Have a dashboard made into a file; ask for the export until its state is `done`."""
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.request_export(
        actor, asked=body.asked.asked(), file_format=body.format, language=body.language
    )
    return Status(202, to_plain(files.export(actor, made.id)))


@router.get("/reports/exports/{export_id}", response=dict[str, Any])
def export(request: HttpRequest, export_id: UUID) -> Any:
    """An export and how far it is."""
    return to_plain(files.export(request.actor, export_id))  # type: ignore[attr-defined]


@router.get("/reports/exports/{export_id}/file", response=None)
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file."""
    path, name = files.file_of(request.actor, export_id)  # type: ignore[attr-defined]
    media_type = MEDIA_TYPES[Format(path.suffix[1:])]
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=media_type)


# --- scheduled reports ---------------------------------------------------------------------


@router.get("/reports/schedules", response=list[dict[str, Any]])
def schedules(request: HttpRequest) -> Any:
    """Every scheduled report with its last result."""
    return [_schedule(one) for one in mailings.schedules(request.actor)]  # type: ignore[attr-defined]


@router.post("/reports/schedules", response={201: dict[str, Any]})
def create_schedule(request: HttpRequest, body: ScheduleIn) -> Any:
    """Have a report sent by e-mail again and again."""
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.create_schedule(actor, body.plan())
    return Status(201, _detail(actor, made.id))


@router.get("/reports/schedules/{schedule_id}", response=dict[str, Any])
def schedule(request: HttpRequest, schedule_id: UUID) -> Any:
    """One, with what was sent."""
    return _detail(request.actor, schedule_id)  # type: ignore[attr-defined]


@router.put("/reports/schedules/{schedule_id}", response=dict[str, Any])
def update_schedule(request: HttpRequest, schedule_id: UUID, body: ScheduleIn) -> Any:
    """Change one."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.update_schedule(actor, schedule_id, body.plan())
    return _detail(actor, schedule_id)


@router.delete("/reports/schedules/{schedule_id}", response={204: None})
def delete_schedule(request: HttpRequest, schedule_id: UUID) -> Any:
    """Forget one."""
    actions.delete_schedule(request.actor, schedule_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/reports/schedules/{schedule_id}/pause", response=dict[str, Any])
def pause_schedule(request: HttpRequest, schedule_id: UUID) -> Any:
    """Send nothing until it is resumed."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.pause_schedule(actor, schedule_id)
    return _detail(actor, schedule_id)


@router.post("/reports/schedules/{schedule_id}/resume", response=dict[str, Any])
def resume_schedule(request: HttpRequest, schedule_id: UUID) -> Any:
    """Go on from the next due time."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.resume_schedule(actor, schedule_id)
    return _detail(actor, schedule_id)


@router.post("/reports/schedules/{schedule_id}/test", response={202: None})
def send_test(request: HttpRequest, schedule_id: UUID) -> Any:
    """Send it to oneself now."""
    actions.send_test(request.actor, schedule_id)  # type: ignore[attr-defined]
    return Status(202, None)


@router.post("/reports/letters/{letter_id}/retry", response={202: None})
def retry_letter(request: HttpRequest, letter_id: UUID) -> Any:
    """Send a failed mail again."""
    actions.retry_letter(request.actor, letter_id)  # type: ignore[attr-defined]
    return Status(202, None)


def _schedule(row: mailings.ScheduleRow) -> dict[str, Any]:
    found: dict[str, Any] = to_plain(row)
    return found | {"asked": to_json(row.asked)}


def _detail(actor: Any, schedule_id: UUID) -> dict[str, Any]:
    row, runs = mailings.schedule(actor, schedule_id)
    return _schedule(row) | {"runs": to_plain(runs)}
