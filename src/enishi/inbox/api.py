"""REST: conversations."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from enishi.inbox import actions, queries
from enishi.inbox.core.states import ConversationState
from enishi.inbox.queries import Filters, Row, Said, Thread

router = Router(tags=["Inbox"])


class ConversationOut(Schema):
    id: UUID
    channel_id: UUID
    channel_name: str
    kind: str
    state: str
    person_key: str
    person_name: str
    person_handle: str
    person_url: str
    unread: int
    version: int
    assignee_id: UUID | None
    assignee_name: str
    function: str
    last_text: str
    last_is_ours: bool
    last_message_at: datetime
    has_trouble: bool

    @classmethod
    def of(cls, row: Row) -> ConversationOut:
        return cls(**asdict(row))


class ConversationsOut(Schema):
    items: list[ConversationOut]
    cursor: str


class MessageOut(Schema):
    id: UUID
    is_ours: bool
    kind: str
    author_name: str
    author_handle: str
    text: str
    url: str
    published: datetime
    withdrawn: bool
    activity_id: UUID | None
    sending: str
    delivery_id: UUID | None
    problem: str

    @classmethod
    def of(cls, said: Said) -> MessageOut:
        return cls(**asdict(said) | {"sending": said.sending.value})


class NoteOut(Schema):
    id: UUID
    author_name: str
    text: str
    created_at: datetime


class ThreadOut(Schema):
    conversation: ConversationOut
    root_id: str
    messages: list[MessageOut]
    notes: list[NoteOut]

    @classmethod
    def of(cls, thread: Thread) -> ThreadOut:
        return cls(
            conversation=ConversationOut.of(thread.conversation),
            root_id=thread.root_id,
            messages=[MessageOut.of(one) for one in thread.messages],
            notes=[NoteOut(**asdict(one)) for one in thread.notes],
        )


class CountsOut(Schema):
    new: int
    pending: int
    resolved: int
    unread: int
    mine: int
    unassigned: int


class ReplyIn(Schema):
    text: str
    seen_version: int | None = None
    """The `version` of the conversation that the writer saw; leave out to skip the check."""
    force: bool = False
    message_id: UUID | None = None


class AssignIn(Schema):
    user_id: UUID | None = None


class NoteIn(Schema):
    text: str


class StateIn(Schema):
    conversation_ids: list[UUID]
    state: ConversationState


class ReadIn(Schema):
    conversation_ids: list[UUID]


class ChangedOut(Schema):
    changed: int


@router.get("/inbox/conversations", response=ConversationsOut)
def list_conversations(  # noqa: PLR0913 - each filter is a parameter of the address
    request: HttpRequest,
    state: str = "",
    channel_id: UUID | None = None,
    assignee: str = "",
    kind: str = "",
    text: str = "",
    cursor: str = "",
    *,
    unread: bool = False,
    trouble: bool = False,
    limit: int = queries.PAGE,
) -> Any:
    """Conversations, the newest message first. `state` may be `open`, `assignee` `me`/`none`."""
    filters = Filters(state, channel_id, assignee, unread, trouble, kind, text)
    page = queries.conversations(request.actor, filters, cursor=cursor, limit=limit)  # type: ignore[attr-defined]
    items = [ConversationOut.of(row) for row in page.rows]
    return ConversationsOut(items=items, cursor=page.cursor)


@router.get("/inbox/counts", response=CountsOut)
def counts(request: HttpRequest) -> Any:
    """How much waits."""
    return asdict(queries.counts(request.actor))  # type: ignore[attr-defined]


@router.get("/inbox/conversations/{conversation_id}", response=ThreadOut)
def get_conversation(request: HttpRequest, conversation_id: UUID) -> Any:
    """A conversation with its messages and notes."""
    return ThreadOut.of(queries.thread(request.actor, conversation_id))  # type: ignore[attr-defined]


@router.post("/inbox/conversations/{conversation_id}/replies", response={201: ThreadOut})
def reply(request: HttpRequest, conversation_id: UUID, body: ReplyIn) -> Any:
    """Answer. With `seen_version`, 409 when somebody answered since; `force` goes on."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.reply(actor, conversation_id=conversation_id, **body.dict())
    return Status(201, ThreadOut.of(queries.thread(actor, conversation_id)))


@router.post("/inbox/messages/{message_id}/retry", response=ThreadOut)
def retry(request: HttpRequest, message_id: UUID) -> Any:
    """Send an answer again that failed, or look for one of unknown outcome."""
    actor = request.actor  # type: ignore[attr-defined]
    message = actions.retry_reply(actor, message_id=message_id)
    return ThreadOut.of(queries.thread(actor, message.conversation_id))


@router.post("/inbox/conversations/{conversation_id}/notes", response={201: ThreadOut})
def add_note(request: HttpRequest, conversation_id: UUID, body: NoteIn) -> Any:
    """Leave a note for colleagues."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.add_note(actor, conversation_id=conversation_id, text=body.text)
    return Status(201, ThreadOut.of(queries.thread(actor, conversation_id)))


@router.put("/inbox/conversations/{conversation_id}/assignee", response=ThreadOut)
def assign(request: HttpRequest, conversation_id: UUID, body: AssignIn) -> Any:
    """Give a conversation to a colleague; null to nobody."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.assign(actor, conversation_id=conversation_id, user_id=body.user_id)
    return ThreadOut.of(queries.thread(actor, conversation_id))


class FunctionIn(Schema):
    """A function of the company: marketing, sales, service, hr, partners; empty: the channel's."""

    function: str = ""


@router.put("/inbox/conversations/{conversation_id}/function", response=ThreadOut)
def set_function(request: HttpRequest, conversation_id: UUID, body: FunctionIn) -> Any:
    """Say which function of the company a case serves."""
    actor = request.actor  # type: ignore[attr-defined]
    shown = ThreadOut.of(queries.thread(actor, conversation_id))
    actions.set_function(actor, conversation_id=conversation_id, function=body.function)
    shown.conversation.function = body.function
    return shown


@router.post("/inbox/state", response=ChangedOut)
def set_state(request: HttpRequest, body: StateIn) -> Any:
    """Resolve, park or reopen conversations."""
    return {"changed": actions.set_state(request.actor, **body.dict())}  # type: ignore[attr-defined]


@router.post("/inbox/read", response=ChangedOut)
def mark_read(request: HttpRequest, body: ReadIn) -> Any:
    """Mark conversations as read."""
    return {"changed": actions.mark_read(request.actor, **body.dict())}  # type: ignore[attr-defined]


@router.post("/inbox/conversations/{conversation_id}/unread", response=ThreadOut)
def mark_unread(request: HttpRequest, conversation_id: UUID) -> Any:
    """Mark a conversation as unread."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.mark_unread(actor, conversation_id=conversation_id)
    return ThreadOut.of(queries.thread(actor, conversation_id))
