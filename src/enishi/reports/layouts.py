"""Which numbers stand on which dashboard, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from enishi.analytics.kpi import KPIS
from enishi.analytics.metrics.definition import Pack
from enishi.kernel.functions import Function
from enishi.reports.core.asking import BoardKind
from enishi.strategy.core.functions import seen_of


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section: KPIs by key, and those that are drawn day by day."""

    key: str
    name: object
    kpis: Sequence[str]
    charts: Sequence[str] = ()


_RATES = (
    *(
        f"{start}engagement_rate_by_{base}"
        for start in ("", "average_")
        for base in ("reach", "impressions", "followers", "views")
    ),
    "engagement_rate_by_day",
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
    BoardKind.SALES: (
        _RESULTS,
        _PATH,
        _OPINION,
    ),
    BoardKind.SERVICE: (
        SectionPlan(
            "answering",
            _("Answering"),
            ("response_rate", "response_time_median", "response_time_mean", "replies", "mentions"),
            ("replies",),
        ),
        _OPINION,
        SectionPlan(
            "knowledge",
            _("Answers used again"),
            ("answers", "answers_reused", "answer_reuse_rate"),
        ),
    ),
    BoardKind.HR: (
        SectionPlan(
            "hiring",
            _("Hiring"),
            ("applicants", "qualified_applicants", "applicant_quality"),
            ("applicants",),
        ),
        SectionPlan(
            "employees",
            _("Employees"),
            ("employees", "active_employees", "employee_participation"),
            ("active_employees",),
        ),
        SectionPlan(
            "image", _("How it is received"), ("reach", "engagements", "followers", "replies")
        ),
    ),
    BoardKind.PARTNERS: (
        SectionPlan(
            "supply",
            _("Supply"),
            ("supplier_cost", "supplier_savings", "supplier_savings_rate"),
            ("supplier_savings",),
        ),
        SectionPlan("ideas", _("Ideas"), ("ideas", "ideas_adopted", "idea_adoption_rate")),
        SectionPlan(
            "image", _("How it is received"), ("reach", "engagements", "mentions", "replies")
        ),
    ),
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
    BoardKind.SALES: ("clicks", "leads", "purchases", "revenue"),
    BoardKind.SERVICE: ("replies", "response_rate", "response_time_median"),
    BoardKind.HR: ("applicants", "reach", "engagements", "followers"),
    BoardKind.PARTNERS: ("ideas", "reach", "engagements", "mentions"),
    BoardKind.CHANNEL: (),
    BoardKind.OBJECTIVE: (),
}
"""The columns of the table by channel, class or level."""
CLASSES: Mapping[str, Sequence[str]] = {
    "communication": ("response_rate", "replies", "response_time_median"),
    "reviews": ("customer_satisfaction", "response_rate"),
    "knowledge": ("answers", "answers_reused"),
    "transmission": ("reach", "reshares", "amplification_rate"),
}
"""The columns that matter for each of the four functions of media, beside those (R004)."""
BY_FUNCTION_OF_MEDIA = "function-4"

_PACKS = {BoardKind.OPERATION: Pack.OPERATION, BoardKind.MARKETING: Pack.MARKETING}


def sections_of(
    kind: BoardKind,
    functions: frozenset[Function] = frozenset(),
    chosen: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[SectionPlan]:
    """The sections of a dashboard; the rest of a pack's KPIs follow in a last one.

    `chosen` has the KPIs of sections for which somebody chose others. Who is confined to
    functions gets what these see; without any, everything.
    """
    plans = [_seen(plan, functions) for plan in _plans(kind, chosen)]
    return [plan for plan in plans if plan.kpis]


def _plans(kind: BoardKind, chosen: Mapping[str, Sequence[str]]) -> list[SectionPlan]:
    plans = [_known(_with(plan, chosen.get(plan.key))) for plan in LAYOUTS[kind]]
    pack = _PACKS.get(kind)
    if pack is None:
        return plans
    placed = {key for plan in plans for key in plan.kpis}
    rest = [key for key, kpi in KPIS.items() if kpi.definition.pack is pack and key not in placed]
    return [*plans, SectionPlan("more", _("More"), rest)] if rest else plans


def _known(plan: SectionPlan) -> SectionPlan:
    kpis = [key for key in plan.kpis if key in KPIS]
    return SectionPlan(plan.key, plan.name, kpis, [key for key in plan.charts if key in KPIS])


def _with(plan: SectionPlan, kpis: Sequence[str] | None) -> SectionPlan:
    """The section with other KPIs; where none of its charts is left, the first KPI is drawn."""
    if kpis is None:
        return plan
    drawn = [key for key in plan.charts if key in kpis]
    return SectionPlan(plan.key, plan.name, kpis, drawn or (kpis[:1] if plan.charts else ()))


def _seen(plan: SectionPlan, functions: frozenset[Function]) -> SectionPlan:
    kpis, charts = seen_of(functions, plan.kpis), seen_of(functions, plan.charts)
    return SectionPlan(plan.key, plan.name, kpis, charts)


def columns_of(
    kind: BoardKind, functions: frozenset[Function] = frozenset(), classes: Sequence[str] = ()
) -> list[str]:
    """The KPIs that are shown by channel, class or level, as far as functions see them.

    Those of the `classes` of media that are there follow.
    """
    of_classes = [key for one in classes for key in CLASSES.get(one, ())]
    keys = dict.fromkeys([*GROUPED[kind], *(of_classes if GROUPED[kind] else ())])
    return seen_of(functions, [key for key in keys if key in KPIS])
