"""KPIs of short videos. Networks define a play differently: compare within one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enishi.analytics.kpis.engagement import post_rows
from enishi.analytics.lake import Lake
from enishi.analytics.metrics import videos
from enishi.analytics.metrics.definition import Definition, Unit
from enishi.analytics.readings import NOT_OBSERVED, Point, Reading, Rows, View, percent, plain
from enishi.analytics.windows import Scope, Window


@dataclass(frozen=True, slots=True)
class VideoKpi:
    """One column over another, each summed over the plays of the window's videos."""

    definition: Definition
    above: str
    below: str

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        (found,) = view.ask("sums", lambda: self._sums(self._videos(view)))
        if not found["below"]:
            return NOT_OBSERVED
        value = found["above"] / found["below"]
        shown = percent(value) if self.definition.unit is Unit.RATIO else plain(value)
        return Reading(
            value=value,
            numerator=found["above"],
            denominator=found["below"],
            rows_count=found["videos"],
            formula_filled=f"{plain(found['above'])} ÷ {plain(found['below'])} = {shown}",
            as_of=found["last_at"],
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """Over the videos published on each day."""
        view = View(lake, scope, window, self.definition.key)
        found = view.ask("by day", lambda: self._by_day(view))
        values = {row["day"]: row["above"] / row["below"] for row in found if row["below"]}
        return [Point(day, values.get(day)) for day in window]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        view = View(lake, scope, window, self.definition.key)
        return post_rows(view, self.definition.sources, limit, before)

    def _videos(self, view: View) -> Any:
        counted = videos.completed if self.above == "full" else videos.watched
        return counted(view.published, view.reports)

    def _by_day(self, view: View) -> Any:
        found = self._videos(view)
        return self._sums(found.group_by(day=view.window.day_of(found.published_at)))

    def _sums(self, found: Any) -> Any:
        return found.agg(
            above=lambda t: t[self.above].sum(),
            below=lambda t: t[self.below].sum(),
            videos=lambda t: t.count(),
            last_at=lambda t: t.last_at.max(),
        )
