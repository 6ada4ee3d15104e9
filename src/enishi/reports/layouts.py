"""Which numbers stand on which dashboard, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from enishi.analytics.kpi import KPIS
from enishi.analytics.metrics.definition import Pack
from enishi.reports.core.asking import BoardKind


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section: KPIs by key, and those that are drawn day by day."""

    key: str
    name: object
    kpis: Sequence[str]
    charts: Sequence[str] = ()


_RATES = tuple(
    f"{start}engagement_rate_by_{base}"
    for start in ("", "average_")
    for base in ("reach", "impressions", "followers", "views")
)
_AUDIENCE = SectionPlan(
    "audience",
    _("Audience"),
    ("followers", "follower_growth", "follower_growth_rate"),
    ("followers",),
)
_REACH = SectionPlan(
    "reach", _("Reach and attention"), ("reach", "impressions", "views", "clicks", "saves")
)
_REACTION = SectionPlan(
    "reaction",
    _("Reactions"),
    ("engagements", "likes", "replies", "reshares"),
    ("engagements",),
)
_RATE = SectionPlan("rates", _("Engagement rate"), _RATES, ("engagement_rate_by_followers",))
_POSTING = SectionPlan(
    "posting", _("Posting"), ("posts", "posting_frequency", "longest_gap"), ("posts",)
)
_ANSWERING = SectionPlan(
    "answering",
    _("Answering"),
    ("response_rate", "response_time_median", "response_time_mean"),
)
_RESULTS = SectionPlan(
    "results",
    _("Business results"),
    ("leads", "purchases", "revenue", "gross_profit", "searches"),
    ("leads", "purchases"),
)
_PATH = SectionPlan(
    "path",
    _("On the way there"),
    ("clicks", "click_through_rate", "lead_conversion_rate", "conversion_rate"),
)
_COSTS = SectionPlan(
    "costs",
    _("Costs and return"),
    (
        "spend",
        "labour_cost",
        "cost",
        "cost_per_mille",
        "cost_per_click",
        "cost_per_lead",
        "cost_per_acquisition",
        "return_on_ad_spend",
        "return_on_investment",
        "return_on_spend_only",
    ),
)
_OPINION = SectionPlan(
    "opinion", _("What people say"), ("net_promoter_score", "customer_satisfaction")
)

LAYOUTS: Mapping[BoardKind, Sequence[SectionPlan]] = {
    BoardKind.BOSS: (
        SectionPlan(
            "headline",
            _("At a glance"),
            (
                "followers",
                "follower_growth",
                "reach",
                "engagements",
                "engagement_rate_by_followers",
                "response_rate",
                "posts",
                "leads",
                "purchases",
                "revenue",
                "cost",
                "return_on_investment",
            ),
            ("followers", "engagements", "leads"),
        ),
    ),
    BoardKind.OPERATION: (_AUDIENCE, _POSTING, _REACTION, _RATE, _REACH, _ANSWERING),
    BoardKind.MARKETING: (_RESULTS, _PATH, _COSTS, _OPINION),
    BoardKind.CHANNEL: (_AUDIENCE, _POSTING, _REACTION, _REACH, _RATE, _ANSWERING),
    BoardKind.OBJECTIVE: (),
}
GROUPED: Mapping[BoardKind, Sequence[str]] = {
    BoardKind.BOSS: ("followers", "posts", "engagements", "engagement_rate_by_followers", "leads"),
    BoardKind.OPERATION: (
        "followers",
        "follower_growth",
        "posts",
        "engagements",
        "engagement_rate_by_followers",
        "replies",
    ),
    BoardKind.MARKETING: ("clicks", "leads", "purchases", "revenue", "conversion_rate"),
    BoardKind.CHANNEL: (),
    BoardKind.OBJECTIVE: (),
}
"""The columns of the table by channel, class or level."""

_PACKS = {BoardKind.OPERATION: Pack.OPERATION, BoardKind.MARKETING: Pack.MARKETING}


def sections_of(kind: BoardKind) -> list[SectionPlan]:
    """The sections of a dashboard; the rest of a function's KPIs follow in a last one."""
    plans = [_known(plan) for plan in LAYOUTS[kind]]
    pack = _PACKS.get(kind)
    if pack is None:
        return plans
    placed = {key for plan in plans for key in plan.kpis}
    rest = [key for key, kpi in KPIS.items() if kpi.definition.pack is pack and key not in placed]
    return [*plans, SectionPlan("more", _("More"), rest)] if rest else plans


def _known(plan: SectionPlan) -> SectionPlan:
    kpis = [key for key in plan.kpis if key in KPIS]
    return SectionPlan(plan.key, plan.name, kpis, [key for key in plan.charts if key in KPIS])


def columns_of(kind: BoardKind) -> list[str]:
    """The KPIs that are shown by channel, class or level."""
    return [key for key in GROUPED[kind] if key in KPIS]
