"""The programme: goal × KPI × owner × review date, and the record of each month (R027)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.terminal import to_plain
from enishi.analytics.kpi import Window
from enishi.kernel.errors import NotFoundError
from enishi.strategy.core.nodes import Status
from enishi.strategy.models import Minutes, Objective, Review
from enishi.strategy.queries import visible
from enishi.strategy.queries.plan import place_of
from enishi.strategy.queries.sorting import PackRow, kpi_rows, window_of
from enishi.strategy.queries.split import last_day
from enishi.strategy.readings import Place
from enishi.strategy.values import Choice


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One KPI of one objective, with who answers for it and when it is looked at."""

    goal: Choice
    objective: Choice
    owner_name: str
    review_on: date | None
    kpi: PackRow
    is_main: bool
    """It is the one that the objective paces by."""
    target: float | None


def programme(actor: Actor) -> list[ProgrammeRow]:
    """Every KPI of the live objectives, over the objective's own days."""
    actor.require(Permission.STRATEGY_VIEW)
    place = place_of(actor)
    return [row for one in _objectives(actor) for row in _rows(actor, place, one, None)]


def figures(actor: Actor, month: date) -> list[dict[str, Any]]:
    """The programme over one month as plain values, for the record."""
    actor.require(Permission.STRATEGY_VIEW)
    place = place_of(actor)
    last = min(last_day(month), place.today)
    window = Window(min(month, last), last, place.zone)
    return [_plain(row) for one in _objectives(actor) for row in _rows(actor, place, one, window)]


def _objectives(actor: Actor) -> list[Objective]:
    rows = Objective.objects.filter(visible.objectives(actor), workspace_id=actor.workspace_id)
    live = rows.filter(status__in=(Status.PLANNED.value, Status.ACTIVE.value))
    found = live.select_related("strategy__goal", "owner").prefetch_related("channels")
    return list(found.order_by("strategy__goal__position", "strategy__position", "position", "id"))


def _rows(actor: Actor, place: Place, one: Objective, window: Window | None) -> list[ProgrammeRow]:
    keys = visible.kpis(actor, (key for key in dict.fromkeys((one.metric, *one.kpis)) if key))
    channel_ids = [channel.id for channel in one.channels.all()]
    span = window or window_of(place, one.start, one.end)
    goal = one.strategy.goal
    return [
        ProgrammeRow(
            goal=Choice(goal.id, goal.title),
            objective=Choice(one.id, one.title),
            owner_name=str(one.owner or goal.owner or ""),
            review_on=goal.review_on,
            kpi=found,
            is_main=found.row.definition.key == one.metric,
            target=one.target if found.row.definition.key == one.metric else None,
        )
        for found in kpi_rows(place, keys, channel_ids, span)
    ]


def _plain(row: ProgrammeRow) -> dict[str, Any]:
    reading = row.kpi.row.reading
    plain: dict[str, Any] = to_plain(
        {
            "goal": row.goal.name,
            "objective_id": row.objective.id,
            "objective": row.objective.name,
            "owner": row.owner_name,
            "kpi": row.kpi.row.definition.key,
            "value": reading.value,
            "target": row.target,
            "formula": reading.formula_filled,
            "rows": reading.rows_count,
            "as_of": reading.as_of,
            "is_silent": row.kpi.is_silent,
            "no_data_since": row.kpi.no_data_since,
        }
    )
    return plain


@dataclass(frozen=True, slots=True)
class ReviewDetail:
    review: Review
    minutes: Sequence[Minutes]
    """The newest version first."""


def records(actor: Actor) -> list[Review]:
    """The reviews, the latest month first; they hold the numbers of every function."""
    actor.require(Permission.STRATEGY_VIEW)
    if actor.functions:
        return []
    rows = Review.objects.filter(workspace_id=actor.workspace_id)
    return list(rows.order_by("-month"))


def record_of(actor: Actor, review_id: UUID) -> ReviewDetail:
    """One review with all versions of its minutes."""
    actor.require(Permission.STRATEGY_VIEW)
    actor.require_function()
    found = Review.objects.filter(workspace_id=actor.workspace_id, id=review_id).first()
    if found is None:
        raise NotFoundError(_("There is no such review."))
    return ReviewDetail(found, list(found.minutes.select_related("by").order_by("-number")))
