"""The whole strategy as a document of one page, before any format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.kernel import clock
from enishi.strategy import queries, shown
from enishi.strategy.core import durations
from enishi.strategy.models import PILLARS, SCOPES
from enishi.strategy.queries import resources, sorting, thinking
from enishi.strategy.shown import GoalNode, ObjectiveNode, StrategyNode

_RISKS = 5


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An objective: what it is, where it stands, and what is done for it."""

    title: str
    kpi: str
    now: str
    target: str
    until: str
    pace: str
    tone: str
    tactics: str


@dataclass(frozen=True, slots=True)
class PlanStrategy:
    title: str
    tags: str
    why: str
    lines: Sequence[PlanLine]


@dataclass(frozen=True, slots=True)
class PlanGoal:
    title: str
    about: str
    strategies: Sequence[PlanStrategy]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Pillars, goals with all below them, and what the plan takes and risks."""

    workspace: str
    title: str
    day: str
    language: str
    pillars: Sequence[tuple[str, str]]
    goals: Sequence[PlanGoal]
    foot: Sequence[tuple[str, Sequence[str]]]


def plan_page(actor: Actor, workspace: Workspace, language: str) -> PlanPage:
    """The plan as the actor sees it today."""
    today = clock.now().astimezone(ZoneInfo(workspace.time_zone)).date()
    return PlanPage(
        workspace=workspace.name,
        title=_("Strategy on one page"),
        day=formats.date_format(today, "DATE_FORMAT"),
        language=language,
        pillars=[(str(one.label), _chosen(one)) for one in sorting.pillars(actor)],
        goals=[_goal(shown.goal(one)) for one in queries.tree(actor)],
        foot=_foot(actor),
    )


def _chosen(pillar: sorting.PillarRow) -> str:
    if pillar.is_chosen:
        return ngettext("%(count)d objective", "%(count)d objectives", pillar.objectives) % {
            "count": pillar.objectives
        }
    return _("Not chosen (%(reason)s)") % {"reason": pillar.reason or _("no reason given yet")}


def _goal(goal: GoalNode) -> PlanGoal:
    pillar = str(dict(PILLARS).get(goal.node.facets["pillar"], ""))
    about = " · ".join(text for text in (pillar, goal.node.owner_name) if text)
    return PlanGoal(goal.node.title, about, [_strategy(one) for one in goal.strategies])


def _strategy(strategy: StrategyNode) -> PlanStrategy:
    facets = strategy.node.facets
    scope = str(dict(SCOPES).get(facets["scope"], ""))
    lines = [_line(one) for one in strategy.objectives]
    return PlanStrategy(strategy.node.title, scope, facets["why"], lines)


def _line(objective: ObjectiveNode) -> PlanLine:
    card, end = objective.card, objective.card.row.measure.end
    return PlanLine(
        title=objective.node.title,
        kpi=card.metric_name or "–",
        now=card.value,
        target=card.target,
        until=formats.date_format(end, "SHORT_DATE_FORMAT") if end else "–",
        pace=" ".join(text for text in (str(card.label), card.ratio) if text != "–"),
        tone=card.tone,
        tactics=_(", ").join(one.node.title for one in objective.tactics) or "–",
    )


def _foot(actor: Actor) -> list[tuple[str, Sequence[str]]]:
    mix, capacity = sorting.purposes(actor), resources.capacity(actor)
    canvas = thinking.canvas(actor).completeness
    risks = [one for one in thinking.risks(actor) if not one.risk.closed_at][:_RISKS]
    hours = _("%(needed)s h a week needed, %(available)s h there: %(difference)s h") % {
        "needed": durations.hours(capacity.needed),
        "available": durations.hours(capacity.available),
        "difference": durations.hours(capacity.difference),
    }
    boxes = _("%(filled)s of %(all)s boxes are filled.") % {
        "filled": canvas.filled,
        "all": canvas.all,
    }
    purposes = [f"{row.label}: {row.share} %" for row in mix.rows if row.count]
    return [
        (_("What the objectives are for"), purposes or [_("None noted.")]),
        (_("Resources"), [hours, f"{_('Business canvas')}: {boxes}"]),
        (
            _("Greatest risks"),
            [f"{one.score}  {one.risk.title}" for one in risks] or [_("None noted.")],
        ),
    ]
