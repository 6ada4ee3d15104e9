"""The plan as JSON, the same for REST, CLI and MCP: names of figures stay, words are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from enishi.accounts.terminal import to_plain
from enishi.analytics.kpi import KPIS, Window
from enishi.strategy import shown, texts
from enishi.strategy.models import (
    CostEntry,
    PlanVersion,
    Resource,
    Review,
    Strategy,
    StrategyOption,
)
from enishi.strategy.queries.alignment import Alignment
from enishi.strategy.queries.reviews import ProgrammeRow, ReviewDetail
from enishi.strategy.queries.sorting import PackRow
from enishi.strategy.queries.split import MixupRow
from enishi.strategy.queries.thinking import Canvas, FactorRow, RiskRow
from enishi.strategy.starters import Starter
from enishi.strategy.values import (
    Check,
    Explanation,
    GoalRow,
    KpiRow,
    ObjectiveDetail,
    ObjectiveRow,
)


def goal(row: GoalRow) -> dict[str, Any]:
    """A goal with all below it."""
    return _node(row) | {
        "strategies": [
            _node(each) | {"objectives": [objective(one) for one in each.objectives]}
            for each in row.strategies
        ]
    }


def _node(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = to_plain(row.node)
    return found


def objective(row: ObjectiveRow) -> dict[str, Any]:
    """An objective with where it stands."""
    card = shown.card(row)
    return _node(row) | {
        "measure": to_plain(row.measure),
        "value": row.value,
        "as_of": to_plain(card.as_of),
        "status_of_pace": card.status.value,
        "pacing": to_plain(row.pacing),
        "sentence": card.sentence,
        "tactics": [_node(one) | {"post_count": one.post_count} for one in row.tactics],
    }


def detail(found: ObjectiveDetail) -> dict[str, Any]:
    """An objective with its check, its posts and its days."""
    return objective(found.row) | {
        "goal": to_plain(found.goal),
        "strategy": to_plain(found.strategy),
        "check": check(found.check),
        "tactics": to_plain(found.tactics),
        "second_levels": to_plain(found.second_levels),
        "outlook": _outlook(found),
        "days": [to_plain(row) for row in found.table],
    }


def _outlook(found: ObjectiveDetail) -> dict[str, Any] | None:
    words = shown.outlook(found)
    if words is None:
        return None
    plain: dict[str, Any] = to_plain(found.outlook)
    return plain | {"sentence": words.sentence}


def check(found: Check) -> dict[str, Any]:
    """The SMART letters with their reasons."""
    return {
        "letters": [
            {
                "letter": one.letter.value,
                "verdict": one.verdict.value,
                "reason": texts.reason(one, found.metric),
            }
            for one in found.findings
        ],
        "metric": found.metric,
        "current": found.current,
    }


def kpis(window: Window, rows: Sequence[KpiRow]) -> dict[str, Any]:
    """KPIs over a window."""
    return _window(window) | {"items": [_kpi(row) for row in rows]}


def _window(window: Window) -> dict[str, Any]:
    return {
        "first": window.first.isoformat(),
        "last": window.last.isoformat(),
        "zone": window.zone,
    }


def _kpi(row: KpiRow) -> dict[str, Any]:
    words = shown.kpi(row)
    return {
        "key": words.key,
        "name": words.name,
        "description": words.description,
        "formula": words.formula,
        "unit": row.definition.unit.value,
        "direction": row.definition.better.value,
        "pack": row.definition.pack.value,
        "sources": list(row.definition.sources),
        **to_plain(row.reading),
    }


def explanation(found: Explanation) -> dict[str, Any]:
    """A number taken apart."""
    window = Window(found.first, found.last, found.zone)
    return (
        _window(window)
        | _kpi(KpiRow(found.definition, found.reading))
        | {
            "channels": list(found.channels),
            "activities": to_plain(found.activities),
            "observations": to_plain(found.observations),
            "next_before": found.next_before,
            "days": [{"day": day.isoformat(), "value": value} for day, value in found.table],
        }
    )


# --- beside the tree -----------------------------------------------------------------------


def starter(one: Starter) -> dict[str, Any]:
    """A template: what it would make, its KPIs in full."""
    kpis = [kpi_definition(key) for key in one.kpis]
    found: dict[str, Any] = to_plain(one)
    return found | {"kpis": kpis}


def kpi_definition(key: str) -> dict[str, Any]:
    """A KPI without a value: formula, unit, direction and source."""
    definition = KPIS[key].definition
    return {
        "key": key,
        "name": texts.kpi_name(key),
        "formula": _(definition.formula),
        "unit": definition.unit.value,
        "direction": definition.better.value,
        "pack": definition.pack.value,
        "sources": list(definition.sources),
    }


def pack(one: PackRow) -> dict[str, Any]:
    """A KPI of an objective's pack with its value."""
    return _kpi(one.row) | {
        "is_silent": one.is_silent,
        "no_data_since": to_plain(one.no_data_since),
    }


