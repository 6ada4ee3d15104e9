"""Where objectives are heading: computed by workers, kept in rows, shown by pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from enishi.accounts.models import Workspace
from enishi.analytics.forecasting import Forecast, Question, Refusal, ask, attainment
from enishi.analytics.kpi import KPIS, Point, Window
from enishi.analytics.metrics.definition import Grain
from enishi.kernel import clock
from enishi.strategy import readings
from enishi.strategy.core.nodes import Status
from enishi.strategy.core.pacing import Plan
from enishi.strategy.inputs import Measure
from enishi.strategy.models import Objective, Outlook
from enishi.strategy.queries import measure_of
from enishi.strategy.readings import Place

LEVEL = 0.8
"""The share of outcomes that the interval holds."""
_HISTORY = timedelta(days=365)
_WEEK = 7


class Unknown(StrEnum):
    """Why there is no forecast."""

    RATE = "rate"
    """A rate is the quotient of two series: neither alone leads to it."""
    HISTORY = "history"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Coming:
    """An objective that wants a forecast, with what is known for it."""

    objective_id: UUID
    plan: Plan
    asked: str
    through: date
    """The last whole day that lies behind."""
    reached: float
    """What a running total is added to; 0 for a level."""
    question: Question | None
    unknown: str = ""

    @property
    def days(self) -> int:
        return (self.plan.end - self.through).days


def stale(workspace_id: UUID) -> list[Objective]:
    """The objectives of a workspace whose outlook is missing or older than their measure or day."""
    workspace = Workspace.objects.get(id=workspace_id)
    today = readings.today_in(workspace.time_zone)
    rows = (
        planned(today)
        .filter(workspace_id=workspace_id)
        .prefetch_related("channels")
        .select_related("outlook")
    )
    return [
        one
        for one in rows
        if not hasattr(one, "outlook")
        or one.outlook.asked != _digest(measure_of(one), today, workspace.time_zone)
    ]


def planned(today: date) -> QuerySet[Objective]:
    """Objectives that have something to come."""
    return Objective.objects.filter(
        status=Status.ACTIVE.value,
        end__gte=today,
        start__isnull=False,
        baseline__isnull=False,
        target__isnull=False,
    ).exclude(metric="")


def compute(workspace_id: UUID) -> int:
    """Give every objective of a workspace that lacks one an outlook; how many were made."""
    waiting = stale(workspace_id)
    if not waiting:
        return 0
    zone = Workspace.objects.values_list("time_zone", flat=True).get(id=workspace_id)
    place = Place.of(workspace_id, zone)
    coming = [_coming(place, one) for one in waiting if one.metric in KPIS]
    asked = [one for one in coming if one.question is not None]
    answers = dict(
        zip(
            [one.objective_id for one in asked],
            ask([one.question for one in asked if one.question is not None]),
            strict=True,
        )
    )
    _keep(_row(one, answers.get(one.objective_id)) for one in coming)
    return len(coming)


def _coming(place: Place, objective: Objective) -> Coming:
    measure = measure_of(objective)
    plan = measure.plan()
    assert plan is not None  # noqa: S101 - `planned` asks for all four
    yesterday = place.today - timedelta(days=1)
    grain = KPIS[measure.metric].definition.grain
    question, reached, unknown = None, 0.0, ""
    if grain is Grain.RATE:
        unknown = Unknown.RATE.value
    elif grain is Grain.FLOW and plan.start > place.today:
        unknown = Unknown.NOT_STARTED.value
    else:
        points = _history(place, measure, yesterday)
        flows = grain is Grain.FLOW
        reached = _reached(points, plan) if flows else 0.0
        question = Question(
            values=[point.value for point in points],
            horizon=max((plan.end - yesterday).days, 1),
            season=_WEEK,
            level=LEVEL,
            cumulated=flows,
            least=0.0 if _never_negative(measure.metric) else None,
        )
    return Coming(
        objective.id,
        plan,
        _digest(measure, place.today, place.zone),
        yesterday,
        reached,
        question,
        unknown,
    )


def _history(place: Place, measure: Measure, until: date) -> Sequence[Point]:
    window = Window(until - _HISTORY, until, place.zone)
    return readings.series(place, measure.metric, measure.channel_ids, window)


def _reached(points: Sequence[Point], plan: Plan) -> float:
    """What was counted since the first day, on top of the baseline."""
    counted = sum(
        point.value for point in points if point.value is not None and point.day >= plan.start
    )
    return plan.baseline + counted


def _never_negative(metric: str) -> bool:
    return metric != "follower_growth"


def _row(one: Coming, found: Forecast | Refusal | None) -> Outlook:
    row = Outlook(
        objective_id=one.objective_id,
        computed_at=clock.now(),
        asked=one.asked,
        through=one.through,
        refusal=one.unknown,
    )
    if isinstance(found, Refusal):
        row.refusal = Unknown.HISTORY.value
        row.observed, row.needed = found.observed, found.needed
    if isinstance(found, Forecast):
        row.method, row.level, row.folds = found.method, found.level, found.folds
        row.observed = found.observed
        row.scores = {score.method: round(score.mase, 3) for score in found.scores}
        row.days = [
            [round(one.reached + value, 4) for value in values]
            for values in zip(found.mean, found.lower, found.upper, strict=True)
        ]
        wanted = one.plan.target - one.reached
        falls = one.plan.change < 0 or (one.plan.change == 0 and one.plan.lower_is_better)
        row.probability = attainment(found, one.days, wanted, falls=falls)
    return row


def _keep(rows: Iterable[Outlook]) -> None:
    for row in rows:
        with contextlib.suppress(IntegrityError):  # its objective was deleted meanwhile
            row.save()


def _digest(measure: Measure, today: date, zone: str) -> str:
    asked = (
        measure.metric,
        measure.baseline,
        measure.target,
        measure.start,
        measure.end,
        [str(one) for one in measure.channel_ids],
        today,
        zone,
    )
    return sha256(repr(asked).encode()).hexdigest()
