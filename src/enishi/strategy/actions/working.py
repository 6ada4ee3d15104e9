"""Hours: a sheet that is filled in, and a timer that fills it in by itself (R018)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from enishi.accounts import queries as accounts
from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.strategy import events, spending
from enishi.strategy.core.nodes import Level
from enishi.strategy.core.scopes import Scope
from enishi.strategy.errors import month_is_closed, no_such_node
from enishi.strategy.models import MonthClose, Tactic, Task, Timer, WorkEntry
from enishi.strategy.queries.sheet import person_of

_DAY = 24 * 60
_LABEL = 120


@transaction.atomic
def log_work(
    actor: Actor,
    *,
    day: date,
    minutes: int,
    tactic_id: UUID | None = None,
    activity: str = "",
    scope: str | None = None,
) -> WorkEntry | None:
    """Say how long one worked on something on a day; what stood there before is replaced.

    0 minutes take the entry away. `scope` None leaves the tag as it was (the tactic's own,
    for new entries). Raises ConflictError when the month is closed.
    """
    actor.require(Permission.WORK_LOG)
    _require_work(actor, day, minutes, tactic_id, activity, scope)
    key: dict[str, Any] = {
        "workspace_id": actor.workspace_id,
        "user_id": person_of(actor),
        "day": day,
        "tactic_id": tactic_id,
        "activity": "" if tactic_id else activity.strip(),
    }
    rows = WorkEntry.objects.filter(**key)
    found = rows.order_by("id").first()
    if minutes == 0:
        spending.note_work(actor, list(rows), is_gone=True)
        rows.delete()
        return None
    entry = found or WorkEntry(**key)
    entry.person, entry.minutes, entry.updated_at = actor.name[:_LABEL], minutes, clock.now()
    if scope is not None:
        entry.scope = scope
    entry.save()
    spending.note_work(actor, [entry])
    record([events.noted(actor, "Update", "Work", entry.id, text=_what(entry))])
    return entry


def _what(entry: WorkEntry) -> str:
    name = entry.tactic.title if entry.tactic else entry.activity
    return f"{name} {entry.day.isoformat()} {entry.minutes}min"


def _require_work(
    actor: Actor,
    day: date,
    minutes: int,
    tactic_id: UUID | None,
    activity: str,
    scope: str | None,
) -> None:
    require_open(actor, day)
    if not 0 <= minutes <= _DAY:
        raise InvalidInputError(_("A day has 24 hours."), field="minutes")
    if scope:
        require_scope(scope)
    if tactic_id is not None:
        _require_tactic(actor, tactic_id)
    elif not 1 <= len(activity.strip()) <= _LABEL:
        raise InvalidInputError(_("Say what was worked on."), field="activity")


def _require_tactic(actor: Actor, tactic_id: UUID) -> None:
    if not Tactic.objects.filter(workspace_id=actor.workspace_id, id=tactic_id).exists():
        raise no_such_node(Level.TACTIC)


def require_scope(scope: str) -> None:
    """Raise InvalidInputError unless it is operation or marketing."""
    if scope not in set(Scope):
        raise InvalidInputError(
            _("“%(value)s” cannot be used here.") % {"value": scope},
            field="scope",
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(Scope)},
        )


def require_open(actor: Actor, day: date) -> None:
    """Raise ConflictError when the month of the day is closed."""
    rows = MonthClose.objects.filter(workspace_id=actor.workspace_id, month=day.replace(day=1))
    if rows.exists():
        raise month_is_closed(day)


# --- the timer -----------------------------------------------------------------------------


@transaction.atomic
def start_timer(
    actor: Actor, *, tactic_id: UUID | None = None, activity: str = "", scope: str = ""
) -> Timer:
    """Start one's clock; one that runs already is stopped and booked first."""
    actor.require(Permission.WORK_LOG)
    if tactic_id is not None:
        _require_tactic(actor, tactic_id)
    elif not activity.strip():
        raise InvalidInputError(_("Say what was worked on."), field="activity")
    if scope:
        require_scope(scope)
    if _timers(actor).exists():
        stop_timer(actor)
    return Timer.objects.create(
        workspace_id=actor.workspace_id,
        user_id=person_of(actor),
        tactic_id=tactic_id,
        activity="" if tactic_id else activity.strip()[:_LABEL],
        scope=scope,
        started_at=clock.now(),
    )


