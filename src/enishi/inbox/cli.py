"""`enishi inbox …`: read, answer and sort conversations."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts.terminal import current_actor, show
from enishi.inbox import actions, queries
from enishi.inbox.core.states import ConversationState
from enishi.inbox.queries import Filters

COMMAND = "inbox"
app = typer.Typer(no_args_is_help=True, help="Conversations: read, answer, sort.")

_COLUMNS = ("id", "state", "unread", "person_name", "channel_name", "last_message_at", "last_text")
_Ids = Annotated[list[UUID], typer.Argument(help="Conversations.")]


@app.command("list")
def list_conversations(  # noqa: PLR0913 - each filter is an option
    context: typer.Context,
    state: Annotated[str, typer.Option(help="new, pending, resolved, open or empty.")] = "open",
    text: Annotated[str, typer.Option(help="Words, name or handle.")] = "",
    assignee: Annotated[str, typer.Option(help="me, none or a user's id.")] = "",
    kind: Annotated[str, typer.Option(help="reply, mention or quote.")] = "",
    channel: Annotated[UUID | None, typer.Option(help="A channel's id.")] = None,
    cursor: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
    *,
    unread: Annotated[bool, typer.Option("--unread", help="Unread only.")] = False,
    trouble: Annotated[bool, typer.Option("--trouble", help="With answers not sent.")] = False,
    limit: int = queries.PAGE,
) -> None:
    """Conversations, the newest message first."""
    filters = Filters(state, channel, assignee, unread, trouble, kind, text)
    page = queries.conversations(current_actor(context), filters, cursor=cursor, limit=limit)
    show(context, page.rows, columns=_COLUMNS)


@app.command()
def counts(context: typer.Context) -> None:
    """How much waits."""
    show(context, queries.counts(current_actor(context)))


@app.command("show")
def show_conversation(context: typer.Context, conversation_id: UUID) -> None:
    """A conversation with its messages and notes."""
    show(context, queries.thread(current_actor(context), conversation_id))


@app.command()
def reply(
    context: typer.Context,
    conversation_id: UUID,
    text: str,
    seen_version: Annotated[
        int | None, typer.Option(help="Refuse if somebody answered since this version.")
    ] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Send it anyway.")] = False,
) -> None:
    """Answer the newest message of a conversation."""
    message = actions.reply(
        current_actor(context),
        conversation_id=conversation_id,
        text=text,
        seen_version=seen_version,
        force=force,
    )
    show(context, {"message": message.id, "delivery": message.delivery_id})


@app.command()
def retry(context: typer.Context, message_id: UUID) -> None:
    """Send an answer again that failed, or look for one of unknown outcome."""
    actions.retry_reply(current_actor(context), message_id=message_id)


@app.command()
def note(context: typer.Context, conversation_id: UUID, text: str) -> None:
    """Leave a note for colleagues."""
    made = actions.add_note(current_actor(context), conversation_id=conversation_id, text=text)
    show(context, {"note": made.id})


@app.command()
def assign(
    context: typer.Context,
    conversation_id: UUID,
    user_id: Annotated[UUID | None, typer.Argument(help="Leave out for nobody.")] = None,
) -> None:
    """Give a conversation to a colleague."""
    actions.assign(current_actor(context), conversation_id=conversation_id, user_id=user_id)


@app.command()
def state(context: typer.Context, state: ConversationState, conversation_ids: _Ids) -> None:
    """Resolve, park (pending) or reopen (new) conversations."""
    changed = actions.set_state(
        current_actor(context), conversation_ids=conversation_ids, state=state
    )
    show(context, {"changed": changed})


@app.command()
def read(context: typer.Context, conversation_ids: _Ids) -> None:
    """Mark conversations as read."""
    changed = actions.mark_read(current_actor(context), conversation_ids=conversation_ids)
    show(context, {"changed": changed})


@app.command()
def unread(context: typer.Context, conversation_id: UUID) -> None:
    """Mark a conversation as unread."""
    actions.mark_unread(current_actor(context), conversation_id=conversation_id)
