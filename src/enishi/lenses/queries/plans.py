"""Plans of approach with their reports, assessments, and divisions of effort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import queries as log
from enishi.analytics.kpi import KPIS, Reading, Scope, Window
from enishi.analytics.metrics import topics as metrics
from enishi.analytics.readings import View as Tables
from enishi.kernel.errors import NotFoundError
from enishi.lenses import evidence
from enishi.lenses.core import needing
from enishi.lenses.core.approach import PACKS, Approach, Missing, missing
from enishi.lenses.core.balance import Gap, gap, measure
from enishi.lenses.core.needing import Finding, Question
from enishi.lenses.core.stages import QUALITY_FOLLOWERS, Checked, Condition, check
from enishi.lenses.models import ApproachPlan, Assessment, EffortSplit, Trigger
from enishi.lenses.queries.asking import Asked, View, look
from enishi.lenses.queries.checks import quality_followers
from enishi.strategy import readings

DAYS = 28


@dataclass(frozen=True, slots=True)
class Compared:
    """A KPI over the window beside the window of the same length before it."""

    key: str
    now: Reading
    before: Reading


@dataclass(frozen=True, slots=True)
class Topic:
    """What people say about a topic: posts of their own (UGC), and reshares."""

    topic: str
    posts: int
    reshares: int
    people: int

    @property
    def mentions(self) -> int:
        """Posts and reshares together (言及数)."""
        return self.posts + self.reshares


@dataclass(frozen=True, slots=True)
class Rule:
    """A trigger with what its conditions read now, or read when it fired."""

    row: Trigger
    checked: Sequence[Checked]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with the KPIs of its approach."""

    row: ApproachPlan
    channels: Sequence[str]
    missing: Sequence[Missing]
    kpis: Sequence[Compared]


@dataclass(frozen=True, slots=True)
class PlansView:
    window: Window
    groups: Sequence[tuple[Approach, Sequence[PlanRow]]]
    """Plans by approach: each is compared with its like only."""


@dataclass(frozen=True, slots=True)
class PlanView:
    window: Window
    plan: PlanRow
    topics: Sequence[Topic]
    rules: Sequence[Rule]
    gap: Gap | None


def plans(actor: Actor) -> PlansView:
    """All plans that are not closed, by approach."""
    view = look(actor, Asked(), days=DAYS)
    rows = ApproachPlan.objects.filter(workspace_id=actor.workspace_id).exclude(state="closed")
    found = list(rows.prefetch_related("channels").order_by("-at"))
    return PlansView(
        view.window,
        [
            (approach, [_row(view, one) for one in found if one.approach == approach])
            for approach in Approach
            if any(one.approach == approach for one in found)
        ],
    )


def plan(actor: Actor, plan_id: UUID) -> PlanView:
    """One plan: KPIs, what is said about its topics, its balance, its rules."""
    view = look(actor, Asked(), days=DAYS)
    row = find_plan(actor, plan_id)
    channels = channels_of(row)
    balance = measure(evidence.behaviour(view.place, channels, view.window))
    declared = None if row.networking is None else row.networking / 100
    rules = [_rule(actor, row, one) for one in row.triggers.order_by("at")]
    return PlanView(
        view.window,
        _row(view, row),
        _topics(view, row.topics),
        rules,
        gap(declared, balance, view.limits.balance_gap) if channels else None,
    )


def find_plan(actor: Actor, plan_id: UUID) -> ApproachPlan:
    """The plan, which must be the workspace's own."""
    rows = ApproachPlan.objects.filter(workspace_id=actor.workspace_id, id=plan_id)
    found = rows.prefetch_related("channels").first()
    if found is None:
        raise NotFoundError(_("There is no such plan."), field="plan")
    return found


def channels_of(row: ApproachPlan) -> tuple[UUID, ...]:
    """The channels of a plan, in a settled order."""
    return tuple(sorted(one.id for one in row.channels.all()))


