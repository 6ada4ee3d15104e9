"""`enishi sample …`: a workspace to look around in."""

from __future__ import annotations

import typer

from enishi.accounts import actions as accounts
from enishi.accounts import queries
from enishi.accounts.terminal import current_actor, session, show
from enishi.sample import actions

COMMAND = "sample"
app = typer.Typer(no_args_is_help=True, help="A workspace with sample data.")


@app.command()
def create(context: typer.Context) -> None:
    """Make the sample workspace for --as, or for the first user."""
    email = session(context).email
    user = queries.user_by_email(email) if email else None
    made = actions.create_sample(user or accounts.first_user())
    show(context, {"slug": made.slug, "name": made.name, "id": made.pk})


@app.command()
def delete(context: typer.Context) -> None:
    """Delete the sample workspace (--workspace) with everything in it."""
    actions.delete_sample(current_actor(context))
