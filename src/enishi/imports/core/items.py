"""What a reader takes and gives."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import BinaryIO, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from enishi.activities.events import NewActivity, NewObservation

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(days=1)


class Kind(StrEnum):
    """The forms of file that can be read."""

    OUTBOX = "outbox"
    REPOSITORY = "repository"
    TWEETS = "tweets"
    POSTS = "posts"
    METRICS = "metrics"

    @property
    def is_table(self) -> bool:
        """Whether a person maps columns."""
        return self in {Kind.POSTS, Kind.METRICS}


@dataclass(frozen=True, slots=True)
class Columns:
    """How a table is read: field → header, and the choices a person may correct."""

    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    encoding: str = "utf-8"
    delimiter: str = ","
    date_order: str = "ymd"
    header_line: int = 1


@dataclass(frozen=True, slots=True)
class Target:
    """Where the entries go, and what the reader must know to read them."""

    workspace_id: UUID
    source: str
    zone: ZoneInfo
    now: datetime
    measured_at: datetime
    """When numbers that bear no time of their own were taken."""
    channel_id: UUID | None = None
    channels: Mapping[str, UUID] = dataclasses.field(default_factory=dict)
    """Names and handles (folded) of the workspace's channels."""
    actor_name: str = ""
    """Who acts where the file does not say: the account or the workspace."""
    user_id: UUID | None = None
    via: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One good row."""

    row: int
    activity: NewActivity | None = None
    observations: tuple[NewObservation, ...] = ()

    @property
    def at(self) -> datetime:
        return self.activity.occurred_at if self.activity else self.observations[0].observed_at


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad row. `code` is worded by `imports.wording`."""

    row: int
    code: str
    field: str = ""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is fine and stays out on purpose."""

    row: int
    code: str


Item = Entry | Problem | Skipped


class RowError(Exception):
    """A row cannot be used; readers turn it into a Problem."""

    def __init__(self, code: str, *, field: str = "", **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = params

    def at(self, row: int) -> Problem:
        return Problem(row, self.code, self.field, self.params)


class BrokenFileError(Exception):
    """The file as a whole cannot be used: nothing of it may be imported."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def broken_json(error: Exception) -> BrokenFileError:
    """Whether JSON was cut off or is none; the parser has one error for both."""
    words = str(error).casefold()
    return BrokenFileError(
        "cut_off" if "premature eof" in words or "incomplete json" in words else "not_json"
    )


class Reader(Protocol):
    """Reads one kind of file."""

    def __call__(self, stream: BinaryIO, target: Target, first_row: int) -> Iterator[Item]: ...


def sound_time(at: datetime, target: Target, *, field: str = "time") -> datetime:
    """The time itself; raises RowError when nothing can have happened then."""
    if at > target.now + TOLERANCE:
        raise RowError("time_future", field=field, value=at.isoformat())
    if at < EARLIEST:
        raise RowError("time_old", field=field, value=at.isoformat())
    return at


def sound_text(text: str, *, field: str = "text") -> str:
    """The text itself; raises RowError when a database cannot hold it."""
    if "\x00" in text:
        raise RowError("nul", field=field)
    return text
