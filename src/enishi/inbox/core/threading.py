"""Which conversation something belongs to.

A conversation is one person's exchange with one channel below one thread: where two hundred
people answer the same post, two hundred conversations wait, each with its own state. Whoever
answers something that is in a conversation already joins that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from enishi.inbox.core.heard import Heard

ThreadKey = tuple[str, str]
"""The root of the thread, and the person."""


@dataclass(slots=True)
class Board:
    """The conversations of a channel that a batch could belong to."""

    by_message: dict[str, UUID] = field(default_factory=dict)
    by_thread: dict[ThreadKey, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """Something that was heard, its conversation, and whether that one is to be made."""

    heard: Heard
    conversation_id: UUID
    opens: ThreadKey | None = None


def root_of(heard: Heard) -> str:
    """What the thread hangs on: its declared root, else what is answered, else itself."""
    return heard.root or heard.in_reply_to or heard.remote_id


def threads_of(batch: Iterable[Heard]) -> set[ThreadKey]:
    """The threads that a batch could join, to look them up beforehand."""
    return {(root_of(heard), heard.person.key) for heard in batch}


def messages_of(batch: Iterable[Heard]) -> set[str]:
    """The messages whose conversations matter to a batch, to look them up beforehand."""
    return {one for heard in batch for one in (heard.remote_id, heard.in_reply_to) if one}


def place(batch: Iterable[Heard], board: Board, new_id: Callable[[], UUID]) -> list[Placed]:
    """A place for everything in the batch that the board does not know, in the order of time.

    The board learns what is placed, so that an answer finds what it answers in its own batch.
    """
    placed = []
    for heard in sorted(batch, key=lambda one: one.published):
        if heard.remote_id in board.by_message:
            continue
        one = _place(heard, board, new_id)
        board.by_message[heard.remote_id] = one.conversation_id
        placed.append(one)
    return placed


def _place(heard: Heard, board: Board, new_id: Callable[[], UUID]) -> Placed:
    thread = (root_of(heard), heard.person.key)
    found = board.by_message.get(heard.in_reply_to) or board.by_thread.get(thread)
    if found is not None:
        return Placed(heard, found)
    opened = board.by_thread[thread] = new_id()
    return Placed(heard, opened, opens=thread)
