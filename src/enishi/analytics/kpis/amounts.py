"""KPIs that add up what was noted: money and hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enishi.analytics.kpis.counts import by_date
from enishi.analytics.lake import Lake
from enishi.analytics.metrics import amounts
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.readings import (
    NOT_OBSERVED,
    Point,
    Reading,
    Rows,
    View,
    keeps,
    newest_time,
    total,
)
from enishi.analytics.windows import Scope, Window


@dataclass(frozen=True, slots=True)
class AmountKpi:
    """The sum of the notes of some metrics; nothing noted is not the same as nothing spent."""

    definition: Definition
    metrics: tuple[str, ...]

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        found = self._by_day(View(lake, scope, window, self.definition.key))
        if not found:
            return NOT_OBSERVED
        ordered = sorted(found, key=lambda row: (row["day"], str(row["channel_id"])))
        values = [row["value"] for row in ordered]
        return Reading(
            value=sum(values),
            numerator=sum(values),
            rows_count=sum(row["notes"] for row in found),
            formula_filled=total(values),
            as_of=newest_time(row["last_at"] for row in found),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The sum of each day; days without a note within a noted window count as nothing."""
        found = self._by_day(View(lake, scope, window, self.definition.key))
        values = by_date(found)
        return [Point(day, values.get(day, 0.0 if found else None)) for day in window]

    def rows(
        self,
        lake: Lake,
        scope: Scope,
        window: Window,
        *,
        limit: int = 50,
        before: str = "",  # noqa: ARG002 - there are no activities to go on with
    ) -> Rows:
        view = View(lake, scope, window, self.definition.key)
        found = view.observations.filter(
            lambda t: t.metric.isin(list(self.metrics)),
            lambda t: window.contains(t.observed_at),
        )
        return Rows((), view.latest(found, limit))

    def _by_day(self, view: View) -> list[dict[str, Any]]:
        return view.ask("noted", lambda: amounts.of_metrics(view.kept("noted"), self.metrics))


@keeps("noted")
def _noted(view: View) -> Any:
    return amounts.noted(view.observations, view.window)
