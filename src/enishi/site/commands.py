"""Commands of the whole: running, signing in, workspaces, the assistant's server."""

from __future__ import annotations

import json
import os

import typer
from django.core.management import call_command
from django.utils.translation import gettext as _

from enishi import __version__
from enishi.accounts import actions, queries
from enishi.accounts.terminal import current_actor
from enishi.jobs.carriers import cli as carriers
from enishi.kernel.errors import NotFoundError
from enishi.site.environment import Environment
from enishi.site.supervisor import web_command


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to the root."""
    app.command()(version)
    app.command()(migrate)
    app.command()(run)
    app.command()(web)
    app.command("sign-in-link")(sign_in_link)
    app.command()(mcp)
    app.command()(openapi)
    app.add_typer(carriers.app, name="carrier")


def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def migrate() -> None:
    """Bring the database to the newest form."""
    call_command("migrate", interactive=False, verbosity=0)


def run() -> None:
    """Start web and worker, and stop both on Ctrl-C."""
    from enishi.site import run as supervisor  # noqa: PLC0415 - only this command supervises

    raise typer.Exit(supervisor.run())


def web() -> None:
    """Serve the pages only, until SIGTERM; workers are started beside it."""
    words = web_command(Environment.read())
    os.execv(words[0], words)  # noqa: S606 - our own command


def sign_in_link(email: str = typer.Argument("", help="Whose; empty: the first user.")) -> None:
    """Print a link that signs a person in once."""
    user = queries.user_by_email(email) if email else actions.first_user()
    if user is None:
        raise NotFoundError(_("Nobody has this e-mail address."))
    typer.echo(actions.sign_in_link(user))


def mcp(context: typer.Context) -> None:
    """Serve an assistant on standard input and output (Model Context Protocol)."""
    from enishi.site.mcp import build  # noqa: PLC0415 - only this command needs the protocol

    actor = current_actor(context)
    build(lambda: actor).run("stdio")


def openapi() -> None:
    """Print the description of the REST surface (OpenAPI)."""
    from enishi.site.api import api  # noqa: PLC0415 - loads every router

    typer.echo(json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2, default=str))
