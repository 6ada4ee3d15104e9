"""KPIs of what people do with our posts, each rate under the name of its denominator."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.lake import Lake
from enishi.analytics.metrics import engagement, posts
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.readings import (
    NOT_OBSERVED,
    Point,
    Reading,
    Rows,
    View,
    keeps,
    newest_time,
    percent,
    plain,
    total,
)
from enishi.analytics.rollups import Rollup
from enishi.analytics.settled import Settled
from enishi.analytics.windows import Scope, Window

FOLLOWERS = "followers"


@dataclass(frozen=True, slots=True)
class EngagementsKpi:
    """All interactions with the posts of the window."""

    definition: Definition

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        found = view.ask("by metric", lambda: _by_metric(view))
        found.sort(key=lambda row: str(row["metric"]))
        if not found:
            return NOT_OBSERVED
        values = [row["value"] for row in found]
        return Reading(
            value=sum(values),
            numerator=sum(values),
            rows_count=int(sum(values)),
            formula_filled=total(values),
            as_of=newest_time(row["last_at"] for row in found),
        )

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The interactions with the posts of each day; a day without posts has none to tell."""
        view = View(lake, scope, window, self.definition.key)
        return _daily(view.ask("by day", lambda: _by_day(view)), window)

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        return post_rows(
            View(lake, scope, window, self.definition.key), engagement.INTERACTIONS, limit, before
        )


@dataclass(frozen=True, slots=True)
class RateKpi:
    """Interactions by reach, impressions, views or followers.

    `of_posts` averages the rates of single posts; otherwise totals are divided once.
    """

    definition: Definition
    base: str
    of_posts: bool = False

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        view = View(lake, scope, window, self.definition.key)
        (found,) = view.ask("rates", lambda: engagement.rates(self._counted(view)))
        if not found["posts"]:
            return NOT_OBSERVED
        (population,) = view.ask("population", lambda: _population(view))
        value = found["of_posts"] if self.of_posts else found["of_totals"]
        return Reading(
            value=value,
            numerator=found["numerator"],
            denominator=found["denominator"],
            rows_count=found["posts"],
            left_out=population["posts"] - found["posts"],
            formula_filled=self._working(found),
            as_of=found["last_at"],
        )

    def _working(self, found: dict[str, Any]) -> str:
        if self.of_posts:
            summed = plain(found["of_posts"] * found["posts"] * 100)
            return f"{summed} % ÷ {found['posts']} = {percent(found['of_posts'])}"
        divided = f"{plain(found['numerator'])} ÷ {plain(found['denominator'])}"
        return f"{divided} = {percent(found['of_totals'])}"

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The rate over the posts of each day."""
        view = View(lake, scope, window, self.definition.key)
        return _daily(view.ask("by day", lambda: self._by_day(view)), window)

    def _by_day(self, view: View) -> Any:
        counted = self._counted(view)
        each = counted.mutate(rate=counted.value / counted.base)
        return each.group_by(day=view.window.day_of(each.published_at)).agg(
            value=each.rate.mean() if self.of_posts else each.value.sum() / each.base.sum()
        )

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        metrics = (*engagement.INTERACTIONS, self.base)
        return post_rows(View(lake, scope, window, self.definition.key), metrics, limit, before)

    def _counted(self, view: View) -> Any:
        """Posts with interactions and denominator, as far as that was observed."""
        published, counts = view.published, interactions_of(view)
        if self.base == FOLLOWERS:
            base = view.kept("bases")
        else:
            base = engagement.reported_base(published, view.reports, self.base)
        return engagement.with_base(engagement.per_post(published, counts), base)


def interactions_of(view: View) -> Any:
    """What was done with the posts of the window."""
    return view.kept("counts")


@keeps("counts")
def _interactions(view: View) -> Any:
    """The same by the shortest way there is."""
    received = view.rollup(Rollup.RECEIVED)
    if received is None:
        return engagement.interactions(view.published, view.activities, view.reports)
    if not view.settles:
        return engagement.rolled_interactions(view.published, received, view.reports)
    tables = engagement.SettledTables(
        settled=view.settled(Settled.INTERACTIONS),
        fresh_received=view.fresh("received"),
        fresh_observations=view.fresh("observations"),
        received=received,
        reports=view.reports,
        some_late=view.lake.some_late,
    )
    return engagement.settled_interactions(view.published, tables)


@keeps("bases")
def _bases(view: View) -> Any:
    """The followers on the day of each post."""
    return engagement.followers_base(view.published, view.observations, view.window)


def _by_metric(view: View) -> Any:
    counts = interactions_of(view)
    return counts.group_by("metric").agg(value=counts.value.sum(), last_at=counts.last_at.max())


def _by_day(view: View) -> Any:
    counts = interactions_of(view)
    each = engagement.per_post(view.published.semi_join(counts, "post"), counts)
    return each.group_by(day=view.window.day_of(each.published_at)).agg(value=each.value.sum())


def _population(view: View) -> Any:
    published = view.published
    return published.agg(posts=published.count())


def _daily(found: list[dict[str, Any]], window: Window) -> list[Point]:
    values: defaultdict[date, float | None] = defaultdict(lambda: None)
    values.update((row["day"], row["value"]) for row in found)
    return [Point(day, values[day]) for day in window]


def post_rows(view: View, metrics: tuple[str, ...], limit: int, before: str) -> Rows:
    """The posts of the window, what people did with them, and what networks reported."""
    window, activities = view.window, view.activities
    published = view.published
    own = posts.POSTS.among(activities)
    own = own.filter(window.contains(own.occurred_at))
    acts = engagement.on_posts(activities, published)[list(own.columns)]
    reports = view.observations.semi_join(published, view.observations.subject == published.post)
    reports = reports.filter(reports.metric.isin(metrics))
    return Rows(
        view.newest(ibis.union(own, acts), limit, before),
        view.latest(reports, limit),
    )
