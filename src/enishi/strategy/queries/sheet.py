"""A person's week: a row for each thing worked on, a cell for each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from enishi.accounts.permissions import Actor, Permission
from enishi.strategy.errors import not_a_person
from enishi.strategy.models import MonthClose, Tactic, Timer, WorkEntry

_WEEK = 7


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One thing worked on. `minutes` has seven entries, Monday first."""

    tactic_id: UUID | None
    activity: str
    title: str
    scope: str
    """The tag that counts: the row's own, else that of its tactic."""
    minutes: Sequence[int]

    @property
    def total(self) -> int:
        return sum(self.minutes)


@dataclass(frozen=True, slots=True)
class RunningTimer:
    title: str
    tactic_id: UUID | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """A week of one person."""

    monday: date
    days: Sequence[date]
    closed: Sequence[bool]
    """Whether each day lies in a closed month."""
    rows: Sequence[SheetRow]
    timer: RunningTimer | None

    @property
    def totals(self) -> list[int]:
        return [sum(row.minutes[day] for row in self.rows) for day in range(_WEEK)]

    @property
    def total(self) -> int:
        return sum(self.totals)

    @property
    def operation(self) -> int:
        return sum(row.total for row in self.rows if row.scope == "operation")


def person_of(actor: Actor) -> UUID:
    """The person who acts; raises NotAllowedError where nobody in person does."""
    if actor.user_id is None:
        raise not_a_person()
    return actor.user_id


def sheet(actor: Actor, day: date) -> Sheet:
    """The actor's own week around a day. Rows of the week before stand ready, empty."""
    actor.require(Permission.WORK_LOG)
    user_id = person_of(actor)
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=offset) for offset in range(_WEEK)]
    entries = WorkEntry.objects.filter(
        workspace_id=actor.workspace_id,
        user_id=user_id,
        day__range=(monday - timedelta(days=_WEEK), days[-1]),
    ).select_related("tactic")
    closed = set(
        MonthClose.objects.filter(workspace_id=actor.workspace_id).values_list("month", flat=True)
    )
    return Sheet(
        monday=monday,
        days=days,
        closed=[each.replace(day=1) in closed for each in days],
        rows=_rows(list(entries.order_by("tactic__title", "activity", "id")), days),
        timer=_timer(actor),
    )


def _rows(entries: list[WorkEntry], days: list[date]) -> list[SheetRow]:
    cells: dict[tuple[UUID | None, str], list[int]] = {}
    about: dict[tuple[UUID | None, str], WorkEntry] = {}
    for entry in entries:
        key = (entry.tactic_id, entry.activity)
        minutes = cells.setdefault(key, [0] * _WEEK)
        about[key] = entry
        if entry.day in days:
            minutes[days.index(entry.day)] += entry.minutes
    return [_row(about[key], minutes) for key, minutes in cells.items()]


def _row(entry: WorkEntry, minutes: list[int]) -> SheetRow:
    tactic: Tactic | None = entry.tactic
    return SheetRow(
        tactic_id=entry.tactic_id,
        activity=entry.activity,
        title=tactic.title if tactic else entry.activity,
        scope=entry.scope or (tactic.scope if tactic else ""),
        minutes=minutes,
    )


def _timer(actor: Actor) -> RunningTimer | None:
    rows = Timer.objects.filter(workspace_id=actor.workspace_id, user_id=person_of(actor))
    found = rows.select_related("tactic").first()
    if found is None:
        return None
    title = found.tactic.title if found.tactic else found.activity
    return RunningTimer(title, found.tactic_id, found.started_at)
