"""What the queries of reports return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from enishi.analytics.kpi import Reading, Window
from enishi.analytics.metrics.definition import Definition
from enishi.reports.core.asking import Asked
from enishi.reports.core.buckets import Step
from enishi.reports.core.changes import SMALL, Change
from enishi.strategy.values import ObjectiveRow


@dataclass(frozen=True, slots=True)
class Tile:
    """A KPI over the period, beside the same over the period that it is compared with.

    `few` is the number of cases behind a rate when that is small.
    """

    definition: Definition
    reading: Reading
    before: Reading | None
    change: Change | None
    few: int | None
    least: int
    """From how many cases on it is not called small."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A KPI step by step; `before` has the same steps of the compared period."""

    definition: Definition
    steps: Sequence[Step]
    before: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Differing:
    """KPIs that stand together and differ by definition; `why` is a message identifier."""

    keys: Sequence[str]
    why: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a dashboard. `unseen` are KPIs of which nothing was observed at all."""

    key: str
    name: object
    tiles: Sequence[Tile]
    unseen: Sequence[Definition]
    graphs: Sequence[Graph]
    differing: Sequence[Differing]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of channels with its values, in the order of the table's columns."""

    key: str
    name: str
    channel_ids: Sequence[UUID]
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class GroupGraph:
    """One KPI of several groups in one chart; `left_out` groups were too many to draw."""

    definition: Definition
    choices: Sequence[Definition]
    lines: Sequence[tuple[str, Sequence[Step]]]
    left_out: int


@dataclass(frozen=True, slots=True)
class GroupTable:
    """KPIs by channel, by class of a scheme, or by level; the total is the ungrouped value."""

    by: str
    name: str
    source: str
    """Who classifies so, and since when; empty for channels."""
    columns: Sequence[Definition]
    rows: Sequence[GroupRow]
    rest: Sequence[float | None]
    """What the log knows without a channel; all None when there is nothing."""
    total: Sequence[float | None]
    graph: GroupGraph | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """An annotation: something that happened on a day and helps to read the numbers."""

    id: UUID
    day: date
    text: str
    channel_id: UUID | None
    channel_name: str
    metric: str
    author: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard with all its numbers."""

    asked: Asked
    title: str
    about: str
    window: Window
    before: Window | None
    scope: Sequence[str]
    """The names of the channels that count; empty when all do."""
    channel_ids: Sequence[UUID]
    """The same by id; empty when all do."""
    nothing_there: bool
    """No channel is of the level that is asked for."""
    scheme_name: str
    """The scheme that says what SNS is, where a level is asked for."""
    sections: Sequence[Section]
    groups: GroupTable | None
    objectives: Sequence[ObjectiveRow]
    objective: Any | None
    """The objective whose dashboard it is, with its chart."""
    remarks: Sequence[Remark]
    as_of: datetime | None
    small: int = SMALL
    """A rate of fewer cases is called small."""
    """When the newest of what is shown was observed."""
