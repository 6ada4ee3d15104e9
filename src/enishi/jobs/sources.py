"""What the dispatcher asks of a source of work.

A source keeps its own rows. The row is the truth: it moves from *due* to *being done* by
compare-and-set, committed before anything is done, and is settled afterwards. `claim` and
`settle` take many rows at once, because one transaction for many is what makes it fast.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """A worker that has room asks for work."""

    worker_id: UUID
    now: datetime
    room: int
    in_flight: Mapping[str, int] = field(default_factory=dict)
    """How much this worker already does for each lane."""


class Work(Protocol):
    """A claimed row. Things of one lane (a channel, a kind of task) share a width."""

    @property
    def id(self) -> UUID: ...

    @property
    def lane(self) -> str: ...


W = TypeVar("W", bound=Work)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Claimed(Generic[W]):
    """What was claimed; `more` says that asking again at once is worth it."""

    works: Sequence[W]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Stranded:
    """Whose claims count as abandoned: dead workers', and our own that we do not know of."""

    worker_id: UUID
    dead: Collection[UUID]
    """Of this machine, or signed out: their claims' times can be compared with ours."""
    claimed_before: datetime
    """Younger claims may still have a request on its way; they are left alone."""
    in_flight: Collection[UUID] = ()
    silent: Collection[UUID] = ()
    """Not heard of for longer than a request can last, by our own clock: whatever they hold
    is free, whatever time their clocks wrote into it."""

    is_claiming: bool = False
    """`in_flight` is not complete: nothing of our own is freed now."""

    def claims(self) -> Q:
        """The rows, of those that are being worked on, that may be freed."""
        known = Q(worker_id__in=list(self.dead))
        if not self.is_claiming:
            known |= Q(worker_id=self.worker_id) & ~Q(id__in=list(self.in_flight))
        old = Q(claimed_at__lt=self.claimed_before)
        return Q(worker_id__in=list(self.silent)) | (known & old)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits although it is due."""

    due: int = 0
    oldest: datetime | None = None
    leased: int = 0
    """How much workers have in hand."""

    def lag(self, now: datetime) -> timedelta:
        """How late the oldest is."""
        return max(now - self.oldest, timedelta()) if self.oldest else timedelta()


class WorkSource(Protocol[W, R]):
    """Rows that become due, are worked on once at a time, and are settled."""

    name: str
    ceiling: int
    """How many of its rows one worker does at a time."""
    deadline: float
    """Seconds after which one piece of work is cut off."""

    def claim(self, request: ClaimRequest) -> Claimed[W]:
        """Take what is due for this worker; committed on return."""
        ...

    async def deliver(self, work: W) -> R:
        """Do it. Cancelled at shutdown; must then still tell its outcome by `interrupted`."""
        ...

    def interrupted(self, work: W) -> R:
        """The result of work that was cut off at an unknown point."""
        ...

    async def close(self) -> None:
        """Let go of connections: no work follows."""
        ...

    def settle(self, results: Sequence[R]) -> None:
        """Write down how it went, in one transaction."""
        ...

    def recover(self, stranded: Stranded, now: datetime) -> int:
        """Free the rows of workers that died."""
        ...

    def backlog(self, now: datetime) -> Backlog:
        """How much waits."""
        ...
