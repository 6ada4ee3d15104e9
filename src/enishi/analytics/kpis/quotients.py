"""KPIs that divide one KPI by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enishi.analytics.lake import Lake
from enishi.analytics.metrics.definition import Definition, Unit
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
class QuotientKpi:
    """`above ÷ below × scale`, where both were observed and `below` is not zero.

    With `less`, the numerator is `above − below`: what is left of it after the cost.
    """

    definition: Definition
    above: Kpi
    below: Kpi
    scale: float = 1.0
    less: bool = False

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        over = self.above.value(lake, scope, window)
        under = self.below.value(lake, scope, window)
        if over.value is None or not under.value:
            return NOT_OBSERVED
        numerator = over.value - under.value if self.less else over.value
        value = numerator / under.value * self.scale
        return Reading(
            value=value,
            numerator=numerator,
            denominator=under.value,
            rows_count=over.rows_count + under.rows_count,
            left_out=over.left_out + under.left_out,
            formula_filled=self._working(over.value, under.value, value),
            as_of=newest_time([over.as_of, under.as_of]),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The quotient of each day; a day whose denominator is unknown or 0 has none."""
        pairs = zip(
            self.above.series(lake, scope, window),
            self.below.series(lake, scope, window),
            strict=True,
        )
        return [Point(over.day, self._of(over.value, under.value)) for over, under in pairs]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        """Those of both, each newest first."""
        return rows_of((self.above, self.below), lake, scope, window, limit=limit, before=before)

    def _of(self, above: float | None, below: float | None) -> float | None:
        if above is None or not below:
            return None
        return (above - below if self.less else above) / below * self.scale

    def _working(self, above: float, below: float, value: float) -> str:
        over = f"({plain(above)} − {plain(below)})" if self.less else plain(above)
        scaled = f" × {plain(self.scale)}" if self.scale != 1.0 else ""
        shown = percent(value) if self.definition.unit is Unit.RATIO else plain(value)
        return f"{over} ÷ {plain(below)}{scaled} = {shown}"


def rows_of(
    parts: Sequence[Kpi], lake: Lake, scope: Scope, window: Window, *, limit: int, before: str
) -> Rows:
    """The rows behind several KPIs, each once, newest first."""
    found = [kpi.rows(lake, scope, window, limit=limit, before=before) for kpi in parts]
    activities = {row["id"]: row for one in found for row in one.activities}
    observations = {row["id"]: row for one in found for row in one.observations}
    return Rows(
        sorted(activities.values(), key=lambda row: str(row["id"]), reverse=True)[:limit],
        sorted(observations.values(), key=lambda row: row["observed_at"], reverse=True)[:limit],
    )