@transaction.atomic
def stop_timer(actor: Actor) -> int:
    """Stop one's clock and add its minutes to the sheet, by local day; returns the minutes."""
    actor.require(Permission.WORK_LOG)
    timer = _timers(actor).select_for_update().first()
    if timer is None:
        raise ConflictError(_("No timer is running."))
    zone = ZoneInfo(accounts.workspace(actor).time_zone)
    total = 0
    for day, minutes in _split(timer.started_at.astimezone(zone), clock.now().astimezone(zone)):
        _add_minutes(actor, timer, day, minutes)
        total += minutes
    timer.delete()
    return total


@transaction.atomic
def discard_timer(actor: Actor) -> None:
    """Stop one's clock and book nothing."""
    actor.require(Permission.WORK_LOG)
    _timers(actor).delete()


def _timers(actor: Actor) -> QuerySet[Timer]:
    return Timer.objects.filter(workspace_id=actor.workspace_id, user_id=person_of(actor))


def _split(start: datetime, end: datetime) -> Iterator[tuple[date, int]]:
    """The minutes of each local day; a day takes at most 24 hours."""
    while start < end:
        midnight = datetime.combine(start.date() + timedelta(days=1), time(0), start.tzinfo)
        until = min(end, midnight)
        if minutes := round((until - start).total_seconds() / 60):
            yield start.date(), min(minutes, _DAY)
        start = until


def _add_minutes(actor: Actor, timer: Timer, day: date, minutes: int) -> None:
    rows = WorkEntry.objects.filter(
        Q(tactic_id=timer.tactic_id) if timer.tactic_id else Q(tactic=None),
        workspace_id=actor.workspace_id,
        user_id=person_of(actor),
        day=day,
        activity=timer.activity,
    )
    before = rows.values_list("minutes", flat=True).first() or 0
    log_work(
        actor,
        day=day,
        minutes=min(before + minutes, _DAY),
        tactic_id=timer.tactic_id,
        activity=timer.activity,
        scope=timer.scope or None,
    )


# --- tasks ---------------------------------------------------------------------------------


@transaction.atomic
def add_task(
    actor: Actor,
    *,
    title: str,
    tactic_id: UUID | None = None,
    scope: str = "",
    due: date | None = None,
    owner_id: UUID | None = None,
) -> Task:
    """Add a piece of work; without a tag of its own it has that of its tactic."""
    actor.require(Permission.STRATEGY_EDIT)
    if not 1 <= len(title.strip()) <= 200:  # noqa: PLR2004 - the length of the field
        raise InvalidInputError(_("A title is needed."), field="title")
    if tactic_id is not None:
        _require_tactic(actor, tactic_id)
    if scope:
        require_scope(scope)
    task = Task.objects.create(
        workspace_id=actor.workspace_id,
        tactic_id=tactic_id,
        title=title.strip(),
        scope=scope,
        due=due,
        owner_id=owner_id or actor.user_id,
        created_at=clock.now(),
    )
    record([events.noted(actor, "Create", "Task", task.id, text=task.title)])
    return task


@transaction.atomic
def finish_task(actor: Actor, task_id: UUID, *, done: bool = True) -> Task:
    """Mark a task done, or open again."""
    actor.require(Permission.WORK_LOG)
    found = Task.objects.filter(workspace_id=actor.workspace_id, id=task_id).first()
    if found is None:
        raise NotFoundError(_("There is no such task."))
    found.done_at = clock.now() if done else None
    found.save(update_fields=["done_at"])
    record([events.noted(actor, "Update", "Task", found.id, text=found.title)])
    return found


@transaction.atomic
def delete_task(actor: Actor, task_id: UUID) -> None:
    """Take a task away."""
    actor.require(Permission.STRATEGY_EDIT)
    found = Task.objects.filter(workspace_id=actor.workspace_id, id=task_id).first()
    if found is None:
        raise NotFoundError(_("There is no such task."))
    record([events.noted(actor, "Delete", "Task", found.id, text=found.title)])
    found.delete()
