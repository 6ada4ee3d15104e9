"""Who comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from enishi.analytics.lake import Lake
from enishi.analytics.metrics import balance
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.readings import NOT_OBSERVED, Point, Reading, Rows, View, percent, plain
from enishi.analytics.rollups import Rollup
from enishi.analytics.settled import Settled
from enishi.analytics.windows import Scope, Window

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RegularsKpi:
    """The share of people who did something on two days of a window or more."""

    definition: Definition

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        (found,) = regulars(View(lake, scope, window, self.definition.key))
        if not found["people"]:
            return NOT_OBSERVED
        value = found["regulars"] / found["people"]
        return Reading(
            value=value,
            numerator=found["regulars"],
            denominator=found["people"],
            rows_count=found["acts"],
            formula_filled=(
                f"{plain(found['regulars'])} ÷ {plain(found['people'])} = {percent(value)}"
            ),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The share over seven days, on the last day of each of the last 26 weeks."""
        ends = {window.last - _WEEK * back for back in range(min(window.days // 7 + 1, 26))}
        return [
            Point(day, self._of_week(lake, scope, window, day) if day in ends else None)
            for day in window
        ]

    def _of_week(self, lake: Lake, scope: Scope, window: Window, day: Any) -> float | None:
        week = Window(day - _WEEK + timedelta(days=1), day, window.zone)
        return self.value(lake, scope, week).value

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        view = View(lake, scope, window, self.definition.key)
        found = view.activities.filter(
            lambda t: (t.direction == "inbound") & (t.actor_key != ""),
            lambda t: window.contains(t.occurred_at),
        )
        return Rows(view.newest(found, limit, before), ())


def regulars(view: View) -> list[dict[str, Any]]:
    """One row: acts, acts of regulars, people, regulars; from the rollup where it can be used."""
    people = view.rollup(Rollup.PEOPLE)
    if people is None:
        return view.ask("regulars", lambda: balance.regulars(view.activities, view.window))
    if not view.settles or view.scope.channels is not None:
        return view.ask("regulars", lambda: balance.regulars_daily(people, view.window))
    settled, fresh = view.settled(Settled.RETURNS), view.fresh("people")
    return view.ask("regulars", lambda: balance.settled_regulars(settled, fresh, view.window))
