"""KPIs of what people say when they are asked: NPS and CSAT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enishi.analytics.lake import Lake
from enishi.analytics.metrics.definition import Definition, Unit
from enishi.analytics.readings import (
    NOT_OBSERVED,
    Point,
    Reading,
    Rows,
    View,
    percent,
    plain,
)
from enishi.analytics.windows import Scope, Window


@dataclass(frozen=True, slots=True)
class ScoreKpi:
    """Those who score at least `good`, less those who score at most `bad`, among all.

    A respondent is a subject; the last answer of the window counts. Without `bad` nobody is
    taken off.
    """

    definition: Definition
    metric: str
    good: float
    bad: float | None = None

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        (found,) = view.ask("counted", lambda: self._counted(self._last(view)))
        if not found["people"]:
            return NOT_OBSERVED
        value = self._of(found)
        return Reading(
            value=value,
            numerator=found["happy"] - found["unhappy"],
            denominator=found["people"],
            rows_count=found["people"],
            formula_filled=self._working(found, value),
            as_of=found["last_at"],
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """By the day on which people answered."""
        view = View(lake, scope, window, self.definition.key)
        found = view.ask("by day", lambda: self._by_day(view))
        values = {row["day"]: self._of(row) for row in found}
        return [Point(day, values.get(day)) for day in window]

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
        return Rows((), view.latest(self._answers(view), limit))

    def _answers(self, view: View) -> Any:
        found = view.observations.filter(lambda t: t.metric == self.metric)
        return found.filter(view.window.contains(found.observed_at))

    def _last(self, view: View) -> Any:
        found = self._answers(view)
        return found.group_by("channel_id", "subject").agg(
            score=found.value.argmax(found.observed_at), at=found.observed_at.max()
        )

    def _by_day(self, view: View) -> Any:
        found = self._answers(view)
        dated = found.mutate(day=view.window.day_of(found.observed_at))
        last = dated.group_by("channel_id", "subject", "day").agg(
            score=dated.value.argmax(dated.observed_at), at=dated.observed_at.max()
        )
        return self._counted(last.group_by("day"))

    def _counted(self, answers: Any) -> Any:
        """(people, happy, unhappy, last_at) of a table or of its groups."""
        return answers.agg(
            people=lambda t: t.count(),
            happy=lambda t: (t.score >= self.good).cast("int64").sum(),
            unhappy=lambda t: (
                (t.score <= self.bad).cast("int64").sum()
                if self.bad is not None
                else t.score.min() * 0
            ),
            last_at=lambda t: t.at.max(),
        )

    def _of(self, found: dict[str, Any]) -> float:
        share: float = (found["happy"] - found["unhappy"]) / found["people"]
        return share * 100 if self.definition.unit is Unit.POINTS else share

    def _working(self, found: dict[str, Any], value: float) -> str:
        happy, unhappy, people = (plain(found[name]) for name in ("happy", "unhappy", "people"))
        if self.definition.unit is Unit.POINTS:
            return f"({happy} − {unhappy}) ÷ {people} × 100 = {plain(value)}"
        return f"{happy} ÷ {people} = {percent(value)}"
