"""What channels read becomes conversations. Called inside the transaction of the reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from enishi.channels.models import Channel
from enishi.inbox.core.heard import Heard, foldable, hear, shortened, withdrawn
from enishi.inbox.core.states import ConversationState, state_after_heard
from enishi.inbox.core.threading import Board, Placed, ThreadKey, place
from enishi.inbox.core.threading import messages_of as messages_named_by
from enishi.inbox.core.threading import threads_of as threads_joined_by
from enishi.inbox.models import Conversation, Message
from enishi.jobs import bulk
from enishi.kernel import clock
from enishi.kernel.ids import new_id
from enishi.publishing.models import Delivery
from enishi.vocab import Node

_BATCH = 400
T = TypeVar("T")
Activities = Sequence[tuple[UUID, Node]]


def receive(channel: Channel, activities: Activities) -> None:
    """File what people said, and mark what they took back.

    1. Keep the acts that have words.
    2. Look up the messages and threads that they could belong to.
    3. Place each, open the conversations that are missing, add the messages.
    4. Bring each conversation's state, unread count and last words up to date.
    """
    heard = [one for known in activities if (one := hear(*known)) is not None]
    for batch in _batches(sorted(heard, key=lambda one: one.published)):
        _file(channel, batch)
    taken_back = [gone for _, node in activities if (gone := withdrawn(node))]
    for ids in _batches(taken_back):
        _withdraw(channel, ids)


def receive_own(channel: Channel, activities: Activities) -> None:
    """Add the answers that were given elsewhere, such as on the network's own site."""
    heard = [one for known in activities if (one := hear(*known)) and one.in_reply_to]
    for batch in _batches(heard):
        _adopt(channel, batch)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


# --- what people said ----------------------------------------------------------------------


def _file(channel: Channel, batch: Sequence[Heard]) -> None:
    placed = place(batch, _board(channel, batch), new_id)
    opened = [_opened(channel, one, one.opens) for one in placed if one.opens is not None]
    bulk.insert_models(Conversation, opened)
    bulk.insert_models(Message, [_message(channel, one) for one in placed])
    _bring_up_to_date(placed)


def _board(channel: Channel, batch: Sequence[Heard]) -> Board:
    return Board(
        by_message=_conversations_of(channel, messages_named_by(batch)),
        by_thread=_threads(channel, threads_joined_by(batch)),
    )


def _conversations_of(channel: Channel, remote_ids: set[str]) -> dict[str, UUID]:
    """The conversation of each message: ours are known by their delivery until read back."""
    stored = Message.objects.filter(channel=channel, remote_id__in=remote_ids)
    found = dict(stored.values_list("remote_id", "conversation_id"))
    delivered = Delivery.objects.filter(
        channel=channel, remote_id__in=remote_ids - set(found), inbox_message__isnull=False
    )
    found.update(delivered.values_list("remote_id", "inbox_message__conversation_id"))
    return found


def _threads(channel: Channel, keys: set[ThreadKey]) -> dict[ThreadKey, UUID]:
    rows = Conversation.objects.filter(
        channel=channel,
        root_id__in={root for root, _ in keys},
        person_key__in={person for _, person in keys},
    )
    return {(root, person): id_ for root, person, id_ in rows.values_list(*_THREAD)}


_THREAD = ("root_id", "person_key", "id")


def _opened(channel: Channel, placed: Placed, thread: ThreadKey) -> Conversation:
    heard, now = placed.heard, clock.now()
    return Conversation(
        id=placed.conversation_id,
        workspace_id=channel.workspace_id,
        channel=channel,
        root_id=thread[0],
        kind=heard.kind.value,
        person_key=heard.person.key,
        person_name=heard.person.name[:300],
        person_handle=heard.person.handle[:300],
        person_url=heard.person.url[:1000],
        person_avatar_url=heard.person.avatar_url[:1000],
        last_text=shortened(heard.text),
        last_message_at=heard.published,
        created_at=now,
        updated_at=now,
    )


def _message(channel: Channel, placed: Placed, *, is_ours: bool = False) -> Message:
    heard = placed.heard
    person = heard.person
    return Message(
        conversation_id=placed.conversation_id,
        channel=channel,
        remote_id=heard.remote_id,
        is_ours=is_ours,
        kind=heard.kind.value,
        author_key=person.key,
        author_name=person.name[:300],
        author_handle=person.handle[:300],
        author_avatar_url=person.avatar_url[:1000],
        text=heard.text,
        folded=foldable(f"{heard.text}\n{person.name}\n{person.handle}"),
        images=[dict(image) for image in heard.images],
        in_reply_to=heard.in_reply_to,
        url=heard.url[:1000],
        reference=dict(heard.reference),
        published=heard.published,
        activity_id=heard.activity_id,
    )


