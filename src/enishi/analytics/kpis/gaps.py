"""How regularly posts go out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from enishi.analytics.kpis.counts import by_date, published_rows
from enishi.analytics.lake import Lake
from enishi.analytics.metrics import posts
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.readings import Point, Reading, Rows, View, newest_time, plain
from enishi.analytics.windows import Scope, Window


@dataclass(frozen=True, slots=True)
class GapKpi:
    """The most days in a row without a post."""

    definition: Definition

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        found = view.ask("by day", lambda: posts.by_day(view.published, window))
        posted = by_date(found)
        runs = [
            list(days)
            for silent, days in groupby(window, key=lambda day: day not in posted)
            if silent
        ]
        longest = max(runs, key=len, default=[])
        shown = f"{longest[0]} – {longest[-1]}: {len(longest)}" if longest else plain(0)
        return Reading(
            value=float(len(longest)),
            numerator=float(len(longest)),
            rows_count=int(sum(posted.values())),
            formula_filled=shown,
            as_of=newest_time(row["last_at"] for row in found),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """How many days lie behind each day since the last post; 0 on a day with one."""
        view = View(lake, scope, window, self.definition.key)
        posted = by_date(view.ask("by day", lambda: posts.by_day(view.published, window)))
        silent, points = 0, []
        for day in window:
            silent = 0 if day in posted else silent + 1
            points.append(Point(day, float(silent)))
        return points

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        return published_rows(View(lake, scope, window, self.definition.key), limit, before)
