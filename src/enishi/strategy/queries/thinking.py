"""Canvas and coverage, risks and options, budgets, and the log of the world outside."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, Sum
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.strategy.core.canvas import Box, Completeness, Coverage, completeness, coverage
from enishi.strategy.core.nodes import Status
from enishi.strategy.models import (
    BOXES,
    CanvasBox,
    CostEntry,
    Factor,
    FactorLink,
    Objective,
    Risk,
    Strategy,
    StrategyOption,
)
from enishi.strategy.queries import visible
from enishi.strategy.values import Choice

_DROPPED = Status.DROPPED.value
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class BoxRow:
    key: str
    label: object
    text: str
    objectives: Sequence[Choice]
    """Those that cite it."""


@dataclass(frozen=True, slots=True)
class CitingRow:
    """An objective and, for each box in their order, whether it cites it."""

    id: UUID
    title: str
    cites: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Canvas:
    """The six boxes, how complete they are, and which objective rests on which."""

    boxes: Sequence[BoxRow]
    completeness: Completeness
    empty_labels: Sequence[object]
    matrix: Sequence[CitingRow]
    coverage: Coverage
    counts: Sequence[int]


def canvas(actor: Actor) -> Canvas:
    """The business canvas with its coverage matrix (R024)."""
    actor.require(Permission.STRATEGY_VIEW)
    texts = dict(
        CanvasBox.objects.filter(workspace_id=actor.workspace_id).values_list("box", "text")
    )
    rows = Objective.objects.filter(visible.objectives(actor), workspace_id=actor.workspace_id)
    rows = rows.exclude(status=_DROPPED)
    objectives = list(rows.order_by("strategy__position", "position", "id"))
    done = completeness(texts)
    covered = coverage(one.boxes for one in objectives)
    labels: Mapping[str, object] = dict(BOXES)
    return Canvas(
        boxes=[_box(key, label, texts, objectives) for key, label in BOXES],
        completeness=done,
        empty_labels=[labels[box.value] for box in done.empty],
        matrix=[
            CitingRow(one.id, one.title, [box.value in one.boxes for box in Box])
            for one in objectives
        ],
        coverage=covered,
        counts=[covered.cited[box] for box in Box],
    )


def _box(
    key: str, label: object, texts: Mapping[str, str], objectives: Sequence[Objective]
) -> BoxRow:
    citing = [Choice(one.id, one.title) for one in objectives if key in one.boxes]
    return BoxRow(key, label, texts.get(key, ""), citing)


def coverage_csv(actor: Actor) -> str:
    """The coverage matrix as CSV: a row for each objective, a column for each box."""
    found = canvas(actor)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Objective"), *(str(box.label) for box in found.boxes)])
    for row in found.matrix:
        writer.writerow([_safe(row.title), *("1" if cited else "0" for cited in row.cites)])
    writer.writerow([_("Objectives that cite it"), *found.counts])
    return out.getvalue()


def _safe(text: str) -> str:
    """Spreadsheets must not take a title for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


# --- risks, options, budgets ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RiskRow:
    risk: Risk
    score: int
    """Probability × impact, 1 to 25."""
    tone: str


_HIGH, _MIDDLE = 15, 8


def risks(actor: Actor, *, strategy_id: UUID | None = None) -> list[RiskRow]:
    """The register: open risks first, the greatest product of both first."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Risk.objects.filter(strategy__workspace_id=actor.workspace_id)
    if strategy_id:
        rows = rows.filter(strategy_id=strategy_id)
    found = [_risk_row(one) for one in rows.select_related("strategy", "owner", "closed_by")]
    return sorted(
        found, key=lambda row: (row.risk.closed_at is not None, -row.score, str(row.risk.id))
    )


def _risk_row(one: Risk) -> RiskRow:
    score = one.probability * one.impact
    tone = "bad" if score >= _HIGH else "warn" if score >= _MIDDLE else "quiet"
    return RiskRow(one, score, "good" if one.closed_at else tone)


def options(actor: Actor) -> list[StrategyOption]:
    """The log of options, those still open first."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = StrategyOption.objects.filter(strategy__workspace_id=actor.workspace_id)
    found = rows.select_related("strategy", "decided_by").order_by("-created_at", "-id")
    return sorted(found, key=lambda one: one.state != "open")


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A strategy's budget and what was spent of it, in minor units."""

    id: UUID
    title: str
    budget: int
    spent: int
    waiting: int
    """Costs beyond the budget that wait for an approver."""

    @property
    def share(self) -> int | None:
        """Spent in per cent of the budget; None for a budget of 0."""
        return round(_WHOLE * self.spent / self.budget) if self.budget else None


def budgets(actor: Actor) -> list[BudgetRow]:
    """Every strategy that has a budget."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Strategy.objects.filter(workspace_id=actor.workspace_id, budget__isnull=False)
    return [_budget_row(one) for one in rows.order_by("position", "id")]


def _budget_row(one: Strategy) -> BudgetRow:
    costs = CostEntry.objects.filter(tactic__objective__strategy_id=one.id)
    spent = costs.aggregate(total=Sum("amount"))["total"] or 0
    waiting = costs.filter(over_budget=True, approved_at=None).count()
    return BudgetRow(one.id, one.title, one.budget or 0, spent, waiting)


# --- the world outside ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactorRow:
    factor: Factor
    links: Sequence[FactorLink]

    @property
    def waiting(self) -> int:
        """How many objectives and tactics need a review."""
        return sum(1 for link in self.links if link.reviewed_at is None)


def factors(actor: Actor) -> list[FactorRow]:
    """The PESTLE log, the newest first."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Factor.objects.filter(workspace_id=actor.workspace_id)
    links = FactorLink.objects.select_related("objective", "tactic", "reviewed_by")
    seen = links.filter(
        Q(objective=None) | visible.objectives(actor, "objective__"),
        Q(tactic=None) | visible.objectives(actor, "tactic__objective__"),
    )
    shown = Prefetch("links", seen if actor.functions else links)
    found = rows.prefetch_related(shown).order_by("-created_at", "-id")
    return [FactorRow(one, sorted(one.links.all(), key=_unreviewed_first)) for one in found]


def _unreviewed_first(link: FactorLink) -> tuple[bool, UUID]:
    return link.reviewed_at is not None, link.pk


def needs_review(actor: Actor) -> set[UUID]:
    """The objectives and tactics that some factor put into question."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = FactorLink.objects.filter(Q(factor__workspace_id=actor.workspace_id), reviewed_at=None)
    pairs = rows.values_list("objective_id", "tactic_id")
    found: set[UUID | None] = {one for pair in pairs for one in pair}
    return {one for one in found if one is not None}
