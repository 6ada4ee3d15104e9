"""KPIs of the number of followers and how it grows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from enishi.analytics.lake import Lake
from enishi.analytics.metrics import followers
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
    total,
)
from enishi.analytics.windows import Scope, Window

Levels = dict[str, float]


@dataclass(frozen=True, slots=True)
class FollowersKpi:
    """How many follow at the end of the window."""

    definition: Definition

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        found = _closing(view)
        if not found:
            return NOT_OBSERVED
        values = [row["value"] for row in found]
        return Reading(
            value=sum(values),
            numerator=sum(values),
            rows_count=len(found),
            formula_filled=_working(found),
            as_of=newest_time(row["reported_at"] for row in found),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        return [
            Point(day, sum(levels.values()) if levels else None)
            for day, levels in daily_levels(View(lake, scope, window, self.definition.key))
        ]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        return follower_rows(View(lake, scope, window, self.definition.key), limit, before)


@dataclass(frozen=True, slots=True)
class GrowthKpi:
    """By how many, or by which share, the followers grew in the window."""

    definition: Definition
    as_rate: bool = False

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        end = _closing(view)
        start = opening_levels(view)
        channels = [row for row in end if row["channel_id"] in start]
        if not channels:
            return NOT_OBSERVED
        last = sum(row["value"] for row in channels)
        first = sum(start[row["channel_id"]] for row in channels)
        return self._reading(first, last, len(channels), channels)

    def _reading(
        self, first: float, last: float, count: int, channels: list[dict[str, Any]]
    ) -> Reading:
        growth = last - first
        as_of = newest_time(row["reported_at"] for row in channels)
        shown = f"{plain(last)} − {plain(first)} = {plain(growth)}"
        if not self.as_rate:
            return Reading(growth, growth, None, count, formula_filled=shown, as_of=as_of)
        if first == 0:
            return NOT_OBSERVED
        rate = growth / first
        shown = f"({plain(last)} − {plain(first)}) ÷ {plain(first)} = {percent(rate)}"
        return Reading(rate, growth, first, count, formula_filled=shown, as_of=as_of)

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The growth of each day over the day before, in channels known on both."""
        view = View(lake, scope, window, self.definition.key)
        before: Levels = _starting_levels(view)
        points = []
        for day, levels in daily_levels(view):
            known = [channel for channel in levels if channel in before]
            first = sum(before[channel] for channel in known)
            growth = sum(levels[channel] for channel in known) - first
            points.append(Point(day, self._of_day(growth, first) if known else None))
            before = levels
        return points

    def _of_day(self, growth: float, first: float) -> float | None:
        if not self.as_rate:
            return growth
        return growth / first if first else None

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        return follower_rows(View(lake, scope, window, self.definition.key), limit, before)


def opening_levels(view: View) -> Levels:
    """Each channel's level when the window opened, else at the first report within it."""
    first = view.ask("first", lambda: followers.first_in(view.observations, view.window))
    return {row["channel_id"]: row["reported"] for row in first} | _starting_levels(view)


def daily_levels(view: View) -> list[tuple[date, Levels]]:
    """Each channel's level at the end of each day: the day's report or yesterday's, plus moves."""
    window = view.window
    reports = _indexed(
        view.ask("reports", lambda: followers.reported_by_day(view.observations, window)),
        "reported",
    )
    moves = _indexed(
        view.ask(
            "moves", lambda: followers.moves_by_day(view.observations, view.follow_moves, window)
        ),
        "since",
    )
    levels = _starting_levels(view)
    found = []
    for day in window:
        levels = levels | reports[day]
        levels = {channel: level + moves[day].get(channel, 0) for channel, level in levels.items()}
        found.append((day, levels))
    return found


def _starting_levels(view: View) -> Levels:
    start = view.window.start
    found = view.ask(
        "opening", lambda: followers.level_at(view.observations, view.follow_moves, start)
    )
    return {row["channel_id"]: row["value"] for row in found}


def _closing(view: View) -> list[dict[str, Any]]:
    end = view.window.end
    return view.ask(
        "closing", lambda: followers.level_at(view.observations, view.follow_moves, end)
    )


def _indexed(found: list[dict[str, Any]], column: str) -> defaultdict[date, Levels]:
    index: defaultdict[date, Levels] = defaultdict(dict)
    for row in found:
        index[row["day"]][row["channel_id"]] = row[column]
    return index


def _working(found: list[dict[str, Any]]) -> str:
    if len(found) == 1 and found[0]["since"]:
        row = found[0]
        sign = "+" if row["since"] > 0 else "−"
        return f"{plain(row['reported'])} {sign} {plain(abs(row['since']))} = {plain(row['value'])}"
    return total([row["value"] for row in found])


def follower_rows(view: View, limit: int, before: str) -> Rows:
    """The follows and unfollows of the window, and the reports of the network."""
    window, activities = view.window, view.activities
    found = activities.filter(
        activities.direction == "inbound",
        activities.type.isin(["Follow", "Undo"]),
        window.contains(activities.occurred_at),
    )
    found = found.filter((found.type == "Follow") | found.object_type.isin(["", "Follow"]))
    longer = Window(window.first - timedelta(days=31), window.last, window.zone)
    reports = view.observations.filter(
        lambda t: (t.metric == followers.METRIC) & (t.subject == ""),
        lambda t: longer.contains(t.observed_at),
    )
    return Rows(view.newest(found, limit, before), view.latest(reports, limit))
