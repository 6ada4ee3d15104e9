"""`enishi workspace …`: workspaces, members, tokens."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts import actions, queries
from enishi.accounts.models import Workspace
from enishi.accounts.terminal import current_actor, show

COMMAND = "workspace"
app = typer.Typer(no_args_is_help=True, help="Workspaces, members and API tokens.")


@app.command("list")
def list_workspaces(context: typer.Context) -> None:
    """All workspaces of this installation."""
    rows = Workspace.objects.order_by("name")
    fields = ("slug", "name", "language", "time_zone", "is_sample")
    show(context, [{name: getattr(row, name) for name in fields} for row in rows])


@app.command()
def create(
    context: typer.Context,
    name: str,
    language: Annotated[str, typer.Option(help="ja or en.")] = "en",
    time_zone: Annotated[str, typer.Option(help="For example Asia/Tokyo.")] = "UTC",
) -> None:
    """Make a workspace owned by the first user."""
    made = actions.create_workspace(
        actions.first_user(), name=name, language=language, time_zone=time_zone
    )
    show(context, {"slug": made.slug, "name": made.name, "id": made.pk})


@app.command()
def members(context: typer.Context) -> None:
    """Who belongs to the workspace."""
    rows = queries.members(current_actor(context))
    show(
        context,
        [
            {
                "id": m.pk,
                "email": m.user.email,
                "name": m.user.name,
                "role": m.role,
                "functions": " ".join(m.functions),
            }
            for m in rows
        ],
    )


@app.command()
def invite(
    context: typer.Context,
    email: str,
    role: str,
    name: str = "",
    function: Annotated[
        list[str] | None, typer.Option(help="Confine them to it: hr, sales, …; may be repeated.")
    ] = None,
) -> None:
    """Add a member; prints the link with which they sign in."""
    membership, link = actions.invite_member(
        current_actor(context), email=email, name=name, role=role, functions=function or ()
    )
    show(context, {"id": membership.pk, "role": membership.role, "link": link})


@app.command()
def token(
    context: typer.Context,
    name: str,
    scope: Annotated[list[str], typer.Option(help="A permission; may be repeated.")],
    days: Annotated[int, typer.Option(help="0: until revoked.")] = 90,
) -> None:
    """Make an API token; its secret is printed this once."""
    made = actions.create_token(current_actor(context), name=name, scopes=scope, days=days or None)
    show(context, {"id": made.token.pk, "secret": made.secret, "scopes": made.token.scopes})


@app.command("revoke-token")
def revoke_token(context: typer.Context, token_id: UUID) -> None:
    """End an API token at once."""
    actions.revoke_token(current_actor(context), token_id)
