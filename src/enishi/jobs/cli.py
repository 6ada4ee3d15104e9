"""`enishi worker`: the process that does the background work."""

from __future__ import annotations

import typer

from enishi.jobs import worker
from enishi.jobs.checks import refuse_bad_settings

COMMAND = "worker"
app = typer.Typer(invoke_without_command=True, help="Do the background work until Ctrl-C.")


@app.callback()
def work() -> None:
    """Publish, read channels and tidy up, until SIGTERM or Ctrl-C; then finish what is in hand.

    Any number of workers may run, on any number of machines, when the database is PostgreSQL.
    """
    refuse_bad_settings()
    worker.run()
