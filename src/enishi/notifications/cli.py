"""`enishi notification …`: what a person was told, and what they want to be told."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts.terminal import current_actor, show
from enishi.notifications import actions, queries
from enishi.notifications.core.kinds import Choice, Kind, Mail

COMMAND = "notification"
app = typer.Typer(no_args_is_help=True, help="Notifications: read, mark, choose.")

_COLUMNS = ("id", "unread", "count", "last_at", "title", "path")


@app.command("list")
def list_notifications(
    context: typer.Context,
    cursor: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
    *,
    unread: Annotated[bool, typer.Option("--unread", help="Unread only.")] = False,
    limit: int = queries.PAGE,
) -> None:
    """What you were told, the latest first."""
    page = queries.listed(current_actor(context), unread_only=unread, cursor=cursor, limit=limit)
    show(context, page.items, columns=_COLUMNS)


@app.command()
def read(
    context: typer.Context,
    notification_ids: Annotated[
        list[UUID] | None, typer.Argument(help="Leave out for all.")
    ] = None,
) -> None:
    """Mark notifications as read."""
    changed = actions.mark_read(current_actor(context), notification_ids=notification_ids or None)
    show(context, {"changed": changed})


@app.command()
def preferences(context: typer.Context) -> None:
    """What you are told, and how."""
    chosen = queries.choices(current_actor(context))
    rows = [
        {"kind": kind.value, "in_app": choice.in_app, "mail": choice.mail.value}
        for kind, choice in chosen.items()
    ]
    show(context, rows)


@app.command()
def choose(
    context: typer.Context,
    kind: Kind,
    mail: Annotated[Mail, typer.Option(help="off, each or daily.")],
    *,
    in_app: Annotated[bool, typer.Option(help="Show it in the product.")] = True,
) -> None:
    """Choose how you are told one kind of news."""
    actions.choose(current_actor(context), choices={kind: Choice(in_app=in_app, mail=mail)})
    preferences(context)
