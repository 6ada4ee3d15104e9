"""What marketing costs and brings, and what people say when they are asked.

Amounts are whole units of the workspace's currency, noted as observations: `spend` (media
and fees), `labour_cost`, `other_cost`, `revenue`, `gross_profit`.
"""

from __future__ import annotations

from enishi.analytics.catalogue.defining import marketing
from enishi.analytics.kpis.amounts import AmountKpi
from enishi.analytics.kpis.quotients import QuotientKpi
from enishi.analytics.kpis.scores import ScoreKpi
from enishi.analytics.metrics.definition import Better, Grain, Unit
from enishi.analytics.metrics.definition import gettext_noop as _
from enishi.analytics.readings import Kpi

_PROMOTER, _DETRACTOR, _SATISFIED = 9, 6, 4
_THOUSAND = 1000


def _amount(
    key: str, name: str, description: str, formula: str, metrics: tuple[str, ...], better: Better
) -> AmountKpi:
    definition = marketing(
        key, name, description, formula, unit=Unit.MONEY, better=better, sources=metrics
    )
    return AmountKpi(definition, metrics)


SPEND = _amount(
    "spend",
    _("Ad spend"),
    _("What was spent on media, creators and fees, as noted."),
    _("sum of the noted spend"),
    ("spend",),
    Better.NONE,
)
LABOUR = _amount(
    "labour_cost",
    _("Labour cost"),
    _("Hours worked at their hourly rate, as noted."),
    _("sum of the noted labour cost"),
    ("labour_cost",),
    Better.NONE,
)
COST = _amount(
    "cost",
    _("Cost with labour"),
    _("Everything that was put in: media, creators, fees, labour, tools and the rest."),
    _("ad spend + labour cost + other cost"),
    ("spend", "labour_cost", "other_cost"),
    Better.NONE,
)
REVENUE = _amount(
    "revenue",
    _("Revenue"),
    _("Revenue that was noted for orders."),
    _("sum of the noted revenue"),
    ("revenue",),
    Better.UP,
)
PROFIT = _amount(
    "gross_profit",
    _("Gross profit"),
    _("Revenue less the cost of what was sold, as noted."),
    _("sum of the noted gross profit (revenue × margin)"),
    ("gross_profit",),
    Better.UP,
)
AMOUNTS: tuple[Kpi, ...] = (SPEND, LABOUR, COST, REVENUE, PROFIT)


def _quotient(
    key: str,
    name: str,
    description: str,
    formula: str,
    parts: tuple[Kpi, Kpi],
    *,
    unit: Unit = Unit.RATIO,
    scale: float = 1.0,
    less: bool = False,
) -> QuotientKpi:
    above, below = parts
    definition = marketing(
        key,
        name,
        description,
        formula,
        unit=unit,
        grain=Grain.RATE,
        better=Better.DOWN if unit is Unit.MONEY else Better.UP,
        sources=(*above.definition.sources, *below.definition.sources),
    )
    return QuotientKpi(definition, above, below, scale, less)


def returns(clicks: Kpi, impressions: Kpi, leads: Kpi, purchases: Kpi) -> tuple[Kpi, ...]:
    """The quotients of money and of the way to a purchase."""
    return (
        _quotient(
            "click_through_rate",
            _("Click-through rate (CTR)"),
            _("Clicks as a share of the times that something was shown."),
            _("clicks ÷ impressions"),
            (clicks, impressions),
        ),
        _quotient(
            "conversion_rate",
            _("Conversion rate (CVR, purchases)"),
            _("Purchases as a share of the clicks."),
            _("purchases ÷ clicks"),
            (purchases, clicks),
        ),
        _quotient(
            "lead_conversion_rate",
            _("Conversion rate (CVR, leads)"),
            _("Leads as a share of the clicks."),
            _("leads ÷ clicks"),
            (leads, clicks),
        ),
        *_costs(clicks, impressions, leads, purchases),
        _quotient(
            "return_on_ad_spend",
            _("Return on ad spend (ROAS)"),
            _("Revenue for each unit of ad spend. Neither margin nor labour is in it."),
            _("revenue ÷ ad spend"),
            (REVENUE, SPEND),
            unit=Unit.EACH,
        ),
        _quotient(
            "return_on_investment",
            _("Return on investment (ROI)"),
            _("What the gross profit leaves after all costs, labour too, for each unit put in."),
            _("(gross profit − cost with labour) ÷ cost with labour"),
            (PROFIT, COST),
            less=True,
        ),
        _quotient(
            "return_on_spend_only",
            _("Return on ad spend only (ROI without labour)"),
            _("As ROI, but labour is left out: it looks better than it is."),
            _("(gross profit − ad spend) ÷ ad spend"),
            (PROFIT, SPEND),
            less=True,
        ),
    )


def _costs(clicks: Kpi, impressions: Kpi, leads: Kpi, purchases: Kpi) -> tuple[Kpi, ...]:
    return (
        _quotient(
            "cost_per_mille",
            _("Cost per thousand impressions (CPM)"),
            _("What a thousand impressions cost."),
            _("ad spend ÷ impressions × 1,000"),
            (SPEND, impressions),
            unit=Unit.MONEY,
            scale=_THOUSAND,
        ),
        _quotient(
            "cost_per_click",
            _("Cost per click (CPC)"),
            _("What a click cost."),
            _("ad spend ÷ clicks"),
            (SPEND, clicks),
            unit=Unit.MONEY,
        ),
        _quotient(
            "cost_per_lead",
            _("Cost per lead (CPL)"),
            _("What a lead cost."),
            _("ad spend ÷ leads"),
            (SPEND, leads),
            unit=Unit.MONEY,
        ),
        _quotient(
            "cost_per_acquisition",
            _("Cost per acquisition (CPA)"),
            _("What a purchase cost."),
            _("ad spend ÷ purchases"),
            (SPEND, purchases),
            unit=Unit.MONEY,
        ),
    )


OPINIONS: tuple[Kpi, ...] = (
    ScoreKpi(
        marketing(
            "net_promoter_score",
            _("Net Promoter Score (NPS)"),
            _("Share of promoters (9 or 10 of 10) less share of detractors (0 to 6)."),
            _("(promoters − detractors) ÷ answers × 100"),
            unit=Unit.POINTS,
            grain=Grain.RATE,
            sources=("nps",),
        ),
        "nps",
        _PROMOTER,
        _DETRACTOR,
    ),
    ScoreKpi(
        marketing(
            "customer_satisfaction",
            _("Customer satisfaction (CSAT)"),
            _("Share of answers of 4 or 5 out of 5."),
            _("answers of 4 or 5 ÷ answers"),
            unit=Unit.RATIO,
            grain=Grain.RATE,
            sources=("csat",),
        ),
        "csat",
        _SATISFIED,
    ),
)
