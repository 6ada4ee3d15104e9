"""`enishi carrier …`: the fleet that a carrier brings deliveries to."""

from __future__ import annotations

import os
import socket
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from enishi.jobs import carriers
from enishi.jobs.carriers.handovers import THREADS
from enishi.jobs.checks import refuse_bad_settings
from enishi.kernel.errors import ConflictError

app = typer.Typer(help="The fleet that sends what a carrier brings.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """The fleet that sends what a carrier brings (ENISHI_CARRIER=celery)."""


@app.command()
def worker(
    threads: Annotated[int, typer.Option(help="Deliveries in hand at a time.")] = THREADS,
    name: Annotated[str, typer.Option(help="Name among the fleet; empty: made up.")] = "",
) -> None:
    """Send what the carrier brings, until SIGTERM or Ctrl-C; then finish what is in hand."""
    refuse_bad_settings()
    if carriers.is_embedded():
        raise ConflictError(
            _("No carrier is chosen: `enishi worker` does everything itself."),
            remedy=_("Set ENISHI_CARRIER=celery and ENISHI_CARRIER_URL."),
        )
    from enishi.jobs.carriers.celery_app import app as celery  # noqa: PLC0415 - an optional library

    unique = name or f"enishi-{os.getpid()}@{socket.gethostname()}"
    options = ["--pool", "threads", "--concurrency", str(threads), "--loglevel", "WARNING"]
    alone = ["--without-gossip", "--without-mingle"]
    celery.worker_main(["worker", *options, *alone, "--hostname", unique])
