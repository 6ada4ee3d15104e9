"""The lenses as JSON, the same for REST, CLI and MCP: codes stay, words are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from enishi.accounts.terminal import to_plain
from enishi.analytics.kpi import Reading, Window
from enishi.analytics.powers import Powers
from enishi.lenses import words
from enishi.lenses.core.approach import PlanState, TriggerState
from enishi.lenses.core.balance import Gap
from enishi.lenses.core.reach import Reach
from enishi.lenses.models import EffortSplit, Trigger
from enishi.lenses.queries.awareness import AwarenessView
from enishi.lenses.queries.balance import BalanceView, SightView
from enishi.lenses.queries.checks import ChannelCadence, Flag, Growth, Target
from enishi.lenses.queries.experiments import Candidate, Curve, TrialView
from enishi.lenses.queries.plans import AssessmentRow, PlanRow, PlanView, Rule
from enishi.lenses.queries.posts import EvidenceView, LiftsView, PowersView, ScoresView
from enishi.lenses.queries.reach import LevelsView, ReachView


def _window(window: Window) -> dict[str, Any]:
    first, last = window.first.isoformat(), window.last.isoformat()
    return {"first": first, "last": last, "zone": window.zone}


def _gap(found: Gap | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "declared": found.declared,
        "measured": found.measured,
        "gap": round(found.value, 4),
        "is_wide": found.is_wide,
    }


def balance(found: BalanceView) -> dict[str, Any]:
    """The balance with its five sub-scores and formulas."""
    return _window(found.window) | {
        "balance": found.balance.value,
        "indicators": [
            {
                "indicator": part.indicator.value,
                "name": str(words.INDICATORS[part.indicator][0]),
                "formula": str(words.INDICATORS[part.indicator][1]),
                "value": part.value,
                "numerator": part.numerator,
                "denominator": part.denominator,
            }
            for part in found.balance.parts
        ],
        "behaviour": to_plain(found.behaviour),
        "plans": [
            {
                "id": str(one.plan_id),
                "title": one.title,
                "declared": one.declared,
                "measured": one.measured,
                "gap": _gap(one.gap),
            }
            for one in found.declared
        ],
    }


def sight(found: SightView) -> dict[str, Any]:
    """All events through a lens."""
    return _window(found.window) | {
        "lens": found.sight.lens.value,
        "scheme": found.scheme,
        "level": found.level,
        "events": found.events,
        "total": found.sight.total,
        "columns": [to_plain(one) for one in found.columns],
        "groups": [
            {
                "group": row.group.value,
                "name": str(words.GROUPS[row.group]),
                "in_focus": row.in_focus,
                "total": row.total,
                "cells": dict(row.cells),
            }
            for row in found.sight.rows
        ],
        "people": found.people[0],
        "regulars": found.people[1],
        "two_way_threads": found.threads,
        "formats": [{"format": name, "posts": count} for name, count in found.formats],
    }


def _reach(found: Reach) -> dict[str, Any]:
    split = found.split
    return {
        "sources": dict(found.sources),
        "unknown": found.unknown,
        "organic": split.organic,
        "paid": split.paid,
        "sns_index": split.sns_index,
        "cns_index": split.cns_index,
        "sns_index_bounds": list(found.bounds) if found.bounds else None,
    }


def reach(found: ReachView) -> dict[str, Any]:
    """SNS↔CNS in all and by channel."""
    return (
        _window(found.window)
        | _reach(found.whole)
        | {
            "channels": [
                {"id": one.channel_id, "name": one.name, "declared_weight": one.weight}
                | _reach(one.reach)
                for one in found.channels
            ]
        }
    )


def levels(found: LevelsView) -> dict[str, Any]:
    """Spend and results at every level."""
    return _window(found.window) | {
        "sums": {
            metric: {place.value: value for place, value in sums.items()}
            for metric, sums in found.sums.items()
        },
        "notes": to_plain(found.notes),
    }


def scores(found: ScoresView) -> dict[str, Any]:
    """Adjusted scores with their formula."""
    return _window(found.window) | {
        "variant": f"engagement_rate_by_{found.scores.base}",
        "formula": "engagement rate of the post ÷ median engagement rate of its account × 100",
        "baselines": dict(found.baselines),
        "too_few": dict(found.too_few),
        "left_out": found.scores.left_out,
        "items": [
            {
                "post": score.post.post,
                "channel": name,
                "text": score.post.text,
                "rate": score.rate,
                "baseline": score.baseline,
                "score": score.value,
            }
            for score, name in found.shown
        ],
    }


def lifts(found: LiftsView) -> dict[str, Any]:
    """The lift of support by topic."""
    return _window(found.window) | {
        "items": [
            {
                "topic": one.topic,
                "supported": one.supported,
                "unsupported": one.unsupported,
                "verdict": "measured" if one.compared else "insufficient data",
                "lift": one.compared.difference if one.compared else None,
                "low": one.compared.low if one.compared else None,
                "high": one.compared.high if one.compared else None,
            }
            for one in found.lifts
        ]
    }


def powers(found: PowersView) -> dict[str, Any]:
    """The mixed model, or why there is none."""
    answer: dict[str, Any] = to_plain(found.answer) if found.answer else {}
    if isinstance(found.answer, Powers):
        for effect in answer["accounts"]:
            effect["channel"] = found.names.get(effect["name"], effect["name"])
    elif found.answer is not None:
        answer["verdict"] = "insufficient data"
    return answer | {"computed_at": to_plain(found.computed_at)}


def evidence(found: EvidenceView) -> dict[str, Any]:
    """SNS or CNS, always with objective, window and uncertainty."""
    compared, split = found.evidence.compared, found.split
    return _window(found.window) | {
        "purpose": found.evidence.purpose.value,
        "measure": found.evidence.measure,
        "verdict": found.evidence.verdict.value,
        "verdict_name": str(words.EVIDENCE[found.evidence.verdict]),
        "posts": {
            "sns": found.evidence.sns,
            "cns": found.evidence.cns,
            "unassigned": found.evidence.unassigned,
        },
        "difference": to_plain(compared),
        "uncertainty": (
            f"90 % interval: {compared.low:+.0%} to {compared.high:+.0%}"
            if compared
            else "insufficient data"
        ),
        "split": {
            "network": split.network,
            "media": round(split.media, 2),
            "hours": split.hours,
            "network_hours": round(split.network_hours, 2),
            "media_hours": round(split.media_hours, 2),
            "moved": split.moved,
        },
    }


def effort(row: EffortSplit) -> dict[str, Any]:
    """A division that was decided."""
    return {
        "id": str(row.id),
        "purpose": row.purpose,
        "hours": row.hours,
        "suggested": row.suggested,
        "chosen": row.chosen,
        "reason": row.reason,
        "evidence": row.evidence,
        "at": row.at.isoformat(),
        "by": str(row.by or ""),
    }


def assessment(row: AssessmentRow) -> dict[str, Any]:
    """A stored assessment with its reasons."""
    return {
        "id": str(row.id),
        "purpose": row.purpose,
        "verdict": row.finding.verdict.value,
        "verdict_name": str(words.VERDICTS[row.finding.verdict]),
        "points": row.finding.points,
        "reasons": [str(words.AGAINST[one]) for one in row.finding.against],
        "unsure": [str(words.QUESTIONS[one]) for one in row.finding.unsure],
        "note": row.note,
        "recheck_on": row.recheck_on.isoformat(),
        "is_due": row.is_due,
        "at": row.at.isoformat(),
        "by": row.by,
    }


def _kpis(row: PlanRow) -> list[dict[str, Any]]:
    return [
        {"key": one.key, "value": one.now.value, "before": one.before.value} for one in row.kpis
    ]


def plan_row(row: PlanRow) -> dict[str, Any]:
    """A plan with the KPIs of its approach."""
    return {
        "id": str(row.row.id),
        "title": row.row.title,
        "approach": row.row.approach,
        "state": PlanState(row.row.state).value,
        "topics": list(row.row.topics),
        "channels": list(row.channels),
        "influencers": row.row.influencers,
        "networking": row.row.networking,
        "sns_share": row.row.sns_share,
        "missing": [one.value for one in row.missing],
        "kpis": _kpis(row),
    }


def plan(found: PlanView) -> dict[str, Any]:
    """A plan with its report and rules."""
    return (
        _window(found.window)
        | plan_row(found.plan)
        | {
            "gap": _gap(found.gap),
            "topic_reports": [to_plain(one) | {"mentions": one.mentions} for one in found.topics],
            "rules": [_rule(one) for one in found.rules],
        }
    )


def _rule(rule: Rule) -> dict[str, Any]:
    return trigger(rule.row) | {
        "conditions": [
            {
                "metric": one.condition.metric,
                "least": one.condition.least,
                "value": one.value,
                "is_met": one.is_met,
            }
            for one in rule.checked
        ]
    }


def trigger(row: Trigger) -> dict[str, Any]:
    """A rule."""
    return {
        "id": str(row.id),
        "plan_id": str(row.plan_id),
        "state": TriggerState(row.state).value,
        "proposed": row.proposed,
        "replaced": row.replaced,
        "fired_at": to_plain(row.fired_at),
        "decided_at": to_plain(row.decided_at),
        "reason": row.reason,
        "conditions": row.conditions,
    }


def growth(found: Growth) -> dict[str, Any]:
    """Where followers came from; sources − losses + unattributed = net change."""
    return _window(found.window) | {
        "opening": found.opening,
        "closing": found.closing,
        "net": found.net,
        "attributed": found.attributed,
        "lost": found.lost,
        "unattributed": found.unattributed,
        "from_campaigns": found.from_campaigns,
        "existing": found.existing,
        "sources": to_plain(found.sources),
    }


def cadence(window: Window, rows: list[ChannelCadence]) -> dict[str, Any]:
    """Planned and actual posts."""
    return _window(window) | {
        "channels": [
            {
                "id": str(one.channel_id),
                "name": one.name,
                "per_week": one.per_week,
                "planned": round(one.cadence.planned, 2),
                "actual": one.cadence.actual,
                "adherence": one.cadence.adherence,
                "longest_gap_days": one.cadence.longest_gap,
                "weeks": [
                    {
                        "monday": week.monday.isoformat(),
                        "planned": round(week.planned, 2),
                        "actual": week.actual,
                        "adherence": week.adherence,
                    }
                    for week in one.cadence.weeks
                ],
            }
            for one in rows
        ]
    }


def target(one: Target) -> dict[str, Any]:
    """An objective's plausibility."""
    return {
        "objective_id": str(one.objective_id),
        "title": one.title,
        "metric": one.metric,
        "likelihood": one.judgement.likelihood.value,
        "needed_per_month": one.judgement.needed,
        "best_month": one.judgement.best,
        "ratio": one.judgement.ratio,
    }


