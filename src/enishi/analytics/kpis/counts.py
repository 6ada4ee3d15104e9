"""KPIs that count acts: likes, replies, posts, leads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from enishi.analytics.lake import Lake
from enishi.analytics.metrics import acts as acts_
from enishi.analytics.metrics import posts
from enishi.analytics.metrics.acts import Acts
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.readings import (
    NOT_OBSERVED,
    Point,
    Reading,
    Rows,
    View,
    newest_time,
    plain,
    total,
    total_of,
)
from enishi.analytics.rollups import Rollup
from enishi.analytics.windows import Scope, Window, naive

DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class CountKpi:
    """How often people did something to us, by the network's daily report or our own count.

    `own_sign` tells that only such acts themselves prove that they are being observed
    (leads), not that anything at all was read from the channel (likes).
    """

    definition: Definition
    acts: Acts
    own_sign: bool = False

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        found = view.ask("by day", lambda: self._by_day(view))
        if not found and self._observed_since(view) is None:
            return NOT_OBSERVED
        values = [row["value"] for row in sorted(found, key=lambda row: row["day"])]
        return Reading(
            value=sum(values),
            numerator=sum(values),
            rows_count=int(sum(values)),
            formula_filled=total(_per_channel(found)),
            as_of=newest_time(row["last_at"] for row in found),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        view = View(lake, scope, window, self.definition.key)
        since = self._observed_since(view)
        values = by_date(view.ask("by day", lambda: self._by_day(view)))
        return [Point(day, _known(values, day, since)) for day in window]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        view = View(lake, scope, window, self.definition.key)
        found = self.acts.among(view.activities)
        reports = view.observations.filter(
            lambda t: (t.metric == self.acts.metric) & (t.subject == ""),
            lambda t: window.contains(t.observed_at),
        )
        return Rows(
            view.newest(found.filter(window.contains(found.occurred_at)), limit, before),
            view.latest(reports, limit),
        )

    def _by_day(self, view: View) -> Any:
        daily = view.rollup(Rollup.DAILY)
        if daily is None:
            counted = acts_.counted(view.activities, view.window, self.acts)
        else:
            counted = acts_.counted_daily(daily, view.window, self.acts)
        if not self.acts.metric:
            return counted
        reports = acts_.reported(view.observations, view.window, self.acts.metric)
        return acts_.by_day(counted, reports)

    def _observed_since(self, view: View) -> date | None:
        """The first local day on which such acts could be seen, if it is not after the window."""
        asked = (("first act", self._first_act), ("first report", self._first_report))
        found = [view.ask(name, partial(build, view))[0]["first"] for name, build in asked]
        zone = ZoneInfo(view.window.zone)
        days = [_local_day(first, zone) for first in found if first is not None]
        return min((day for day in days if day <= view.window.last), default=None)

    def _first_act(self, view: View) -> Any:
        """(first): the day or the moment at which the log first had something to tell."""
        daily = view.rollup(Rollup.DAILY)
        if daily is not None:
            signs = self.acts.among_daily(daily) if self.own_sign else _inbound(daily)
            return signs.agg(first=signs.day.min())
        activities = view.activities
        signs = self.acts.among(activities) if self.own_sign else _inbound(activities)
        return signs.agg(first=signs.occurred_at.min())

    def _first_report(self, view: View) -> Any:
        """(first): the moment of the first report."""
        reports = view.observations
        if self.own_sign:
            reports = reports.filter(reports.metric == self.acts.metric)
        return reports.agg(first=reports.observed_at.min())


def _inbound(rows: Any) -> Any:
    return rows.filter(rows.direction == "inbound")


def _local_day(found: date | datetime, zone: ZoneInfo) -> date:
    return found.astimezone(zone).date() if isinstance(found, datetime) else found


@dataclass(frozen=True, slots=True)
class PostsKpi:
    """How many posts went out, or how many in a week. What we did ourselves is always known."""

    definition: Definition
    weekly: bool = False

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        found = view.ask("by day", lambda: self._by_day(view))
        count = sum(row["value"] for row in found)
        as_of = newest_time(row["last_at"] for row in found)
        if not self.weekly:
            shown = total(_per_channel(found))
            return Reading(count, count, None, int(count), formula_filled=shown, as_of=as_of)
        rate = count / window.days * DAYS_OF_WEEK
        return Reading(
            value=rate,
            numerator=count,
            denominator=window.days / DAYS_OF_WEEK,
            rows_count=int(count),
            formula_filled=f"{plain(count)} ÷ {window.days} × {DAYS_OF_WEEK} = {plain(rate)}",
            as_of=as_of,
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """Posts of each day; the weekly figure is that of the seven days up to each day."""
        if not self.weekly:
            view = View(lake, scope, window, self.definition.key)
            values = by_date(view.ask("by day", lambda: self._by_day(view)))
            return [Point(day, values.get(day, 0.0)) for day in window]
        longer = Window(_days_before(window.first, DAYS_OF_WEEK - 1), window.last, window.zone)
        view = View(lake, scope, longer, self.definition.key)
        values = by_date(view.ask("by day", lambda: self._by_day(view)))
        days = list(longer)
        return [
            Point(day, sum(values.get(other, 0.0) for other in days[at : at + DAYS_OF_WEEK]))
            for at, day in enumerate(window)
        ]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        return published_rows(View(lake, scope, window, self.definition.key), limit, before)

    def _by_day(self, view: View) -> Any:
        return posts.by_day(view.published, view.window)


def published_rows(view: View, limit: int, before: str) -> Rows:
    """Our posts of the window."""
    found = posts.POSTS.among(view.activities)
    return Rows(
        view.newest(found.filter(view.window.contains(found.occurred_at)), limit, before), ()
    )


@dataclass(frozen=True, slots=True)
class ReportedKpi:
    """What only networks can tell: reach, impressions, views.

    Of each channel the daily reports of the account where there are any; else the sum over its
    posts of the window. So the values of channels add up to that of all.
    """

    definition: Definition
    metric: str

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        found = self._found(view)
        if not found:
            return NOT_OBSERVED
        value, count = sum(row["value"] for row in found), sum(row["count"] for row in found)
        first, last = _ends(found)
        return Reading(
            value=value,
            numerator=value,
            rows_count=count,
            formula_filled=total_of(first, last, count, value),
            as_of=newest_time(row["last_at"] for row in found),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The account's daily reports, else the totals of the posts published on each day."""
        view = View(lake, scope, window, self.definition.key)
        values = by_date(self._found(view))
        return [Point(day, values.get(day)) for day in window]

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        view = View(lake, scope, window, self.definition.key)
        found = posts.POSTS.among(view.activities)
        reports = view.observations.filter(lambda t: t.metric == self.metric)
        reports = reports.filter(reports.observed_at >= naive(window.start))
        return Rows(
            view.newest(found.filter(window.contains(found.occurred_at)), limit, before),
            view.latest(reports, limit),
        )

    def _found(self, view: View) -> list[dict[str, Any]]:
        reports = view.ask("reports", lambda: self._reports(view))
        told = {row["channel_id"] for row in reports}
        of_posts = view.ask("of posts", lambda: self._of_posts(view))
        found = [
            *(_as_one(row) for row in reports),
            *(row for row in of_posts if row["channel_id"] not in told),
        ]
        return sorted(found, key=lambda row: (row["day"], str(row["channel_id"])))

    def _reports(self, view: View) -> Any:
        return acts_.reported(view.observations, view.window, self.metric)

    def _of_posts(self, view: View) -> Any:
        return posts.reported_by_day(view.published, view.reports, self.metric, view.window)


