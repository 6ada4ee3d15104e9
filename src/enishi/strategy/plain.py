"""The plan as JSON, the same for REST, CLI and MCP: names of figures stay, words are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from enishi.accounts.terminal import to_plain
from enishi.analytics.kpi import Window
from enishi.strategy import shown, texts
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
        **to_plain(row.reading),
    }


def explanation(found: Explanation) -> dict[str, Any]:
    """A number taken apart."""
    window = Window(found.first, found.last, found.zone)
    return (
        _window(window)
        | _kpi(KpiRow(found.definition, found.reading))
        | {
            "sources": list(found.definition.sources),
            "channels": list(found.channels),
            "activities": to_plain(found.activities),
            "observations": to_plain(found.observations),
            "next_before": found.next_before,
            "days": [{"day": day.isoformat(), "value": value} for day, value in found.table],
        }
    )
