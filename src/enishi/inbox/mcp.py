"""MCP: conversations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.inbox import actions, queries
from enishi.inbox.core.states import ConversationState
from enishi.inbox.queries import Filters
from enishi.kernel.surfaces import ToolServer


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    _register_reading(server, actor)
    _register_answering(server, actor)
    _register_sorting(server, actor)


def _register_reading(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def list_conversations(
        state: str = "open", text: str = "", assignee: str = "", cursor: str = ""
    ) -> Any:
        """Conversations, the newest message first.

        state: new, pending, resolved, open or empty. assignee: me, none, or a user's id.
        """
        filters = Filters(state=state, text=text, assignee=assignee)
        return queries.conversations(actor(), filters, cursor=cursor)

    @server.tool()
    def conversation(conversation_id: UUID) -> Any:
        """One conversation with all its messages and the notes of colleagues."""
        return queries.thread(actor(), conversation_id)

    @server.tool()
    def inbox_counts() -> Any:
        """How many conversations wait."""
        return queries.counts(actor())


def _register_answering(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def reply_to_conversation(
        conversation_id: UUID, text: str, seen_version: int, *, force: bool = False
    ) -> Any:
        """Answer in public. Ask the person before you send.

        seen_version: the version of the conversation that you read; if somebody answered
        since, this is refused. force sends anyway.
        """
        actions.reply(
            actor(),
            conversation_id=conversation_id,
            text=text,
            seen_version=seen_version,
            force=force,
        )
        return queries.thread(actor(), conversation_id)

    @server.tool()
    def retry_reply(message_id: UUID) -> Any:
        """Send an answer again that failed, or look for one whose outcome is unknown."""
        message = actions.retry_reply(actor(), message_id=message_id)
        return queries.thread(actor(), message.conversation_id)


def _register_sorting(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def set_conversation_state(
        conversation_ids: list[UUID], state: ConversationState
    ) -> dict[str, int]:
        """Resolve (resolved), park (pending) or reopen (new) conversations."""
        changed = actions.set_state(actor(), conversation_ids=conversation_ids, state=state)
        return {"changed": changed}

    @server.tool()
    def mark_conversations_read(conversation_ids: list[UUID]) -> dict[str, int]:
        """Mark conversations as read."""
        return {"changed": actions.mark_read(actor(), conversation_ids=conversation_ids)}

    @server.tool()
    def assign_conversation(conversation_id: UUID, user_id: UUID | None = None) -> Any:
        """Give a conversation to a colleague; without user_id to nobody."""
        actions.assign(actor(), conversation_id=conversation_id, user_id=user_id)
        return queries.thread(actor(), conversation_id).conversation

    @server.tool()
    def add_conversation_note(conversation_id: UUID, text: str) -> Any:
        """Leave a note for colleagues; nobody outside reads it."""
        actions.add_note(actor(), conversation_id=conversation_id, text=text)
        return queries.thread(actor(), conversation_id).notes
