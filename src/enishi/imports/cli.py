"""`enishi imports …`: bring in files from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from enishi.accounts.terminal import current_actor, session, show
from enishi.imports import actions, queries
from enishi.imports.actions import TableChoices
from enishi.imports.core.states import ImportState
from enishi.imports.models import ImportJob
from enishi.imports.running import Progress as Report
from enishi.kernel.errors import InvalidInputError

app = typer.Typer(no_args_is_help=True, help="Bring in archives, repositories and CSV files.")

_COLUMNS = ("id", "name", "kind", "state", "good", "bad", "new", "known")
_SHOWN_PROBLEMS = 20


@contextmanager
def _bar(label: str, *, hidden: bool) -> Iterator[Report]:
    """A progress bar on standard error; scripts that ask for JSON see none."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=hidden) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda fraction: bar.update(task, completed=fraction)


@app.command()
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    kind: Annotated[str, typer.Option(help="Only when the guess is wrong.")] = "",
    channel: Annotated[str, typer.Option(help="Identifier of the channel.")] = "",
    column: Annotated[list[str] | None, typer.Option(help="field=header; repeatable.")] = None,
    only_good: Annotated[bool, typer.Option(help="Leave bad rows out.")] = False,  # noqa: FBT002
    check_only: Annotated[bool, typer.Option(help="Do not import yet.")] = False,  # noqa: FBT002
) -> None:
    """Check a file and import it. Stops before importing when rows have problems."""
    actor, hidden = current_actor(context), session(context).as_json
    with file.open("rb") as content, _bar(_("Checking"), hidden=hidden) as report:
        job = actions.upload_import(
            actor,
            name=file.name,
            content=content,
            kind=kind,
            channel_id=_identifier(channel),
            progress=report,
        )
        if column:
            job = actions.set_mapping(actor, job.pk, fields=_pairs(column), progress=report)
    if not check_only and job.state == ImportState.PREVIEWED:
        _confirm(context, job, only_good=only_good)
    _show(context, job.pk)


def _confirm(context: typer.Context, job: ImportJob, *, only_good: bool) -> None:
    actor, hidden = current_actor(context), session(context).as_json
    if job.bad and not only_good:
        _print_problems(context, job.pk)
    with _bar(_("Importing"), hidden=hidden) as report:
        actions.confirm_import(actor, job.pk, only_good=only_good, progress=report)


def _show(context: typer.Context, job_id: UUID) -> None:
    summary = queries.one(current_actor(context), job_id)
    show(context, summary)
    if summary.state == ImportState.FAILED:
        raise InvalidInputError(summary.message, remedy=summary.remedy)


def _print_problems(context: typer.Context, job_id: UUID) -> None:
    found = queries.problems(current_actor(context), job_id, limit=_SHOWN_PROBLEMS)
    for problem in found:
        place = f"{problem.row}" + (f" ({problem.field})" if problem.field else "")
        typer.echo(f"{place}: {problem.message} {problem.remedy}", err=True)


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidInputError(_("There is no such channel."), field="channel") from error


def _pairs(columns: list[str]) -> dict[str, str]:
    pairs = {}
    for column in columns:
        name, sign, header = column.partition("=")
        if not sign:
            raise InvalidInputError(
                _("“%s” is not of the form field=header.") % column, field="column"
            )
        pairs[name.strip()] = header.strip()
    return pairs


@app.command("list")
def list_imports(context: typer.Context) -> None:
    """The newest imports."""
    show(context, queries.imports(current_actor(context)), columns=_COLUMNS)


@app.command("show")
def show_import(context: typer.Context, import_id: UUID) -> None:
    """One import: state, counts, preview, problems."""
    show(context, queries.detail(current_actor(context), import_id))


@app.command()
def problems(context: typer.Context, import_id: UUID) -> None:
    """The rows that cannot be used, and what to do about each."""
    show(context, queries.problems(current_actor(context), import_id))


@app.command("map")
def set_mapping(
    context: typer.Context,
    import_id: UUID,
    column: Annotated[list[str] | None, typer.Option(help="field=header; repeatable.")] = None,
    encoding: str = "",
    delimiter: str = "",
    date_order: Annotated[str, typer.Option(help="ymd, mdy or dmy.")] = "",
) -> None:
    """Say which column holds what, and check again."""
    choices = TableChoices("", encoding, delimiter.replace("\\t", "\t"), date_order)
    with _bar(_("Checking"), hidden=session(context).as_json) as report:
        actions.set_mapping(
            current_actor(context),
            import_id,
            fields=_pairs(column) if column else None,
            choices=choices,
            progress=report,
        )
    _show(context, import_id)


@app.command()
def confirm(
    context: typer.Context,
    import_id: UUID,
    only_good: Annotated[bool, typer.Option(help="Leave bad rows out.")] = False,  # noqa: FBT002
) -> None:
    """Import a file that was checked."""
    with _bar(_("Importing"), hidden=session(context).as_json) as report:
        actions.confirm_import(
            current_actor(context), import_id, only_good=only_good, progress=report
        )
    _show(context, import_id)


@app.command()
def cancel(context: typer.Context, import_id: UUID) -> None:
    """Give an import up."""
    actions.cancel_import(current_actor(context), import_id)
    _show(context, import_id)
