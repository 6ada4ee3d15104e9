"""Which functions of the company a KPI belongs to (R028).

What is in no list belongs to everybody. A KPI made of others belongs to no wider circle than
they do; a test holds the table to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from enishi.kernel.functions import Function

_MARKETING = frozenset({Function.MARKETING})
_SALES = frozenset({Function.MARKETING, Function.SALES})
_HIRING = frozenset({Function.HR})
_ADVOCACY = frozenset({Function.HR, Function.MARKETING})
_SUPPLY = frozenset({Function.PARTNERS})


def _table(*circles: tuple[frozenset[Function], str]) -> Mapping[str, frozenset[Function]]:
    return MappingProxyType({key: circle for circle, keys in circles for key in keys.split()})


KPI_FUNCTIONS: Mapping[str, frozenset[Function]] = _table(
    (_MARKETING, "spend labour_cost cost cost_per_mille cost_per_click"),
    (_SALES, "leads purchases revenue gross_profit conversion_rate lead_conversion_rate"),
    (_MARKETING, "cost_per_lead cost_per_acquisition return_on_ad_spend"),
    (_MARKETING, "return_on_investment return_on_spend_only"),
    (_SALES, "pledged backers average_pledge"),
    (_HIRING, "applicants qualified_applicants applicant_quality"),
    (_ADVOCACY, "active_employees employees employee_participation"),
    (_SUPPLY, "supplier_savings supplier_cost supplier_savings_rate"),
)
"""The KPIs that only some functions see."""


def functions_of(key: str) -> frozenset[Function]:
    """The functions to which a KPI belongs; none: to everybody."""
    return KPI_FUNCTIONS.get(key, frozenset())


def hidden_from(functions: frozenset[Function]) -> list[str]:
    """The KPIs that somebody confined to some functions does not see."""
    if not functions:
        return []
    return [key for key, own in KPI_FUNCTIONS.items() if own.isdisjoint(functions)]


def seen_of(functions: frozenset[Function], keys: Iterable[str]) -> list[str]:
    """Those of some KPIs that somebody confined to functions sees, in their order."""
    hidden = set(hidden_from(functions))
    return [key for key in keys if key not in hidden]
