"""What the plan spends as numbers of the log, so that CPC, CPA, ROAS and ROI rest on it (R018).

Each cost and each entry of hours is a note about itself: it counts once, on its own day, with
its last value. Correcting it notes it again, taking it away notes nothing (0) for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from enishi.accounts import queries as accounts
from enishi.accounts.permissions import Actor
from enishi.activities.log import NewObservation, observe
from enishi.activities.noting import SOURCE
from enishi.kernel import clock, money
from enishi.kernel.ids import time_of
from enishi.strategy.models import CostEntry, MonthClose, WorkEntry
from enishi.strategy.queries.resources import plan_settings

ADVERTISING = frozenset({"media", "creator", "fee"})
"""The kinds of cost that count as ad spend; tools and the rest count as other cost."""
_HOUR = 60
_SHRINK = 10_000


def note_cost(actor: Actor, entry: CostEntry, *, is_gone: bool = False) -> None:
    """Have a cost counted from now on, or no more."""
    metric = "spend" if entry.kind in ADVERTISING else "other_cost"
    amount = 0.0 if is_gone else float(money.major(entry.amount, plan_settings(actor).currency))
    observe([_note(actor, f"cost:{entry.id}", metric, entry.day, entry.id, amount)])


def note_work(actor: Actor, entries: Iterable[WorkEntry], *, is_gone: bool = False) -> None:
    """Have hours counted at the hourly rate, or no more; without a rate hours cost nothing."""
    settings = plan_settings(actor)
    rate = float(money.major(settings.hourly_rate or 0, settings.currency))
    if settings.hourly_rate is None and not is_gone:
        return
    observe(
        _note(
            actor,
            f"work:{one.id}",
            "labour_cost",
            one.day,
            one.id,
            0.0 if is_gone else round(one.minutes * rate / _HOUR, 4),
        )
        for one in entries
    )


def note_rate(actor: Actor) -> None:
    """Have the hours of all open months counted at the rate that holds now."""
    closed = MonthClose.objects.filter(workspace_id=actor.workspace_id)
    months = set(closed.values_list("month", flat=True))
    rows = WorkEntry.objects.filter(workspace_id=actor.workspace_id).iterator()
    entries = [one for one in rows if one.day.replace(day=1) not in months]
    note_work(actor, entries, is_gone=plan_settings(actor).hourly_rate is None)


def _note(
    actor: Actor, subject: str, metric: str, day: date, entry_id: UUID, value: float
) -> NewObservation:
    return NewObservation(
        workspace_id=actor.workspace_id,
        channel_id=None,
        subject=subject,
        metric=metric,
        value=value,
        observed_at=_moment(actor, day, entry_id),
        source=SOURCE,
    )


def _moment(actor: Actor, day: date, entry_id: UUID) -> datetime:
    """A moment of the day, later for every correction: a second for about three hours.

    A note counts on the day of its first report, with the value of its last: both have to be
    right even for hours that get their rate months later.
    """
    midnight = datetime.combine(day, time(), ZoneInfo(accounts.workspace(actor).time_zone))
    return midnight + max(timedelta(), clock.now() - time_of(entry_id)) / _SHRINK
