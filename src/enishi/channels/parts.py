"""What of a delivery already stands on the network, so that another attempt goes on from there.

A delivery of several calls (uploads, the posts of a thread, a first comment) is made of
named parts. An adapter

1. skips what is in `done`,
2. calls `begin` right before it asks for something that people could see, unless the HTTP
   client does (a request with `effect=True` does),
3. calls `save` with what it needs to go on (a remote id, the reference of an upload) as soon
   as a part is made and before it goes on to the next,
4. when `again` is true, looks for a part that is not in `done` before it makes it: an earlier
   attempt may have made it without learning so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMENT = "comment"
"""The part that is the first comment."""


def media(position: int) -> str:
    """The part that is the upload of an attachment, counted from 0."""
    return f"media:{position}"


def thread(position: int) -> str:
    """The part that is a post of the thread: 0 is the post itself, 1 the first after it."""
    return f"thread:{position}"


def is_visible(name: str) -> bool:
    """Whether people can see a part: not what is handed over beforehand, such as a file."""
    return not name.startswith("media:")


class Parts(Protocol):
    """The parts of one delivery, kept by whoever has it delivered."""

    @property
    def done(self) -> Mapping[str, Any]:
        """What was saved in this attempt and earlier ones: JSON values by the part's name."""
        ...

    @property
    def again(self) -> bool:
        """Whether there was an attempt before: what is not in `done` may stand even so."""
        ...

    async def begin(self) -> None:
        """Something visible is about to be asked for. Raises HaltedError when it must not be."""
        ...

    async def save(self, name: str, value: Any) -> None:
        """Keep a part for good, at once; None takes it back.

        Raises HaltedError when nothing further may be sent.
        """
        ...


class MemoryParts:
    """Parts that nobody keeps: for checks before anything is sent, and for tests."""

    def __init__(self, done: Mapping[str, Any] | None = None, *, again: bool = False) -> None:
        self._done = dict(done or {})
        self._again = again
        self.begun = False

    @property
    def done(self) -> Mapping[str, Any]:
        return self._done

    @property
    def again(self) -> bool:
        return self._again

    async def begin(self) -> None:
        self.begun = True

    async def save(self, name: str, value: Any) -> None:
        self._done = with_part(self._done, name, value)


def with_part(done: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The parts with one more, or one less."""
    return {key: kept for key, kept in {**done, name: value}.items() if kept is not None}


_begin: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("begin", default=None)


@contextmanager
def watched(parts: Parts) -> Iterator[None]:
    """While this lasts, every request with an effect tells these parts before it is sent."""
    token = _begin.set(parts.begin)
    try:
        yield
    finally:
        _begin.reset(token)


async def about_to_act() -> None:
    """An effect is asked for next: the HTTP client calls this. May raise HaltedError."""
    begin = _begin.get()
    if begin is not None:
        await begin()
