"""Reading scheduled reports and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from enishi.accounts.models import LANGUAGES
from enishi.accounts.permissions import Actor, Permission
from enishi.reports.actions.scheduling import Plan
from enishi.reports.core.asking import Asked, from_json
from enishi.reports.core.formats import Format
from enishi.reports.core.states import LetterState
from enishi.reports.core.timing import Every
from enishi.reports.errors import no_such_schedule
from enishi.reports.models import FORMATS, Run, Schedule
from enishi.reports.words import WEEKDAYS

_RUNS = 20


@dataclass(frozen=True, slots=True)
class LetterRow:
    id: UUID
    address: str
    state: str
    state_label: str
    attempts: int
    problem: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A period that was sent, or is being sent."""

    id: UUID
    due_at: datetime
    is_test: bool
    problem: str
    letters: Sequence[LetterRow]
    exports: Sequence[tuple[UUID, str, str]]
    """Id, format, state."""

    @property
    def sent(self) -> int:
        return sum(1 for one in self.letters if one.state == LetterState.SENT)

    @property
    def failed(self) -> int:
        return sum(1 for one in self.letters if one.state == LetterState.FAILED)

    @property
    def trouble(self) -> str:
        """The first thing that went wrong."""
        return self.problem or next((one.problem for one in self.letters if one.problem), "")


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A report that goes out by e-mail."""

    id: UUID
    name: str
    asked: Asked
    when: str
    time_zone: str
    language: str
    formats: str
    recipients: Sequence[str]
    note: str
    next_due_at: datetime
    paused_at: datetime | None
    last: RunRow | None


def schedules(actor: Actor) -> Sequence[ScheduleRow]:
    """Every scheduled report, by name, with its last result."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Schedule.objects.filter(workspace_id=actor.workspace_id).order_by("name", "id")
    found = list(rows)
    last = _last_runs([one.id for one in found])
    return [_row(one, last.get(one.id)) for one in found]


def schedule(actor: Actor, schedule_id: UUID) -> tuple[ScheduleRow, Sequence[RunRow]]:
    """One, with its newest runs, tests included."""
    found = _found(actor, schedule_id)
    runs = _runs(schedule_id=found.id)[:_RUNS]
    rows = [_run(one) for one in runs]
    real = next((one for one in rows if not one.is_test), None)
    return _row(found, real), rows


def plan(actor: Actor, schedule_id: UUID) -> Plan:
    """What its form begins with."""
    found = _found(actor, schedule_id)
    return Plan(
        name=found.name,
        asked=from_json(found.asked),
        recipients=found.recipients,
        time_zone=found.time_zone,
        language=found.language,
        every=Every(found.every),
        weekday=found.weekday,
        month_day=found.month_day,
        wall_time=found.wall_time,
        formats=found.formats,
        note=found.note,
    )


def _found(actor: Actor, schedule_id: UUID) -> Schedule:
    actor.require(Permission.STRATEGY_VIEW)
    rows = Schedule.objects.filter(workspace_id=actor.workspace_id, id=schedule_id)
    found = rows.first()
    if found is None:
        raise no_such_schedule()
    return found


def _runs(**which: Any) -> QuerySet[Run]:
    rows = Run.objects.filter(**which).order_by("-id")
    return rows.prefetch_related("letters", "exports")


def _last_runs(ids: Sequence[UUID]) -> dict[UUID, RunRow]:
    """The last real run of each: few schedules, so few statements."""
    newest = {
        one: Run.objects.filter(schedule_id=one, is_test=False).order_by("-id").values("id")[:1]
        for one in ids
    }
    keys = [row["id"] for rows in newest.values() for row in rows]
    return {run.schedule_id: _run(run) for run in _runs(id__in=keys)}


def _run(row: Run) -> RunRow:
    letters = sorted(row.letters.all(), key=lambda one: one.address)
    return RunRow(
        id=row.id,
        due_at=row.due_at,
        is_test=row.is_test,
        problem=row.problem,
        letters=[
            LetterRow(
                id=one.id,
                address=one.address,
                state=one.state,
                state_label=one.get_state_display(),
                attempts=one.attempts,
                problem=one.problem,
                sent_at=one.sent_at,
            )
            for one in letters
        ],
        exports=[
            (one.id, one.get_format_display(), one.state)
            for one in sorted(row.exports.all(), key=lambda one: one.format)
        ],
    )


def _row(row: Schedule, last: RunRow | None) -> ScheduleRow:
    labels = {Format(key).value: str(label) for key, label in FORMATS}
    return ScheduleRow(
        id=row.id,
        name=row.name,
        asked=from_json(row.asked),
        when=when(row),
        time_zone=row.time_zone,
        language=dict(LANGUAGES)[row.language],
        formats=", ".join(labels[one] for one in row.formats),
        recipients=row.recipients,
        note=row.note,
        next_due_at=row.next_due_at,
        paused_at=row.paused_at,
        last=last,
    )


def when(row: Schedule) -> str:
    """Every Monday at 09:00."""
    at = formats.time_format(row.wall_time, "H:i")
    if row.every == Every.WEEK:
        return _("Every %(weekday)s at %(time)s") % {
            "weekday": WEEKDAYS[row.weekday],
            "time": at,
        }
    return _("Every month on day %(day)s at %(time)s") % {"day": row.month_day, "time": at}
