"""The root of the command line: `enishi …`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import django
import typer
from django.utils import translation

from enishi.kernel.errors import EnishiError

LANGUAGES = {"ja", "en"}


def _language(asked: str) -> str:
    """The language asked for, else that of the terminal's locale."""
    terminal = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    chosen = asked or terminal[:2]
    return chosen if chosen in LANGUAGES else "en"


def build() -> typer.Typer:
    """All commands: those of the slices and those of the site."""
    from enishi.accounts.terminal import Session  # noqa: PLC0415 - after django.setup()
    from enishi.site import commands  # noqa: PLC0415 - after django.setup()
    from enishi.site.discovery import surfaces  # noqa: PLC0415 - after django.setup()

    app = typer.Typer(
        name="enishi",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Enishi (縁): the whole social media work of a company in one place.",
    )

    @app.callback()
    def options(
        context: typer.Context,
        workspace: Annotated[str, typer.Option(help="Slug of the workspace.")] = "",
        email: Annotated[str, typer.Option("--as", help="E-mail address of who acts.")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
        language: Annotated[str, typer.Option(help="ja or en.")] = "",
    ) -> None:
        translation.activate(_language(language))
        context.obj = Session(workspace=workspace, email=email, as_json=as_json)

    for name, module in surfaces("cli"):
        app.add_typer(module.app, name=getattr(module, "COMMAND", name))
    commands.add_to(app)
    return app


def main() -> None:
    """Run a command. Refusals are printed and give their own exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    django.setup()
    try:
        build()(standalone_mode=True)
    except EnishiError as error:
        typer.echo(f"{error.field + ': ' if error.field else ''}{error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
