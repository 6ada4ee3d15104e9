"""The registry of KPIs. Everything that shows or steers by a number takes it from here."""

from __future__ import annotations

from collections.abc import Mapping

from enishi.analytics.catalogue import money
from enishi.analytics.catalogue.awareness import AWARENESS
from enishi.analytics.catalogue.conversations import ANSWERING, conversations
from enishi.analytics.catalogue.defining import marketing, operation, reported
from enishi.analytics.catalogue.programmes import PROGRAMMES
from enishi.analytics.catalogue.videos import VIDEOS
from enishi.analytics.kpis.counts import CountKpi, PostsKpi
from enishi.analytics.kpis.engagement import FOLLOWERS, EngagementsKpi, RateKpi
from enishi.analytics.kpis.followers import FollowersKpi, GrowthKpi
from enishi.analytics.kpis.gaps import GapKpi
from enishi.analytics.metrics import acts, engagement
from enishi.analytics.metrics.acts import Acts
from enishi.analytics.metrics.definition import Better, Grain, Unit
from enishi.analytics.metrics.definition import gettext_noop as _
from enishi.analytics.readings import Kpi, Point, Reading, Rows
from enishi.analytics.windows import Scope, Window

__all__ = ["KPIS", "Kpi", "Point", "Reading", "Rows", "Scope", "Window"]

_FOLLOWER_SOURCES = ("followers", "Follow", "Undo")
_POST_SOURCES = ("Create", "Like", "Announce", "Undo", *engagement.INTERACTIONS)


def _marketing(key: str, name: str, description: str, formula: str, act: str) -> CountKpi:
    definition = marketing(key, name, description, formula, sources=(act,))
    return CountKpi(definition, Acts((act,)), own_sign=True)


_FOLLOWERS: tuple[Kpi, ...] = (
    FollowersKpi(
        operation(
            "followers",
            _("Followers"),
            _("People who follow the channels at the end of the window."),
            _("last reported number + follows − unfollows seen since"),
            grain=Grain.LEVEL,
            sources=_FOLLOWER_SOURCES,
        )
    ),
    GrowthKpi(
        operation(
            "follower_growth",
            _("Follower growth"),
            _(
                "By how many the followers grew. Where the opening number was not observed, the "
                "first report in the window stands for it."
            ),
            _("followers at the end − followers at the start"),
            sources=_FOLLOWER_SOURCES,
        )
    ),
    GrowthKpi(
        operation(
            "follower_growth_rate",
            _("Follower growth rate"),
            _("Follower growth as a share of the followers at the start."),
            _("(followers at the end − followers at the start) ÷ followers at the start"),
            unit=Unit.RATIO,
            grain=Grain.RATE,
            sources=_FOLLOWER_SOURCES,
        ),
        as_rate=True,
    ),
)

_POSTS: tuple[Kpi, ...] = (
    PostsKpi(
        operation(
            "posts",
            _("Posts"),
            _("Posts published on the channels, replies not counted."),
            _("number of posts published"),
            sources=("Create",),
        )
    ),
    PostsKpi(
        operation(
            "posting_frequency",
            _("Posting frequency"),
            _("Posts in a week, averaged over the days of the window."),
            _("posts ÷ days × 7"),
            unit=Unit.PER_WEEK,
            grain=Grain.RATE,
            sources=("Create",),
        ),
        weekly=True,
    ),
)

_REGULARITY: tuple[Kpi, ...] = (
    GapKpi(
        operation(
            "longest_gap",
            _("Longest gap between posts"),
            _("Days without a post in a row, from the window's first day to its last."),
            _("the most days in a row on which nothing was posted"),
            unit=Unit.DAYS,
            grain=Grain.RATE,
            better=Better.DOWN,
            sources=("Create",),
        )
    ),
)

_ACTS: tuple[Kpi, ...] = (
    CountKpi(
        operation(
            "likes",
            _("Likes"),
            _("Likes received in the window, on posts of any age."),
            _("for each channel and day: the network's daily total, else the likes in the log"),
            sources=("Like", "likes"),
        ),
        acts.LIKES,
    ),
    CountKpi(
        operation(
            "replies",
            _("Replies"),
            _("Replies received in the window, to posts of any age."),
            _("for each channel and day: the network's daily total, else the replies in the log"),
            sources=("Create", "replies"),
        ),
        acts.REPLIES,
    ),
    CountKpi(
        operation(
            "reshares",
            _("Reshares"),
            _("Reshares received in the window, of posts of any age."),
            _("for each channel and day: the network's daily total, else the reshares in the log"),
            sources=("Announce", "reshares"),
        ),
        acts.RESHARES,
    ),
    EngagementsKpi(
        operation(
            "engagements",
            _("Engagements"),
            _("All interactions with the posts published in the window, up to now."),
            _("likes + replies + reshares + quotes + saves of these posts"),
            sources=_POST_SOURCES,
        )
    ),
)