def flag(one: Flag) -> dict[str, Any]:
    """A jump that nothing explains."""
    return {
        "channel_id": str(one.channel_id),
        "channel": one.channel,
        "day": one.jump.day.isoformat(),
        "change": one.jump.change,
        "usual": one.jump.usual,
        "reach": one.jump.reach,
        "verdict": (
            "open" if one.audit is None else "genuine" if one.audit.is_genuine else "suspicious"
        ),
        "note": one.audit.note if one.audit else "",
    }


def _readings(rows: list[tuple[str, Reading]]) -> dict[str, float | None]:
    return {key: reading.value for key, reading in rows}


def awareness(found: AwarenessView) -> dict[str, Any]:
    """Packs, days, campaigns and definitions."""
    return _window(found.window) | {
        "packs": {name: _readings(list(rows)) for name, rows in found.packs.items()},
        "gaps": found.gaps,
        "days": to_plain(found.days),
        "campaigns": to_plain(found.campaigns),
        "definitions": to_plain(found.meanings),
    }


def trial(found: TrialView, posts: Sequence[Candidate] = ()) -> dict[str, Any]:
    """A trial: its rule, each look with difference, interval and n, and its posts."""
    row = found.row
    return {
        "id": str(row.id),
        "title": row.title,
        "factor": row.factor,
        "arms": {"a": row.first, "b": row.second},
        "measure": row.measure,
        "hypothesis": row.hypothesis,
        "began_at": row.at.isoformat(),
        "per_arm": row.per_arm,
        "ripe_days": row.ripe_days,
        "rule": [to_plain(one) for one in found.plans],
        "state": row.state,
        "outcome": row.outcome,
        "reason": row.reason,
        "assigned": {"a": found.assigned[0], "b": found.assigned[1]},
        "counted": {"a": found.counts[0], "b": found.counts[1]},
        "next_look": to_plain(found.next_plan) if found.next_plan else None,
        "next_arm": found.next_arm.value,
        "looks": row.looks,
        "posts": [to_plain(one) for one in posts],
    }


def curve(found: Curve) -> dict[str, Any]:
    """What weeks brought by how often was posted; intervals are null below three weeks."""
    return _window(found.window) | {
        "measure": found.measure,
        "weeks": found.weeks,
        "steps": [to_plain(one) for one in found.steps],
    }
