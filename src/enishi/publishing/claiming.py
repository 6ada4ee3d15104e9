"""What is due, and taking it: the database's part of a claim.

What a look found may be out of date: only the rows that are locked and still scheduled are
taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, F, Func, QuerySet, UUIDField, Window
from django.db.models.functions import Coalesce, RowNumber
from django.db.models.sql.compiler import SQLCompiler

from enishi.channels.contract import Secrets
from enishi.channels.models import Channel
from enishi.channels.service import load_many
from enishi.jobs.bulk import insert_rows
from enishi.jobs.core.fairness import Candidate
from enishi.jobs.quickrows import Among, Given, Prepared, as_uuid, unread
from enishi.jobs.sources import ClaimRequest
from enishi.kernel.ids import new_id
from enishi.publishing.core.states import DeliveryState, Outcome, PostState
from enishi.publishing.models import Attempt, Delivery, Post

LOOKAHEAD = 4000
_EACH = 16
"""How many of a channel are looked at: enough until the next look."""
_SCHEDULED = DeliveryState.SCHEDULED.value
_CONTENT = (
    "id",
    "workspace_id",
    "author_id",
    "text",
    "thread",
    "language",
    "link",
    "first_comment",
)


def seen(now: datetime, closed: Collection[UUID] = ()) -> Iterator[Candidate[Any]]:
    """The first few due deliveries of every channel, by identifiers as the database gives them.

    The first of all, then the second: so the channels of one server, however many wait there,
    do not hide those of another. Those of `closed` channels are left out.
    """
    lanes = _Names()
    for row in _due(now, closed):
        yield Candidate(row[0], lanes[row[1]], lanes[row[2]])


class _Names(dict[Any, str]):
    """Identifiers as the database gives them, and as lanes are called."""

    def __missing__(self, key: Any) -> str:
        self[key] = str(as_uuid(key))
        return self[key]


def _due(now: datetime, closed: Collection[UUID]) -> list[tuple[Any, ...]]:
    return unread(_due_rows(now, closed)) if closed else DUE.rows(now=now)


class Unindexed(Func):
    """A column by which SQLite shall not think of walking the table, future rows and all.

    Its planner does not know how few are due, and would save the sorting of these few.
    """

    template = "%(expressions)s"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)


def _due_rows(now: object, closed: Collection[UUID] = ()) -> QuerySet[Delivery, Any]:
    """What the look reads: an index of what is scheduled, as far as it is due."""
    due = Delivery.objects.filter(state=_SCHEDULED, due_at__lte=now)
    due = due.exclude(channel_id__in=list(closed)) if closed else due
    place = Window(RowNumber(), partition_by=Unindexed(F("channel_id")), order_by=["due_at", "id"])
    rows = due.annotate(place=place).filter(place__lte=_EACH).order_by("place", "due_at", "id")
    return rows.values_list("id", "workspace_id", "channel_id")[:LOOKAHEAD]


DUE = Prepared(lambda: _due_rows(Given("now", DateTimeField())))


@dataclass(frozen=True, slots=True)
class _Known:
    channel: Channel
    secrets: Secrets | None
    credential: object
    read_at: datetime


class Channels:
    """Channels with their workspaces. A change of state or credentials is seen at once.

    Names and the like, which nothing depends on, may be a few seconds old.
    """

    _KEPT = timedelta(seconds=5)

    def __init__(self) -> None:
        self._known: dict[UUID, _Known] = {}
        self._places: dict[str, str] = {}

    def get(self, ids: Iterable[UUID], now: datetime) -> dict[UUID, Channel]:
        """Channels by their ids."""
        marks = {as_uuid(key): (state, at) for key, state, at in _MARKS.rows(ids=set(ids))}
        missing = {key for key, (_state, at) in marks.items() if not self._holds(key, at, now)}
        if missing:
            self._read(missing, {key: at for key, (_state, at) in marks.items()}, now)
        found = {key: self._known[key].channel for key in marks if key in self._known}
        for key, channel in found.items():
            channel.state = marks[key][0]
        return found

    def secrets_of(self, channel_id: UUID) -> Secrets | None:
        """What opens the account, as of the last `get`; None if it cannot be had."""
        known = self._known.get(channel_id)
        return known.secrets if known else None

    def place_of(self, lane: str) -> str:
        """The server that a channel's requests go to. Asks for those of all when one is new.

        Nothing may go out before that is known: else all the room would be given to a server
        of which nobody knows yet that it is one and the same, and slow.
        """
        if lane not in self._places:
            rows = Channel.objects.values_list("id", "adapter", "service_url")
            self._places = {str(key): _place(*where) for key, *where in rows}
        return self._places.setdefault(lane, "")

    def _holds(self, key: UUID, credential: object, now: datetime) -> bool:
        known = self._known.get(key)
        if known is None or known.credential != credential:
            return False
        return abs(now - known.read_at) < self._KEPT

    def _read(self, ids: Collection[UUID], marks: dict[UUID, object], now: datetime) -> None:
        """The marks were read before: credentials that changed since are read again.

        Opening them takes longer than everything else, so that the others are kept.
        """
        kept = {
            key: known.secrets
            for key in ids
            if (known := self._known.get(key)) and known.credential == marks[key]
        }
        secrets = load_many([key for key in ids if kept.get(key) is None]) | {
            key: found for key, found in kept.items() if found is not None
        }
        for channel in Channel.objects.select_related("workspace").filter(id__in=ids):
            self._known[channel.id] = _Known(
                channel, secrets.get(channel.id), marks[channel.id], now
            )
            self._places[str(channel.id)] = _place(channel.adapter, channel.service_url)


def _place(adapter: str, service_url: str) -> str:
    return f"{adapter} {service_url}"


_MARKS = Prepared(
    lambda: Channel.objects.filter(Among("id", "ids")).values_list(
        "id", "state", "credential__updated_at"
    )
)
_LOCKED = Prepared(
    lambda: (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(Among("id", "ids"), state=_SCHEDULED)
        .order_by("due_at", "id")
    )
)
_POSTS = Prepared(lambda: Post.objects.filter(Among("id", "ids")), *_CONTENT)


def locked(ids: Collection[UUID], channels: Channels, now: datetime) -> list[Delivery]:
    """The rows, locked, with posts and channels; those that another worker has are left to it."""
    rows = _LOCKED.instances(ids=ids)
    found = channels.get({row.channel_id for row in rows}, now)
    wanted = {row.post_id for row in rows if row.post_id}
    posts = {post.id: post for post in _POSTS.instances(ids=wanted)} if wanted else {}
    for row in rows:
        row.channel = found[row.channel_id]
        row.post = posts[row.post_id] if row.post_id else None
    return rows


_TAKEN = Prepared(
    lambda: Delivery.objects.filter(Among("id", "ids"), state=_SCHEDULED),
    state=DeliveryState.PUBLISHING.value,
    worker_id=Given("worker_id", UUIDField()),
    claimed_at=Given("now", DateTimeField()),
    attempts=F("attempts") + 1,
    first_attempt_at=Coalesce(F("first_attempt_at"), Given("begun", DateTimeField())),
)
_BEGUN = Prepared(
    lambda: Post.objects.filter(Among("id", "ids"), state=PostState.SCHEDULED.value),
    state=PostState.PUBLISHING.value,
)


def take(rows: Sequence[Delivery], request: ClaimRequest) -> list[Delivery]:
    """The compare-and-set and the attempt rows, before any call."""
    begun = request.now.replace(microsecond=request.now.microsecond // 1000 * 1000)
    if not rows:
        return []
    ids = [row.id for row in rows]
    _TAKEN.change(ids=ids, worker_id=request.worker_id, now=request.now, begun=begun)
    for row in rows:
        row.state = DeliveryState.PUBLISHING.value
        row.worker_id, row.claimed_at = request.worker_id, request.now
        row.attempts += 1
        row.first_attempt_at = row.first_attempt_at or begun
    insert_rows(
        Attempt,
        ("id", "delivery", "number", "worker_id", "started_at", "outcome", "detail"),
        (
            (
                new_id(),
                row.id,
                row.attempts,
                request.worker_id,
                request.now,
                Outcome.RUNNING.value,
                "",
            )
            for row in rows
        ),
    )
    _BEGUN.change(ids=[row.post_id for row in rows if row.post_id])
    return list(rows)