_REPORTED: tuple[Kpi, ...] = (
    reported("reach", _("Reach"), _("People who saw something, as the network reports it.")),
    reported(
        "impressions", _("Impressions"), _("How often posts were shown, as the network reports.")
    ),
    reported("clicks", _("Clicks"), _("Clicks on links in posts, as the network reports them.")),
    reported("saves", _("Saves"), _("How often posts were saved, as the network reports.")),
    reported(
        "views", _("Views"), _("How often posts or videos were watched, as the network reports.")
    ),
)


def _rate(base: str, name: str, formula: str, *, of_posts: bool = False) -> RateKpi:
    start = "average_engagement_rate" if of_posts else "engagement_rate"
    description = (
        _("The rate of each post, averaged: every post weighs the same.")
        if of_posts
        else _("Totals over all posts of the window, divided once: large posts weigh more.")
    )
    definition = operation(
        f"{start}_by_{base}",
        name,
        description,
        formula,
        unit=Unit.RATIO,
        grain=Grain.RATE,
        sources=(*_POST_SOURCES, base),
    )
    return RateKpi(definition, base, of_posts)


_RATES: tuple[Kpi, ...] = (
    _rate(
        "reach", _("Engagement rate by reach"), _("engagements ÷ reach, of posts with known reach")
    ),
    _rate(
        "impressions",
        _("Engagement rate by impressions"),
        _("engagements ÷ impressions, of posts with known impressions"),
    ),
    _rate(
        FOLLOWERS,
        _("Engagement rate by followers"),
        _("engagements ÷ followers on the day of each post, summed over posts"),
    ),
    _rate(
        "views", _("Engagement rate by views"), _("engagements ÷ views, of posts with known views")
    ),
    _rate(
        "reach",
        _("Average engagement rate by reach"),
        _("average over posts of (engagements ÷ reach)"),
        of_posts=True,
    ),
    _rate(
        "impressions",
        _("Average engagement rate by impressions"),
        _("average over posts of (engagements ÷ impressions)"),
        of_posts=True,
    ),
    _rate(
        FOLLOWERS,
        _("Average engagement rate by followers"),
        _("average over posts of (engagements ÷ followers on the day of the post)"),
        of_posts=True,
    ),
    _rate(
        "views",
        _("Average engagement rate by views"),
        _("average over posts of (engagements ÷ views)"),
        of_posts=True,
    ),
)

_MARKETING: tuple[Kpi, ...] = (
    _marketing(
        "leads",
        _("Leads"),
        _("People who registered or asked for an offer."),
        _("number of registrations in the log"),
        "schema:RegisterAction",
    ),
    _marketing(
        "purchases",
        _("Purchases"),
        _("Orders placed."),
        _("number of purchases in the log"),
        "schema:BuyAction",
    ),
    _marketing(
        "searches",
        _("Searches"),
        _("Searches for the brand or its products that were recorded."),
        _("number of searches in the log"),
        "schema:SearchAction",
    ),
)

_BASIC: dict[str, Kpi] = {
    kpi.definition.key: kpi
    for kpi in (
        *_FOLLOWERS,
        *_POSTS,
        *_REGULARITY,
        *_ACTS,
        *_REPORTED,
        *VIDEOS,
        *_RATES,
        *ANSWERING,
        *_MARKETING,
        *AWARENESS,
    )
}


def _named(*keys: str) -> list[Kpi]:
    return [_BASIC[key] for key in keys]


KPIS: Mapping[str, Kpi] = _BASIC | {
    kpi.definition.key: kpi
    for kpi in (
        *conversations(*_named("likes", "replies", "reshares", "posts", "followers")),
        *money.AMOUNTS,
        *money.returns(*_named("clicks", "impressions", "leads", "purchases")),
        *money.OPINIONS,
        *PROGRAMMES,
    )
}
