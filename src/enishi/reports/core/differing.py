"""Figures that look alike and differ by definition, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Difference:
    """Some KPIs that are easily taken for one another. `why` is a message identifier."""

    keys: tuple[str, ...]
    why: str

    def among(self, shown: Iterable[str]) -> tuple[str, ...]:
        """Those of them that are shown."""
        here = set(shown)
        return tuple(key for key in self.keys if key in here)


def _rates(start: str) -> tuple[str, ...]:
    bases = ("reach", "impressions", "followers", "views")
    return tuple(f"{start}engagement_rate_by_{base}" for base in bases)


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        _rates(""),
        _(
            "The same engagements are divided by different things: people reached, times shown, "
            "followers on the day, or views. Compare a rate only with one of the same name."
        ),
    ),
    Difference(
        ("engagement_rate_by_followers", "average_engagement_rate_by_followers"),
        _(
            "One divides totals once, so that posts with many followers or views weigh more; the "
            "other averages the rates of single posts, so that every post weighs the same."
        ),
    ),
    Difference(
        ("engagement_rate_by_reach", "average_engagement_rate_by_reach"),
        _(
            "One divides totals once, so that posts with a large reach weigh more; the other "
            "averages the rates of single posts, so that every post weighs the same."
        ),
    ),
    Difference(
        ("engagements", "likes", "replies", "reshares"),
        _(
            "Engagements are those with the posts published in the period, up to now. Likes, "
            "replies and reshares are those received in the period, on posts of any age. So they "
            "do not add up to each other."
        ),
    ),
    Difference(
        ("reach", "impressions", "views"),
        _(
            "Reach counts people, impressions count how often something was shown, views count "
            "how often it was watched: one person can be shown a post several times."
        ),
    ),
    Difference(
        ("followers", "follower_growth"),
        _(
            "Followers are the level on the last day. Growth is the difference between two levels "
            "and leaves out channels whose number is known at one end only."
        ),
    ),
    Difference(
        ("response_time_median", "response_time_mean"),
        _(
            "Half of the answers were faster than the median. A few late answers raise the "
            "average and leave the median where it is."
        ),
    ),
    Difference(
        ("conversion_rate", "lead_conversion_rate"),
        _("One counts purchases for each click, the other leads for each click."),
    ),
    Difference(
        ("return_on_ad_spend", "return_on_investment", "return_on_spend_only"),
        _(
            "ROAS is revenue for each unit of ad spend. ROI takes gross profit and all costs, "
            "labour included. Without labour it looks better than it is."
        ),
    ),
    Difference(
        ("spend", "cost"),
        _("Cost holds the ad spend and the labour; ad spend alone is what was paid to others."),
    ),
)


def differing(shown: Iterable[str]) -> list[tuple[Difference, tuple[str, ...]]]:
    """The differences that matter where these KPIs stand together."""
    keys = list(shown)
    found = [(one, one.among(keys)) for one in DIFFERENCES]
    return [(one, here) for one, here in found if len(here) > 1]
