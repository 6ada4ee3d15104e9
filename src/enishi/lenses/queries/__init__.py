"""Every read of the lenses."""

from __future__ import annotations

from enishi.lenses.queries.asking import Asked
from enishi.lenses.queries.awareness import awareness
from enishi.lenses.queries.balance import balance, sight
from enishi.lenses.queries.checks import cadence, growth, jumps, plausibility
from enishi.lenses.queries.experiments import frequency, trial, trials
from enishi.lenses.queries.plans import AssessmentRow, assessment, assessments, plan, plans, splits
from enishi.lenses.queries.posts import evidence, lifts, powers, scores, suggested_split
from enishi.lenses.queries.reach import levels, reach

__all__ = [
    "Asked",
    "AssessmentRow",
    "assessment",
    "assessments",
    "awareness",
    "balance",
    "cadence",
    "evidence",
    "frequency",
    "growth",
    "jumps",
    "levels",
    "lifts",
    "plan",
    "plans",
    "plausibility",
    "powers",
    "reach",
    "scores",
    "sight",
    "splits",
    "suggested_split",
    "trial",
    "trials",
]