def _row(view: View, row: ApproachPlan) -> PlanRow:
    channels, approach = channels_of(row), Approach(row.approach)
    before = _before(view.window)
    return PlanRow(
        row,
        [str(one) for one in row.channels.all()],
        missing(approach, len(channels), row.topics),
        [
            Compared(
                key,
                readings.value(view.place, key, channels, view.window),
                readings.value(view.place, key, channels, before),
            )
            for key in PACKS[approach]
        ],
    )


def _before(window: Window) -> Window:
    span = timedelta(days=window.days)
    return Window(window.first - span, window.last - span, window.zone)


def _topics(view: View, words: Sequence[str]) -> list[Topic]:
    """What was said about each topic, on all channels: topics belong to nobody."""
    if not words:
        return []

    def compute() -> list[dict[str, Any]]:
        tables = Tables(
            log.lake([view.place.workspace_id]),
            Scope(view.place.workspace_id),
            view.window,
            "topics",
        )
        return tables.ask(
            repr(words), lambda: metrics.spoken_of(tables.activities, view.window, words)
        )

    rows = readings.once(view.place, ("topics", tuple(words), view.window), compute)
    found = {row["topic"]: row for row in rows}
    return [
        Topic(word, *(int(found[word][name] or 0) for name in ("posts", "reshares", "people")))
        for word in words
        if word in found
    ]


def _rule(actor: Actor, plan_row: ApproachPlan, row: Trigger) -> Rule:
    conditions = conditions_of(row)
    waits = row.state == "waiting"
    values = read_conditions(actor, plan_row, conditions) if waits else row.evidence
    return Rule(row, check(conditions, values))


def conditions_of(row: Trigger) -> list[Condition]:
    """A trigger's conditions."""
    return [Condition(one["metric"], float(one["least"])) for one in row.conditions]


def read_conditions(
    actor: Actor, plan_row: ApproachPlan, conditions: Sequence[Condition]
) -> dict[str, float | None]:
    """What the numbers of some conditions are over the last four weeks."""
    view = look(actor, Asked(), days=DAYS)
    channels = channels_of(plan_row)
    return {
        one.metric: (
            quality_followers(actor, channels)
            if one.metric == QUALITY_FOLLOWERS
            else readings.value(view.place, one.metric, channels, view.window).value
        )
        for one in conditions
        if one.metric == QUALITY_FOLLOWERS or one.metric in KPIS
    }


# --- whether at all, and how to divide ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """A stored assessment with its reasons."""

    id: UUID
    purpose: str
    finding: Finding
    note: str
    at: datetime
    by: str
    recheck_on: date
    is_due: bool
    """Whether it is time to ask again."""


def assessments(actor: Actor, *, limit: int = 50) -> Sequence[AssessmentRow]:
    """The newest first."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Assessment.objects.filter(workspace_id=actor.workspace_id).select_related("by")
    today = look(actor, Asked(), days=1).place.today
    return [_assessment(one, today) for one in rows.order_by("-at", "-id")[:limit]]


def assessment(actor: Actor, assessment_id: UUID) -> AssessmentRow:
    """One assessment."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Assessment.objects.filter(workspace_id=actor.workspace_id, id=assessment_id)
    found = rows.select_related("by").first()
    if found is None:
        raise NotFoundError(_("There is no such assessment."), field="assessment")
    return _assessment(found, look(actor, Asked(), days=1).place.today)


def _assessment(row: Assessment, today: date) -> AssessmentRow:
    answers = {question: int(row.answers[question.value]) for question in Question}
    finding = Finding(
        needing.Verdict(row.verdict),
        row.points,
        tuple(one for one in Question if answers[one] == needing.NO),
        tuple(one for one in Question if answers[one] == needing.PARTLY),
        row.recheck_on,
    )
    return AssessmentRow(
        row.id,
        row.purpose,
        finding,
        row.note,
        row.at,
        str(row.by or ""),
        row.recheck_on,
        row.recheck_on <= today,
    )


def splits(actor: Actor, *, limit: int = 20) -> Sequence[EffortSplit]:
    """Divisions of effort that were decided, the newest first."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = EffortSplit.objects.filter(workspace_id=actor.workspace_id).select_related("by")
    return list(rows.order_by("-at", "-id")[:limit])
