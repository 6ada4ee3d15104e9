"""`enishi webhook …`: telling other programs what happened."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts.terminal import current_actor, show, to_plain
from enishi.webhooks import actions, queries

COMMAND = "webhook"
app = typer.Typer(no_args_is_help=True, help="Webhooks: add, test, look at the log.")

_Events = Annotated[list[str] | None, typer.Option("--event", help="Leave out for all.")]
_COLUMNS = ("id", "state", "url", "description", "events")


@app.command("list")
def list_webhooks(context: typer.Context) -> None:
    """The workspace's webhooks."""
    show(context, queries.endpoints(current_actor(context)), columns=_COLUMNS)


@app.command()
def events(context: typer.Context) -> None:
    """What can be subscribed to."""
    show(context, queries.event_types())


@app.command()
def add(context: typer.Context, url: str, event: _Events = None, description: str = "") -> None:
    """Add a webhook. Its secret is printed once."""
    made = actions.add_endpoint(
        current_actor(context), url=url, events=event or (), description=description
    )
    show(context, {"id": made.endpoint.id, "url": made.endpoint.url, "secret": made.secret})


@app.command()
def change(
    context: typer.Context,
    webhook_id: UUID,
    url: str | None = None,
    event: _Events = None,
    description: str | None = None,
) -> None:
    """Change a webhook; what is left out stays."""
    actor = current_actor(context)
    actions.change_endpoint(
        actor, endpoint_id=webhook_id, url=url, events=event, description=description
    )
    show(context, queries.endpoint(actor, endpoint_id=webhook_id))


@app.command()
def remove(context: typer.Context, webhook_id: UUID) -> None:
    """Remove a webhook with its log."""
    actions.remove_endpoint(current_actor(context), endpoint_id=webhook_id)


@app.command()
def pause(context: typer.Context, webhook_id: UUID) -> None:
    """Tell it nothing for the while."""
    actions.pause(current_actor(context), endpoint_id=webhook_id)


@app.command()
def resume(context: typer.Context, webhook_id: UUID) -> None:
    """Tell it again, also what still waits."""
    actions.resume(current_actor(context), endpoint_id=webhook_id)


@app.command()
def rotate(context: typer.Context, webhook_id: UUID) -> None:
    """Make a new secret, printed once; the old one signs for another day."""
    made = actions.rotate_secret(current_actor(context), endpoint_id=webhook_id)
    show(context, {"secret": made.secret, "old_until": made.endpoint.previous_until})


@app.command("test")
def send_test(context: typer.Context, webhook_id: UUID) -> None:
    """Send a test event."""
    sending = actions.send_test(current_actor(context), endpoint_id=webhook_id)
    show(context, {"message": sending.id})


@app.command("log")
def show_log(
    context: typer.Context,
    webhook_id: UUID,
    state: Annotated[str, typer.Option(help="waiting, sending, delivered or failed.")] = "",
    cursor: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
) -> None:
    """What it was told, the newest first, with the last call of each."""
    actor = current_actor(context)
    page = queries.sendings(actor, endpoint_id=webhook_id, state=state, cursor=cursor)
    show(context, [_line(item) for item in page.items])


def _line(item: queries.SendingView) -> dict[str, object]:
    last = item.calls[0] if item.calls else None
    return {
        "id": item.id,
        "type": item.type,
        "state": item.state,
        "calls": len(item.calls),
        "last": (last.status or last.problem) if last else "",
        "next_at": to_plain(item.next_at),
    }


@app.command()
def resend(context: typer.Context, message_id: UUID) -> None:
    """Send one event once more."""
    actions.resend(current_actor(context), sending_id=message_id)
