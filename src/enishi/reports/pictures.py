"""Charts as data that the front end draws, and the tables that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from enishi.reports.core.buckets import Step
from enishi.reports.values import Graph, GroupGraph, Remark
from enishi.strategy.pictures import axis, scale_of
from enishi.strategy.texts import kpi_name, number


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table behind a chart."""

    day: date
    value: str
    day_before: date | None
    value_before: str
    note: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, its table, and the remarks that are marked in it by their numbers."""

    key: str
    title: str
    is_weekly: bool
    chart: dict[str, Any]
    table: Sequence[Line]
    remarks: Sequence[tuple[int, Remark]]


def picture(graph: Graph, remarks: Sequence[Remark]) -> Picture | None:
    """A KPI drawn over its period; None when nothing of it was observed."""
    if all(step.value is None for step in graph.steps):
        return None
    key = graph.definition.key
    marked = [(at, one) for at, one in enumerate(remarks, start=1) if one.metric in {"", key}]
    is_weekly = any(step.days > 1 for step in graph.steps)
    name = kpi_name(key)
    return Picture(
        key=key,
        title=_("%(kpi)s by week") % {"kpi": name} if is_weekly else name,
        is_weekly=is_weekly,
        chart={
            "kind": "line",
            "title": name,
            "x": [step.day.isoformat() for step in graph.steps],
            "series": _series(graph),
            "yName": axis(graph.definition),
            "marks": _marks(graph.steps, marked),
        },
        table=_table(graph),
        remarks=marked,
    )


def _series(graph: Graph) -> list[dict[str, Any]]:
    scale = scale_of(graph.definition)
    now = {"name": _("This period"), "data": _scaled(graph.steps, scale), "style": "area"}
    if all(step.value is None for step in graph.before):
        return [now]
    earlier = (*graph.before, *[None] * len(graph.steps))[: len(graph.steps)]
    data = [None if one is None else _one(one, scale) for one in earlier]
    return [now, {"name": _("Compared period"), "data": data, "style": "dashed"}]


def _scaled(steps: Sequence[Step], scale: float) -> list[float | None]:
    return [_one(step, scale) for step in steps]


def _one(step: Step, scale: float) -> float | None:
    return None if step.value is None else round(step.value * scale, 2)


def _marks(steps: Sequence[Step], marked: Sequence[tuple[int, Remark]]) -> list[dict[str, str]]:
    """Where the remarks stand on the axis: each at the step that holds its day."""
    found = []
    for at, remark in marked:
        day = max((step.day for step in steps if step.day <= remark.day), default=None)
        if day is not None:
            found.append({"x": day.isoformat(), "name": str(at), "text": remark.text})
    return found


def _table(graph: Graph) -> list[Line]:
    key, before = graph.definition.key, list(graph.before)
    lines = []
    for at, step in enumerate(graph.steps):
        other = before[at] if at < len(before) else None
        lines.append(
            Line(
                day=step.day,
                value=number(step.value, key),
                day_before=other.day if other else None,
                value_before=number(other.value, key) if other else "",
                note=_partly(step),
            )
        )
    return lines


def _partly(step: Step) -> str:
    if step.days == 1 or not step.is_partial or not step.observed:
        return ""
    return _("%(observed)s of %(days)s days observed") % {
        "observed": step.observed,
        "days": step.days,
    }


def short(day: date) -> str:
    """A day in the reader's usual short form."""
    return formats.date_format(day, "SHORT_DATE_FORMAT")


@dataclass(frozen=True, slots=True)
class GroupPicture:
    """One KPI of several groups in one chart, the table behind it, and the other KPIs."""

    title: str
    chart: dict[str, Any]
    names: Sequence[str]
    table: Sequence[tuple[date, Sequence[str]]]
    choices: Sequence[tuple[str, str, bool]]
    left_out: int


def group_picture(graph: GroupGraph) -> GroupPicture:
    """The lines of several channels, classes or levels side by side."""
    key, scale = graph.definition.key, scale_of(graph.definition)
    days = [step.day for step in graph.lines[0][1]]
    return GroupPicture(
        title=kpi_name(key),
        chart={
            "kind": "line",
            "title": kpi_name(key),
            "x": [day.isoformat() for day in days],
            "series": [
                {"name": name, "data": _scaled(steps, scale)} for name, steps in graph.lines
            ],
            "yName": axis(graph.definition),
        },
        names=[name for name, _steps in graph.lines],
        table=[
            (day, [number(steps[at].value, key) for _name, steps in graph.lines])
            for at, day in enumerate(days)
        ],
        choices=[(one.key, kpi_name(one.key), one.key == key) for one in graph.choices],
        left_out=graph.left_out,
    )
