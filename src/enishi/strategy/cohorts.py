"""Leads and customers by the week in which they were won (R034).

A customer belongs to the cohort of their own first lead: the second level of an objective only
makes sense for the same people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import queries as log
from enishi.analytics.kpi import Scope, Window
from enishi.analytics.metrics import cohorts as metrics
from enishi.strategy.queries.plan import place_of
from enishi.strategy.readings import objective_window
from enishi.strategy.values import ObjectiveDetail

_TYPES = {"leads": "schema:RegisterAction", "purchases": "schema:BuyAction"}
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who became leads in a week, and how many of them bought since."""

    first: date
    last: date
    leads: int
    customers: int

    @property
    def rate(self) -> float | None:
        return self.customers / self.leads if self.leads else None


def of_objective(actor: Actor, detail: ObjectiveDetail) -> Sequence[Cohort]:
    """The cohorts of an objective in leads that has a second level in purchases."""
    actor.require(Permission.STRATEGY_VIEW)
    place, measure = place_of(actor), detail.row.measure
    window = objective_window(place, measure)
    if measure.metric != "leads" or not detail.second_levels or window is None:
        return ()
    scope = Scope(place.workspace_id, tuple(measure.channel_ids) or None)
    lake = log.lake([place.workspace_id])
    people = metrics.cohorts(
        scope.of(lake.activities), _TYPES["leads"], _TYPES["purchases"], window
    )
    days = {row["day"]: row for row in lake.run(people)}
    return [_cohort(first, window, days) for first in _firsts(window)]


def _firsts(window: Window) -> list[date]:
    weeks = range(0, window.days, _WEEK)
    return [window.first + timedelta(days=offset) for offset in weeks]


def _cohort(first: date, window: Window, days: dict[date, dict[str, int]]) -> Cohort:
    last = min(first + timedelta(days=_WEEK - 1), window.last)
    found = [days[day] for day in days if first <= day <= last]
    return Cohort(
        first, last, sum(one["leads"] for one in found), sum(one["customers"] for one in found)
    )
