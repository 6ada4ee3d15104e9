"""Charts, as data that the front end draws, with the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from enishi.analytics.kpi import KPIS, Point
from enishi.analytics.metrics.definition import Definition, Unit
from enishi.strategy import readings
from enishi.strategy.core.pacing import line
from enishi.strategy.inputs import Measure
from enishi.strategy.readings import Place
from enishi.strategy.texts import kpi_name
from enishi.strategy.values import OutlookRow, PacingDay


@dataclass(frozen=True, slots=True)
class Picture:
    """A pacing chart and its table."""

    chart: dict[str, Any]
    table: Sequence[PacingDay]


def pacing_picture(
    place: Place, measure: Measure, outlook: OutlookRow | None = None
) -> Picture | None:
    """Actual, even pace and forecast day by day; None without a plan.

    The forecast is the outlook's where there is one, else a straight line.
    """
    plan = measure.plan()
    if plan is None or measure.metric not in KPIS:
        return None
    drawn = line(plan, readings.observed(place, measure), place.today)
    coming = _coming(outlook, drawn.days)
    forecast = [one[0] if one else None for one in coming] if any(coming) else drawn.forecast
    definition = KPIS[measure.metric].definition
    scale = scale_of(definition)
    chart = {
        "kind": "line",
        "title": _("Pacing"),
        "x": [day.isoformat() for day in drawn.days],
        "series": [
            _series(_("Actual"), drawn.actual, "solid", scale),
            _series(_("Even pace"), drawn.expected, "dashed", scale),
            _series(_("Forecast"), forecast, "dashed", scale),
            *_band(outlook, coming, scale),
        ],
        "yName": axis(definition),
    }
    table = [
        PacingDay(day, actual, expected, predicted, *(ends[1:] if ends else ()))
        for day, actual, expected, predicted, ends in zip(
            drawn.days, drawn.actual, drawn.expected, forecast, coming, strict=True
        )
    ]
    return Picture(chart, table)


_Step = tuple[float, float, float]


def _coming(outlook: OutlookRow | None, days: Sequence[date]) -> list[_Step | None]:
    """The outlook's steps on the days of the chart."""
    if outlook is None or not outlook.days:
        return [None] * len(days)
    steps = dict(enumerate(outlook.days, start=1))
    return [steps.get((day - outlook.through).days) for day in days]


def _band(
    outlook: OutlookRow | None, coming: Sequence[_Step | None], scale: float
) -> list[dict[str, Any]]:
    if outlook is None or not any(coming):
        return []
    return [
        {
            "name": _("%(level)s likely") % {"level": f"{outlook.level:.0%}"},
            "low": [round(one[1] * scale, 2) if one else None for one in coming],
            "high": [round(one[2] * scale, 2) if one else None for one in coming],
            "style": "band",
        }
    ]


def series_chart(metric: str, points: Sequence[Point]) -> dict[str, Any] | None:
    """A KPI day by day; None when nothing was observed."""
    if all(point.value is None for point in points):
        return None
    definition = KPIS[metric].definition
    return {
        "kind": "line",
        "title": kpi_name(metric),
        "x": [point.day.isoformat() for point in points],
        "series": [
            _series(kpi_name(metric), [one.value for one in points], "area", scale_of(definition))
        ],
        "yName": axis(definition),
    }


def _series(name: str, values: Sequence[float | None], style: str, scale: float) -> dict[str, Any]:
    data = [None if value is None else round(value * scale, 2) for value in values]
    return {"name": name, "data": data, "style": style}


def scale_of(definition: Definition) -> float:
    """Ratios are drawn in per cent."""
    return 100.0 if definition.unit is Unit.RATIO else 1.0


def axis(definition: Definition) -> str:
    """What the vertical axis shows."""
    name = kpi_name(definition.key)
    return f"{name} (%)" if definition.unit is Unit.RATIO else name
