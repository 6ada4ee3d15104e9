"""`enishi log …`: reading the log, recording events, and looking after its files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts.permissions import Permission
from enishi.accounts.terminal import current_actor, show
from enishi.activities import actions, compactor, noting, queries, sealer
from enishi.activities.events import Direction
from enishi.activities.explorer import Filters
from enishi.kernel.errors import InvalidInputError

COMMAND = "log"
app = typer.Typer(no_args_is_help=True, help="The activity log.")

_COLUMNS = ("id", "occurred_at", "type", "direction", "actor_name", "text")


@app.command("list")
def list_activities(  # noqa: PLR0913, PLR0917 - options of a command
    context: typer.Context,
    text: str = "",
    person: str = "",
    type_: Annotated[list[str] | None, typer.Option("--type", help="May be repeated.")] = None,
    direction: Annotated[Direction | None, typer.Option()] = None,
    first: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    last: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    before: Annotated[str, typer.Option(help="Cursor: the last id already seen.")] = "",
    limit: int = 50,
) -> None:
    """The newest activities that match. Days are UTC."""
    filters = Filters(
        text=text,
        types=tuple(type_ or ()),
        direction=direction,
        person=person,
        first=first.date() if first else None,
        last=last.date() if last else None,
    )
    page = queries.page(current_actor(context), filters, before=before, limit=limit)
    rows = [{name: getattr(row, name) for name in _COLUMNS} for row in page.rows]
    show(context, rows, columns=_COLUMNS)


@app.command("show")
def show_activity(context: typer.Context, activity_id: UUID) -> None:
    """One activity with its document."""
    row = queries.activity(current_actor(context), activity_id)
    columns = (*_COLUMNS, "channel_id", "source", "key", "object_key", "target_key", "document")
    show(context, {name: getattr(row, name) for name in columns})


@app.command()
def record(  # noqa: PLR0913, PLR0917 - options of a command
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=", ".join(actions.MANUAL_TYPES))],
    key: Annotated[str, typer.Option(help="Makes it safe to send twice.")] = "",
    at: Annotated[str, typer.Option(help="ISO 8601 with a zone; now if empty.")] = "",
    person: str = "",
    about: Annotated[str, typer.Option(help="What was searched, bought or viewed.")] = "",
    text: str = "",
    amount: Annotated[int | None, typer.Option(help="In minor units.")] = None,
    currency: str = "",
) -> None:
    """Record a search, a purchase, a lead or the like."""
    event = actions.Event(
        kind=kind,
        occurred_at=_moment(at),
        key=key,
        actor_key=person,
        object_key=about,
        text=text,
        amount=amount,
        currency=currency,
    )
    identifier, new = actions.record_event(current_actor(context), event)
    show(context, {"id": identifier, "new": new})


@app.command()
def note(
    context: typer.Context,
    metric: Annotated[str, typer.Argument(help=", ".join(noting.NOTABLE))],
    value: float,
    subject: Annotated[str, typer.Option(help="What it is about; again corrects it.")] = "",
    at: Annotated[str, typer.Option(help="ISO 8601 with a zone; now if empty.")] = "",
    channel: Annotated[UUID | None, typer.Option()] = None,
) -> None:
    """Note a number that no network tells: what was spent, earned, answered."""
    found = noting.Note(metric, value, subject, _moment(at), channel)
    show(context, {"subject": noting.note_number(current_actor(context), found)})


def _moment(written: str) -> datetime | None:
    if not written:
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidInputError(
            f"{written!r} is not a time.", field="at", remedy="2026-04-01T09:00:00+09:00"
        ) from error


@app.command()
def erase(
    context: typer.Context,
    actor_key: str,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """Forget a person."""
    if not yes:
        typer.confirm(f"Erase {actor_key} from the log for good?", abort=True)
    show(context, {"deleted": actions.erase_person(current_actor(context), actor_key)})


@app.command()
def seal(context: typer.Context) -> None:
    """Move all hot rows of the installation into sealed files."""
    _operator(context)
    show(context, {"sealed": sealer.seal_all()})


@app.command()
def compact(context: typer.Context) -> None:
    """Apply erasures and make one file of every month that has several."""
    _operator(context)
    show(context, {"rewritten": compactor.compact_fully(), "removed": compactor.sweep()})


@app.command()
def rebuild(context: typer.Context) -> None:
    """Make the daily sums of all sealed files anew."""
    _operator(context)
    show(context, {"segments": compactor.rebuild_rollups()})


def _operator(context: typer.Context) -> None:
    current_actor(context).require(Permission.WORKSPACE_MANAGE)