def _bring_up_to_date(placed: Sequence[Placed]) -> None:
    """Placed things come in the order of time, so the last one of each wins."""
    rows = _locked({one.conversation_id for one in placed})
    for one in placed:
        _hear_in(rows[one.conversation_id], one.heard)
    _store(rows.values())


def _hear_in(conversation: Conversation, heard: Heard) -> None:
    is_latest = heard.published >= conversation.last_message_at
    conversation.state = state_after_heard(
        ConversationState(conversation.state),
        is_latest=is_latest,
        last_is_ours=conversation.last_is_ours,
    ).value
    conversation.unread += 1
    if is_latest:
        _say_last(conversation, heard.text, heard.published, is_ours=False)


def _say_last(conversation: Conversation, text: str, at: datetime, *, is_ours: bool) -> None:
    conversation.last_text = shortened(text)
    conversation.last_message_at = at
    conversation.last_is_ours = is_ours


def _locked(ids: set[UUID]) -> dict[UUID, Conversation]:
    return Conversation.objects.select_for_update().in_bulk(ids)


def _store(rows: Iterable[Conversation]) -> None:
    now, changed = clock.now(), list(rows)
    for row in changed:
        row.updated_at = now
    values = attrgetter("id", *_CHANGING)
    bulk.update_rows(Conversation, ("id",), _CHANGING, map(values, changed))


_CHANGING = ("state", "unread", "last_text", "last_is_ours", "last_message_at", "updated_at")


# --- what was taken back -------------------------------------------------------------------


def _withdraw(channel: Channel, remote_ids: Sequence[str]) -> None:
    rows = _with_remote_ids(channel, remote_ids).filter(withdrawn_at=None)
    touched = set(rows.values_list("conversation_id", flat=True))
    rows.update(withdrawn_at=clock.now(), text="", folded="", images=[])
    for conversation in _locked(touched).values():
        _show_last(conversation)


def _with_remote_ids(channel: Channel, remote_ids: Sequence[str]) -> QuerySet[Message]:
    return Message.objects.filter(channel=channel, remote_id__in=remote_ids, is_ours=False)


# --- what we said elsewhere ----------------------------------------------------------------


def _adopt(channel: Channel, batch: Sequence[Heard]) -> None:
    """Own posts of the batch that answer something in the inbox become messages of ours."""
    known = _conversations_of(channel, messages_named_by(batch))
    _note_remote_ids(channel, batch)
    placed = [
        Placed(heard, known[heard.in_reply_to])
        for heard in sorted(batch, key=lambda one: one.published)
        if heard.remote_id not in known and heard.in_reply_to in known
    ]
    bulk.insert_models(Message, [_message(channel, one, is_ours=True) for one in placed])
    rows = _locked({one.conversation_id for one in placed})
    for one in placed:
        conversation = rows[one.conversation_id]
        if one.heard.published >= conversation.last_message_at:
            _say_last(conversation, one.heard.text, one.heard.published, is_ours=True)
            if conversation.state == ConversationState.NEW:
                conversation.state = ConversationState.PENDING.value
    _store(rows.values())


def _note_remote_ids(channel: Channel, batch: Sequence[Heard]) -> None:
    """Answers sent from here learn what the network calls them."""
    ids = [heard.remote_id for heard in batch]
    ours = Message.objects.filter(
        channel=channel, remote_id="", delivery__remote_id__in=ids
    ).select_related("delivery")
    for message in ours:
        message.remote_id = message.delivery.remote_id if message.delivery else ""
        message.save(update_fields=["remote_id"])


# --- who is to be forgotten ----------------------------------------------------------------


def forget(workspace_id: UUID, person_key: str) -> None:
    """Remove a person's conversations, and what they said in those of others."""
    Conversation.objects.filter(workspace_id=workspace_id, person_key=person_key).delete()
    said = Message.objects.filter(
        conversation__workspace_id=workspace_id, author_key=person_key, is_ours=False
    )
    touched = set(said.values_list("conversation_id", flat=True))
    said.delete()
    for conversation in _locked(touched).values():
        _show_last(conversation)


def _show_last(conversation: Conversation) -> None:
    """The list shows the last words that are still there."""
    last = conversation.messages.order_by("-published", "-id").first()
    conversation.last_text = "" if last is None else shortened(last.text)
    conversation.last_is_ours = last is not None and last.is_ours
    conversation.updated_at = clock.now()
    conversation.save(update_fields=["last_text", "last_is_ours", "updated_at"])