def approval(found: Strategy) -> dict[str, Any]:
    """How far a strategy has come."""
    return {
        "approval": found.approval,
        "approver_id": to_plain(found.approver_id),
        "approved_at": to_plain(found.approved_at),
    }


def resource(one: Resource) -> dict[str, Any]:
    """A line of the inventory."""
    return {
        "id": str(one.id),
        "kind": one.kind,
        "name": one.name,
        "minutes_per_week": one.minutes_per_week,
        "note": one.note,
    }


def cost(one: CostEntry) -> dict[str, Any]:
    """Money that was spent."""
    return {
        "id": str(one.id),
        "day": one.day.isoformat(),
        "amount": one.amount,
        "kind": one.kind,
        "label": one.label,
        "tactic_id": to_plain(one.tactic_id),
        "scope": one.scope or (one.tactic.scope if one.tactic else ""),
        "over_budget": one.over_budget,
        "approved_at": to_plain(one.approved_at),
        "approval_reason": one.approval_reason,
    }


def mixup(one: MixupRow) -> dict[str, Any]:
    """A mix-up in words."""
    found: dict[str, Any] = to_plain(one)
    return found | {"sentence": texts.mixup(one.mixup)}


def canvas(found: Canvas) -> dict[str, Any]:
    """The canvas and its coverage."""
    return {
        "filled": found.completeness.filled,
        "of": found.completeness.all,
        "empty": [box.value for box in found.completeness.empty],
        "boxes": to_plain(found.boxes),
        "matrix": to_plain(found.matrix),
        "cited": {box.value: count for box, count in found.coverage.cited.items()},
        "objectives_without_box": found.coverage.without,
    }


def risk(row: RiskRow) -> dict[str, Any]:
    """A risk of the register."""
    one = row.risk
    return {
        "id": str(one.id),
        "strategy_id": str(one.strategy_id),
        "title": one.title,
        "probability": one.probability,
        "impact": one.impact,
        "score": row.score,
        "response": one.response,
        "owner_id": to_plain(one.owner_id),
        "evidence": one.evidence,
        "closed_at": to_plain(one.closed_at),
    }


def option(one: StrategyOption) -> dict[str, Any]:
    """An entry of the log of options."""
    return {
        "id": str(one.id),
        "strategy_id": str(one.strategy_id),
        "title": one.title,
        "note": one.note,
        "state": one.state,
        "reason": one.reason,
        "decided_at": to_plain(one.decided_at),
    }


def factor(row: FactorRow) -> dict[str, Any]:
    """An entry of the PESTLE log with what it touches."""
    one = row.factor
    return {
        "id": str(one.id),
        "area": one.area,
        "title": one.title,
        "detail": one.detail,
        "effective": to_plain(one.effective),
        "source_url": one.source_url,
        "keywords": one.keywords,
        "links": [
            {
                "id": str(link.id),
                "objective_id": to_plain(link.objective_id),
                "tactic_id": to_plain(link.tactic_id),
                "title": (link.objective or link.tactic).title,  # type: ignore[union-attr]
                "state": "reviewed" if link.reviewed_at else "needs review",
                "finding": link.finding,
            }
            for link in row.links
        ],
    }


def alignment(found: Alignment) -> dict[str, Any]:
    """Rates of orphans with their lists."""
    plain: dict[str, Any] = to_plain(found)
    for name, share in (
        ("posts", found.posts),
        ("tactics", found.tactics),
        ("kpis", found.kpis),
    ):
        plain[name] |= {"rate": share.rate, "percent": share.percent}
    return plain


def version(one: PlanVersion) -> dict[str, Any]:
    """A version of the plan without its contents."""
    return {
        "id": str(one.id),
        "number": one.number,
        "label": one.label,
        "nodes": len(one.document),
        "at": one.at.isoformat(),
    }


def programme(row: ProgrammeRow) -> dict[str, Any]:
    """A line of the programme."""
    return {
        "goal": to_plain(row.goal),
        "objective": to_plain(row.objective),
        "owner": row.owner_name,
        "review_on": to_plain(row.review_on),
        "target": row.target,
        "is_main": row.is_main,
        "kpi": pack(row.kpi),
    }


def review(one: Review) -> dict[str, Any]:
    """A month's review: its figures as they stood."""
    return {
        "id": str(one.id),
        "month": f"{one.month:%Y-%m}",
        "drafted_at": one.drafted_at.isoformat(),
        "held_at": to_plain(one.held_at),
        "rows": one.rows,
    }


def review_detail(found: ReviewDetail) -> dict[str, Any]:
    """A review with every version of its minutes."""
    return review(found.review) | {
        "minutes": [
            {"number": one.number, "text": one.text, "at": one.at.isoformat()}
            for one in found.minutes
        ]
    }