def _as_one(report: dict[str, Any]) -> dict[str, Any]:
    """A report of an account like the reports on its posts of a day."""
    place, value = [str(report["channel_id"])], [report["value"]]
    ends = {"first_posts": place, "first_values": value, "last_posts": place, "last_values": value}
    return {**report, "count": 1, **ends}


def _ends(found: list[dict[str, Any]]) -> tuple[list[float], list[float]]:
    """The first and the last values by day and name."""
    first, last = (
        sorted(
            (row["day"], post, value)
            for row in found
            for post, value in zip(row[f"{end}_posts"], row[f"{end}_values"], strict=True)
        )
        for end in ("first", "last")
    )
    return (
        [value for _, _, value in first[: posts.SHOWN_FIRST]],
        [value for _, _, value in last[-posts.SHOWN_LAST :]],
    )


def by_date(found: list[dict[str, Any]]) -> dict[date, float]:
    """The sum over channels for each day."""
    values: dict[date, float] = defaultdict(float)
    for row in found:
        values[row["day"]] += row["value"]
    return values


def _per_channel(found: list[dict[str, Any]]) -> list[float]:
    values: dict[Any, float] = defaultdict(float)
    for row in found:
        values[row["channel_id"]] += row["value"]
    return [value for _, value in sorted(values.items(), key=lambda item: str(item[0]))]


def _known(values: dict[date, float], day: date, since: date | None) -> float | None:
    if day in values:
        return values[day]
    return 0.0 if since is not None and day >= since else None


def _days_before(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() - days)
