"""Whether a plan mixes operation up with marketing (R019).

Operation is judged by what running accounts brings (followers, rates, regularity), marketing by
what the business gets (leads, customers, revenue). A marketing plan that knows only the former
will be called a success while nothing is sold.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from enishi.strategy.core.scopes import Scope


class Mixup(StrEnum):
    """What is wrong."""

    NO_BUSINESS_KPI = "no_business_kpi"
    """A marketing plan with nothing but KPIs of operation."""
    NO_OPERATION_KPI = "no_operation_kpi"
    """A plan of operation that is judged by business results alone."""
    NO_KPI = "no_kpi"
    UNTAGGED = "untagged"


def find_mixups(scope: str, kpis: Mapping[str, str]) -> list[Mixup]:
    """The mix-ups of a plan with this tag; `kpis` gives the pack of each of its KPIs."""
    if not scope:
        return [Mixup.UNTAGGED]
    if not kpis:
        return [Mixup.NO_KPI]
    packs = set(kpis.values())
    if scope == Scope.MARKETING and Scope.MARKETING.value not in packs:
        return [Mixup.NO_BUSINESS_KPI]
    if scope == Scope.OPERATION and Scope.OPERATION.value not in packs:
        return [Mixup.NO_OPERATION_KPI]
    return []
