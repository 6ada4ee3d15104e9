"""KPIs of conversations: how many are answered, and how soon."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from enishi.analytics.lake import Lake
from enishi.analytics.metrics import answers
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.readings import NOT_OBSERVED, Point, Reading, Rows, View, percent, plain
from enishi.analytics.settled import Settled
from enishi.analytics.windows import Scope, Window


class Answer(StrEnum):
    """What is asked about the first answers to messages."""

    RATE = "rate"
    MEDIAN = "median"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class AnswerKpi:
    """The share of the window's messages that were answered, or the minutes that it took."""

    definition: Definition
    asked: Answer

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        (found,) = view.ask("summary", lambda: answers.summary(self._answers(view)))
        value = self._of(found)
        if value is None:
            return NOT_OBSERVED
        rated = self.asked is Answer.RATE
        return Reading(
            value=value,
            numerator=found["answered"] if rated else None,
            denominator=found["messages"] if rated else None,
            rows_count=found["messages"] if rated else found["answered"],
            left_out=0 if rated else found["messages"] - found["answered"],
            formula_filled=self._working(found, value),
            as_of=found["last_at"],
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """By the day on which the messages came in."""
        view = View(lake, scope, window, self.definition.key)
        found = view.ask("by day", lambda: answers.by_day(self._answers(view), window))
        values = {row["day"]: self._of(row) for row in found}
        return [Point(day, values.get(day)) for day in window]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        view = View(lake, scope, window, self.definition.key)
        received = answers.RECEIVED.among(view.activities)
        found = received.filter(window.contains(received.occurred_at))
        return Rows(view.newest(found, limit, before), ())

    def _answers(self, view: View) -> Any:
        if not view.settles:
            return answers.first_answers(view.activities, view.window)
        tables = answers.SettledTables(
            messages=view.settled(Settled.ANSWERS),
            sent=view.settled(Settled.SENT),
            fresh=view.fresh("said"),
        )
        return answers.settled_answers(tables, view.window)

    def _of(self, found: dict[str, Any]) -> float | None:
        if not found["messages"]:
            return None
        if self.asked is Answer.RATE:
            return float(found["answered"] / found["messages"])
        value: float | None = found[self.asked.value]
        return value

    def _working(self, found: dict[str, Any], value: float) -> str:
        if self.asked is Answer.RATE:
            return f"{plain(found['answered'])} ÷ {plain(found['messages'])} = {percent(value)}"
        return f"{self.asked.value}({plain(found['answered'])} × min) = {plain(value)}"
