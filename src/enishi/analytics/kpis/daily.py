"""KPIs that divide what came in on a day by what there was on that day, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from enishi.analytics.kpis.quotients import rows_of
from enishi.analytics.lake import Lake
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.readings import (
    NOT_OBSERVED,
    Kpi,
    Point,
    Reading,
    Rows,
    newest_time,
    percent,
    plain,
)
from enishi.analytics.windows import Scope, Window


@dataclass(frozen=True, slots=True)
class DailyRateKpi:
    """The average of the days' rates: sum of `above` of a day ÷ `below` of that day.

    A day counts when `below` and at least one part of `above` are known of it.
    """

    definition: Definition
    above: tuple[Kpi, ...]
    below: Kpi

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        days = [one for one in self.series(lake, scope, window) if one.value is not None]
        rates = [one.value for one in days if one.value is not None]
        if not rates:
            return NOT_OBSERVED
        parts = [kpi.value(lake, scope, window) for kpi in self.above]
        value = fmean(rates)
        return Reading(
            value=value,
            numerator=sum(rates),
            denominator=len(rates),
            rows_count=sum(part.rows_count for part in parts),
            left_out=window.days - len(rates),
            formula_filled=f"{percent(sum(rates))} ÷ {plain(len(rates))} = {percent(value)}",
            as_of=newest_time(part.as_of for part in parts),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The rate of each day; none where one of its parts is unknown."""
        above = [kpi.series(lake, scope, window) for kpi in self.above]
        below = self.below.series(lake, scope, window)
        return [
            Point(under.day, _rate([one[at].value for one in above], under.value))
            for at, under in enumerate(below)
        ]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        """Those of all parts, each newest first."""
        parts = (*self.above, self.below)
        return rows_of(parts, lake, scope, window, limit=limit, before=before)


def _rate(above: list[float | None], below: float | None) -> float | None:
    known = [value for value in above if value is not None]
    return sum(known) / below if known and below else None
