"""KPIs of short videos. Networks define a play differently: compare within one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enishi.analytics.kpis.engagement import post_rows
from enishi.analytics.lake import Lake
from enishi.analytics.metrics import videos
from enishi.analytics.metrics.definition import Definition, Unit
from enishi.analytics.metrics.posts import reported_of
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


@dataclass(frozen=True, slots=True)
class ShortVideosKpi:
    """How many of the window's posts are short videos; not observed without any length."""

    definition: Definition

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        found = self._lengths(View(lake, scope, window, self.definition.key))
        if not found:
            return NOT_OBSERVED
        count = sum(row["value"] <= videos.SHORT_SECONDS for row in found)
        return Reading(
            value=float(count),
            numerator=float(count),
            rows_count=len(found),
            formula_filled=f"{count} ({len(found)})",
            as_of=max(row["last_at"] for row in found),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """Short videos by the day on which they were published."""
        found = self._lengths(View(lake, scope, window, self.definition.key))
        counts = dict.fromkeys(window, 0.0 if found else None)
        for row in found:
            if row["value"] <= videos.SHORT_SECONDS:
                counts[row["day"]] = (counts[row["day"]] or 0.0) + 1
        return [Point(day, counts[day]) for day in window]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        view = View(lake, scope, window, self.definition.key)
        return post_rows(view, (videos.LENGTH,), limit, before)

    def _lengths(self, view: View) -> list[dict[str, Any]]:
        return view.ask(
            "lengths",
            lambda: reported_of(view.published, view.reports, videos.LENGTH).mutate(
                day=lambda t: view.window.day_of(t.published_at)
            ),
        )
