"""Our share of what is said of us and of competitors."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from enishi.analytics.kpis.counts import CountKpi
from enishi.analytics.lake import Lake
from enishi.analytics.metrics import mentions
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.readings import (
    NOT_OBSERVED,
    Point,
    Reading,
    Rows,
    View,
    newest_time,
    percent,
    plain,
)
from enishi.analytics.windows import Scope, Window


@dataclass(frozen=True, slots=True)
class VoiceKpi:
    """Ours ÷ all, over the days on which both were observed.

    Competitors are of the market, not of one channel: their numbers count in every scope.
    """

    definition: Definition
    ours: CountKpi

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        found = _rivals(lake, scope, window)
        rivals, days = _by_rival(found), _by_day(found)
        own = self._own(lake, scope, window)
        both = [day for day in days if own.get(day) is not None]
        ours = sum(own[day] or 0.0 for day in both)
        theirs = sum(days[day] for day in both)
        if not ours + theirs:
            return NOT_OBSERVED
        value = ours / (ours + theirs)
        listed = " + ".join(
            f"{name} {plain(sum(counts.get(day, 0.0) for day in both))}"
            for name, counts in sorted(rivals.items())
        )
        return Reading(
            value=value,
            numerator=ours,
            denominator=ours + theirs,
            rows_count=int(ours + theirs),
            left_out=window.days - len(both),
            formula_filled=f"{plain(ours)} ÷ ({plain(ours)} + {listed}) = {percent(value)}",
            as_of=newest_time(row["last_at"] for row in found),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The share of each day on which both sides were observed."""
        days, own = _by_day(_rivals(lake, scope, window)), self._own(lake, scope, window)
        return [Point(day, _share(own.get(day), days.get(day))) for day in window]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        ours = self.ours.rows(lake, scope, window, limit=limit, before=before)
        view = View(lake, _market(scope), window, self.definition.key)
        rivals = view.observations.filter(lambda t: t.metric == mentions.RIVAL)
        rivals = rivals.filter(window.contains(rivals.observed_at))
        return Rows(ours.activities, [*ours.observations, *view.latest(rivals, limit)])

    def _own(self, lake: Lake, scope: Scope, window: Window) -> dict[date, float | None]:
        return {point.day: point.value for point in self.ours.series(lake, scope, window)}


def _market(scope: Scope) -> Scope:
    return Scope(scope.workspace_id)


def _rivals(lake: Lake, scope: Scope, window: Window) -> list[dict[str, Any]]:
    view = View(lake, _market(scope), window, "share_of_voice")
    return view.ask("rivals", lambda: mentions.of_rivals(view.observations, window))


def _by_rival(found: list[dict[str, Any]]) -> dict[str, dict[date, float]]:
    counts: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for row in found:
        counts[row["rival"]][row["day"]] = row["value"]
    return counts


def _by_day(found: list[dict[str, Any]]) -> dict[date, float]:
    counts: defaultdict[date, float] = defaultdict(float)
    for row in found:
        counts[row["day"]] += row["value"]
    return dict(counts)


def _share(ours: float | None, theirs: float | None) -> float | None:
    if ours is None or theirs is None or not ours + theirs:
        return None
    return ours / (ours + theirs)
