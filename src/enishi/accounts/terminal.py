"""What every command of the CLI needs: who acts, and how results are printed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from enishi.accounts import queries
from enishi.accounts.models import Membership
from enishi.accounts.permissions import Actor, Role, Via
from enishi.kernel.errors import InvalidInputError, NotFoundError


@dataclasses.dataclass(slots=True)
class Session:
    """The options given before the command: `enishi --workspace … --as … --json …`."""

    workspace: str = ""
    email: str = ""
    as_json: bool = False


def session(context: typer.Context) -> Session:
    """The options of this call."""
    return context.ensure_object(Session)


def current_actor(context: typer.Context) -> Actor:
    """Who acts: --as or else an owner, in --workspace or else the only one.

    Whoever can run the command on this machine can read the data folder, so no password
    is asked; the person named by --as is held to their role.
    """
    chosen = session(context)
    rows = Membership.objects.select_related("workspace", "user").order_by("id")
    if chosen.workspace:
        rows = rows.filter(workspace__slug=chosen.workspace)
    if chosen.email:
        rows = rows.filter(user__email__iexact=chosen.email)
    else:
        rows = rows.filter(role=Role.OWNER)
    found = list(rows)
    if not found:
        raise NotFoundError(
            _("No such workspace or member."), remedy=_("See “enishi workspace list”.")
        )
    if len({membership.workspace_id for membership in found}) > 1:
        slugs = ", ".join(sorted({membership.workspace.slug for membership in found}))
        raise InvalidInputError(
            _("There are several workspaces."),
            field="workspace",
            remedy=_("Choose one with --workspace: %s.") % slugs,
        )
    return queries.actor(found[0], Via.CLI)


def show(context: typer.Context, data: object, *, columns: Sequence[str] = ()) -> None:
    """Print a value: as JSON with --json, else a table for rows and lines for one thing."""
    plain = to_plain(data)
    if session(context).as_json:
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    elif isinstance(plain, list):
        _print_rows(plain, columns)
    elif isinstance(plain, dict):
        for name, value in plain.items():
            typer.echo(f"{name}: {_cell(value)}")
    else:
        typer.echo(str(plain))


def to_plain(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """Dataclasses, dates, ids and lazy texts as JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Iterable):
        return [to_plain(item) for item in value]
    return str(value)


def _print_rows(rows: list[Any], columns: Sequence[str]) -> None:
    if not rows:
        typer.echo(_("Nothing here."))
        return
    names = columns or (list(rows[0]) if isinstance(rows[0], dict) else [])
    table = Table(*names, box=None, header_style="bold")
    for row in rows:
        cells = [row.get(name) for name in names] if isinstance(row, dict) else [row]
        table.add_row(*[_cell(cell) for cell in cells])
    Console().print(table)


def _cell(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "–" if value is None or value == "" else str(value)
