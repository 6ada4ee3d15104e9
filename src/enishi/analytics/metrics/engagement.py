"""What people did with our posts, and rates of it by several denominators.

A post's count of a kind is the network's last report for the post plus the acts that the
log saw after that report; without a report, it is all acts that the log saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.metrics import followers
from enishi.analytics.windows import Window

INTERACTIONS = ("likes", "replies", "reshares", "quotes", "saves")
"""What counts as engagement: clicks and views do not."""

_METRIC_OF = {"Like": "likes", "Announce": "reshares", "Create": "replies"}


def interactions(posts: Any, activities: Any, observations: Any) -> Any:
    """(post, metric, value, last_at) for posts of `posts.published`."""
    reports = reported(posts, observations, INTERACTIONS)
    acts = _acts(posts, activities).left_join(reports, ["post", "metric"])
    unknown = acts.filter(acts.last_at.isnull() | (acts.occurred_at > acts.last_at))
    counted = unknown.group_by("post", "metric").agg(
        value=unknown.weight.sum().cast("float64"), last_at=unknown.occurred_at.max()
    )
    return _together(reports, counted)


def rolled_interactions(posts: Any, received: Any, reports: Any) -> Any:
    """The same from the rollup of received acts.

    Its single times are looked at only where the last report lies among them.
    """
    last = reported(posts, reports, INTERACTIONS)
    known = last.select(last.post, last.metric, since=last.last_at)
    return _together(last, _received_since(received.semi_join(posts, "post"), known))


def _received_since(received: Any, known: Any) -> Any:
    """(post, metric, value, last_at): acts after the moment `since` of `known`, if it has one."""
    found = received.left_join(known, ["post", "metric"])
    found = found.filter(found.since.isnull() | (found.last_at > found.since))
    among = found.times.filter(lambda at: at > found.since).length()
    later = found.since.isnull() | (found.first_at > found.since)
    acts = ibis.ifelse(later, found.acts, among)
    counted = found.mutate(value=acts * found.weight).group_by("post", "metric")
    return counted.agg(value=ibis._.value.sum().cast("float64"), last_at=ibis._.last_at.max())


@dataclass(frozen=True, slots=True)
class SettledTables:
    """Settled results in scope, what they do not cover, and the rollups over everything.

    `some_late` tells that a report which is not covered is older than an act that is.
    """

    settled: Any
    fresh_received: Any
    fresh_observations: Any
    received: Any
    reports: Any
    some_late: bool


def settled_interactions(posts: Any, tables: SettledTables) -> Any:
    """The same from settled results and what is newer than they.

    Where a new report is older than an act that the results cover (an import brings such), the
    post is counted by the rollups.
    """
    base = _standing(posts, tables)
    acts = tables.fresh_received.semi_join(posts, "post")
    if not tables.some_late:
        return _with_newer(base, acts)
    late = base.filter(base.late)[["post", "metric"]]
    rolled = rolled_interactions(
        posts,
        tables.received.semi_join(late, ["post", "metric"]),
        tables.reports.semi_join(
            late, (tables.reports.subject == late.post) & (tables.reports.metric == late.metric)
        ),
    )
    others = acts.anti_join(late, ["post", "metric"])
    return ibis.union(_with_newer(base.filter(~base.late), others), rolled)


def _with_newer(base: Any, acts: Any) -> Any:
    """What stands, and the acts since."""
    counted = _received_since(acts, base.select("post", "metric", "since"))
    return _together(base.select("post", "metric", "value", "last_at"), counted)


def _standing(posts: Any, tables: SettledTables) -> Any:
    """(post, metric, value, last_at, since, late): without the acts that are not covered.

    `since` is the moment after which further acts count.
    """
    known = tables.settled.semi_join(posts, "post")
    told = reported(posts, tables.fresh_observations, INTERACTIONS)
    both = known.left_join(told, ["post", "metric"])
    newer = both.last_at.notnull() & (both.reported_at.isnull() | (both.last_at > both.reported_at))
    since = ibis.ifelse(newer, both.last_at, both.reported_at)
    acted_since = both.acted_at.notnull() & (since.isnull() | (both.acted_at > since))
    value = both.reported.fill_null(0.0) + both.after.cast("float64")
    covered = both.select(
        both.post,
        both.metric,
        value=ibis.ifelse(newer, both.value, value),
        last_at=ibis.ifelse(acted_since, both.acted_at, since),
        since=since,
        late=newer & acted_since,
    )
    first = told.anti_join(known, ["post", "metric"])
    first = first.select(
        "post", "metric", "value", "last_at", since=first.last_at, late=ibis.literal(value=False)
    )
    return ibis.union(covered, first)


def _together(reports: Any, counted: Any) -> Any:
    both = ibis.union(reports, counted)
    return both.group_by("post", "metric").agg(value=both.value.sum(), last_at=both.last_at.max())


def reported(posts: Any, observations: Any, metrics: tuple[str, ...]) -> Any:
    """(post, metric, value, last_at): the last report of each metric for each post."""
    found = observations.filter(observations.subject != "", observations.metric.isin(metrics))
    found = found.semi_join(posts, found.subject == posts.post)
    return found.group_by(post=found.subject, metric=found.metric).agg(
        value=found.value.argmax(found.observed_at), last_at=found.observed_at.max()
    )


def on_posts(activities: Any, posts: Any) -> Any:
    """The inbound activities on posts, with the post and the metric that they count for."""
    act = ibis.ifelse(activities.type == "Undo", activities.object_type, activities.type)
    post = ibis.ifelse(act == "Create", activities.target_key, activities.object_key)
    metric = act.cases(*_METRIC_OF.items(), else_="")
    weight = ibis.ifelse(activities.type == "Undo", -1, 1)
    found = activities.filter(
        activities.direction == "inbound", activities.type.isin([*_METRIC_OF, "Undo"])
    ).mutate(post=post, metric=metric, weight=weight)
    return found.filter(found.metric != "").semi_join(posts, "post")


def _acts(posts: Any, activities: Any) -> Any:
    """(post, metric, occurred_at, weight) of each act."""
    return on_posts(activities, posts)[["post", "metric", "occurred_at", "weight"]]


def per_post(posts: Any, counts: Any) -> Any:
    """(post, channel_id, published_at, value): all interactions of each post."""
    sums = counts.group_by("post").agg(value=counts.value.sum())
    joined = posts.left_join(sums, "post")
    return joined.select(
        joined.post,
        joined.channel_id,
        joined.published_at,
        value=joined.value.fill_null(0.0),
    )


def reported_base(posts: Any, observations: Any, metric: str) -> Any:
    """(post, base): the last report of reach, impressions or views for each post."""
    found = reported(posts, observations, (metric,))
    return found.select(found.post, base=found.value)


def followers_base(posts: Any, observations: Any, window: Window) -> Any:
    """(post, base): the channel's followers by the last report up to the day of the post."""
    dated = posts.mutate(day=window.day_of(posts.published_at))
    days = dated[["channel_id", "day"]].distinct()
    reports = followers.last_report_of_days(observations, window)
    before = days.inner_join(reports, "channel_id").filter(lambda t: t.reported_on <= t.day)
    levels = before.group_by("channel_id", "day").agg(
        base=before.reported.argmax(before.reported_on)
    )
    return dated.inner_join(levels, ["channel_id", "day"])[["post", "base"]]


def with_base(per_post_counts: Any, base: Any) -> Any:
    """(post, channel_id, published_at, value, base): posts whose denominator was observed."""
    joined = per_post_counts.inner_join(base, "post")
    return joined.filter(joined.base > 0)


def rates(counted: Any) -> Any:
    """One row: numerator, denominator, the rate of totals, the average of rates, and how many."""
    return counted.agg(
        numerator=counted.value.sum(),
        denominator=counted.base.sum(),
        of_totals=counted.value.sum() / counted.base.sum(),
        of_posts=(counted.value / counted.base).mean(),
        posts=counted.count(),
        last_at=counted.published_at.max(),
    )
