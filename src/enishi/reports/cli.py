"""`enishi reports …`: dashboards, annotations, exports and reports by e-mail."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from django.utils.translation import get_language
from rich.console import Console
from rich.progress import Progress

from enishi.accounts.terminal import current_actor, session, show, to_plain
from enishi.kernel.errors import ConflictError
from enishi.reports import actions, files, mailings, plain, queries, remarks, saved
from enishi.reports.core.asking import Asked, BoardKind
from enishi.reports.core.formats import Format
from enishi.reports.core.periods import Against, Preset
from enishi.reports.core.states import ExportState
from enishi.reports.inputs import asked_of

COMMAND = "reports"
app = typer.Typer(no_args_is_help=True, help="Dashboards, annotations, exports, mails.")

_Board = Annotated[BoardKind, typer.Argument(help="Which dashboard.")]
_Subject = Annotated[UUID | None, typer.Option(help="The channel or objective it is of.")]
_Period = Annotated[Preset | None, typer.Option(help="A usual period.")]
_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
_Against = Annotated[Against, typer.Option(help="What it is compared with.")]
_Channel = Annotated[list[UUID] | None, typer.Option(help="May be repeated.")]
_Group = Annotated[str, typer.Option(help="channel, level, or a scheme such as mic-2015.")]
_Level = Annotated[str, typer.Option(help="social-media or sns.")]
_Scheme = Annotated[str, typer.Option(help="By which scheme a channel is SNS.")]


@app.command()
def board(  # noqa: PLR0913, PLR0917 - each filter is an option
    context: typer.Context,
    kind: _Board = BoardKind.BOSS,
    subject: _Subject = None,
    period: _Period = None,
    first: _Day = None,
    last: _Day = None,
    against: _Against = Against.PREVIOUS,
    channel: _Channel = None,
    group: _Group = "",
    level: _Level = "",
    scheme: _Scheme = "",
) -> None:
    """Show a dashboard with every figure; null means not observed."""
    asked = asked_of(
        board=kind,
        subject=subject,
        period=period,
        first=_date(first),
        last=_date(last),
        against=against,
        channel=channel or (),
        group=group,
        level=level,
        scheme=scheme,
    )
    found = plain.board(queries.board(current_actor(context), asked))
    if session(context).as_json:
        show(context, found)
        return
    rows = [
        one | {"section": each["name"]} for each in found["sections"] for one in each["figures"]
    ]
    show(context, rows, columns=("section", "name", "value", "before", "rows"))


@app.command()
def export(  # noqa: PLR0913, PLR0917 - each filter is an option
    context: typer.Context,
    kind: _Board = BoardKind.BOSS,
    file_format: Annotated[Format, typer.Option("--format", help="Kind of file.")] = Format.PDF,
    out: Annotated[Path | None, typer.Option(help="Where to; else the file's own name.")] = None,
    language: Annotated[str, typer.Option(help="ja or en.")] = "",
    subject: _Subject = None,
    period: _Period = None,
    first: _Day = None,
    last: _Day = None,
    against: _Against = Against.PREVIOUS,
    channel: _Channel = None,
    group: _Group = "",
    level: _Level = "",
    scheme: _Scheme = "",
) -> None:
    """Make a dashboard into a file: PDF, PowerPoint, Excel or CSV."""
    asked = asked_of(
        board=kind,
        subject=subject,
        period=period,
        first=_date(first),
        last=_date(last),
        against=against,
        channel=channel or (),
        group=group,
        level=level,
        scheme=scheme,
    )
    show(context, _exported(context, asked, file_format, language, out))


def _exported(
    context: typer.Context, asked: Asked, file_format: Format, language: str, out: Path | None
) -> dict[str, Any]:
    actor = current_actor(context)
    quiet = session(context).as_json
    with Progress(transient=True, disable=quiet, console=Console(stderr=True)) as bar:
        task = bar.add_task(file_format.value, total=1.0)
        made = actions.export_now(
            actor,
            asked=asked,
            file_format=file_format,
            language=language or (get_language() or "en")[:2],
            progress=lambda share: bar.update(task, completed=share),
        )
    if made.state != ExportState.DONE:
        raise ConflictError(made.problem)
    path, name = files.file_of(actor, made.id)
    target = out or Path(name)
    shutil.copyfile(path, target)
    return {"id": made.id, "file": str(target.resolve()), "bytes": made.size, "title": made.title}


@app.command()
def exports(context: typer.Context) -> None:
    """The newest exports."""
    columns = ("id", "title", "format", "state", "file_name", "size")
    show(context, to_plain(files.exports(current_actor(context))), columns=columns)


@app.command("annotations")
def list_annotations(context: typer.Context) -> None:
    """Every annotation."""
    columns = ("id", "day", "text", "channel_name", "metric")
    show(context, to_plain(remarks.every(current_actor(context))), columns=columns)


@app.command()
def annotate(
    context: typer.Context,
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])],
    text: str,
    channel: Annotated[UUID | None, typer.Option(help="Only in its charts.")] = None,
    metric: Annotated[str, typer.Option(help="Only in this KPI's charts.")] = "",
) -> None:
    """Note what happened on a day."""
    made = actions.annotate(
        current_actor(context), day=day.date(), text=text, channel_id=channel, metric=metric
    )
    show(context, {"id": made.id, "day": made.day, "text": made.text})


@app.command("delete-annotation")
def delete_annotation(context: typer.Context, annotation_id: UUID) -> None:
    """Delete an annotation."""
    actions.delete_annotation(current_actor(context), annotation_id)


@app.command("restore-annotation")
def restore_annotation(context: typer.Context, annotation_id: UUID) -> None:
    """Bring a deleted annotation back, within a day."""
    actions.restore_annotation(current_actor(context), annotation_id)


@app.command()
def views(context: typer.Context) -> None:
    """The saved views."""
    rows = [
        {"id": one.id, "name": one.name, "is_shared": one.is_shared, "board": one.asked.kind.value}
        for one in saved.views(current_actor(context))
    ]
    show(context, rows)


@app.command()
def schedules(context: typer.Context) -> None:
    """The reports that go out by e-mail."""
    columns = ("id", "name", "when", "time_zone", "formats", "next_due_at", "paused_at")
    rows = [to_plain(one) for one in mailings.schedules(current_actor(context))]
    show(context, rows, columns=columns)


@app.command("pause")
def pause_schedule(context: typer.Context, schedule_id: UUID) -> None:
    """Send nothing until it is resumed."""
    actions.pause_schedule(current_actor(context), schedule_id)


@app.command("resume")
def resume_schedule(context: typer.Context, schedule_id: UUID) -> None:
    """Go on from the next due time."""
    actions.resume_schedule(current_actor(context), schedule_id)


@app.command("test")
def send_test(context: typer.Context, schedule_id: UUID) -> None:
    """Send a report to oneself."""
    actions.send_test(current_actor(context), schedule_id)


def _date(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
