"""What the queries of the strategy return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from enishi.analytics.kpi import Reading
from enishi.analytics.metrics.definition import Definition
from enishi.strategy.core.nodes import Level
from enishi.strategy.core.pacing import Conversion, Pacing
from enishi.strategy.core.smart import Finding
from enishi.strategy.inputs import Measure


@dataclass(frozen=True, slots=True)
class Leaf:
    """A node by itself."""

    id: UUID
    level: Level
    title: str
    description: str
    status: str
    status_label: str
    owner_id: UUID | None
    owner_name: str
    position: int
    facets: Mapping[str, Any] = field(default_factory=dict)
    """What it says beyond that: pillar, purpose, scope … (see `facets`)."""


@dataclass(frozen=True, slots=True)
class TacticRow:
    node: Leaf
    post_count: int


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective with where it stands. `pacing` is None without a plan."""

    node: Leaf
    measure: Measure
    value: float | None
    reading: Reading | None
    pacing: Pacing | None
    tactics: Sequence[TacticRow] = ()


@dataclass(frozen=True, slots=True)
class StrategyRow:
    node: Leaf
    objectives: Sequence[ObjectiveRow]


@dataclass(frozen=True, slots=True)
class GoalRow:
    node: Leaf
    strategies: Sequence[StrategyRow]


@dataclass(frozen=True, slots=True)
class LinkedPost:
    id: UUID
    text: str
    state: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TacticDetail:
    node: Leaf
    objective_id: UUID
    posts: Sequence[LinkedPost]


@dataclass(frozen=True, slots=True)
class SecondLevel:
    """An objective that goes on from another one: customers out of leads."""

    first_id: UUID
    first_title: str
    second_id: UUID
    second_title: str
    conversion: Conversion


@dataclass(frozen=True, slots=True)
class Check:
    """The SMART check of an objective, and what its statement says by itself."""

    findings: Sequence[Finding]
    metric: str
    current: float | None
    """What the KPI reads now: a baseline to start from."""


@dataclass(frozen=True, slots=True)
class PacingDay:
    """A day of the pacing chart; `low` and `high` are the ends of the forecast's interval."""

    day: date
    actual: float | None
    expected: float
    forecast: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """Where an objective is heading, as a worker last computed it.

    `days` has the expected value and the ends of the interval of each day after `through`.
    With a `refusal` there is no forecast: `observed` values were too few, `needed` would do.
    """

    computed_at: datetime
    through: date
    refusal: str
    observed: int
    needed: int
    method: str
    level: float
    probability: float | None
    folds: int
    scores: dict[str, float]
    days: Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class ObjectiveDetail:
    row: ObjectiveRow
    goal: Leaf
    strategy: Leaf
    channels: Sequence[str]
    tactics: Sequence[TacticDetail]
    check: Check
    chart: dict[str, Any] | None
    table: Sequence[PacingDay]
    """The chart in numbers."""
    outlook: OutlookRow | None
    second_levels: Sequence[SecondLevel]


@dataclass(frozen=True, slots=True)
class KpiRow:
    """A KPI over a window."""

    definition: Definition
    reading: Reading


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number taken apart."""

    definition: Definition
    reading: Reading
    first: date
    last: date
    zone: str
    channels: Sequence[str]
    activities: Sequence[dict[str, Any]]
    observations: Sequence[dict[str, Any]]
    next_before: str
    chart: dict[str, Any] | None
    table: Sequence[tuple[date, float | None]]


@dataclass(frozen=True, slots=True)
class Choice:
    id: UUID
    name: str
