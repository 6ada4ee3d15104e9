"""The words by which goals and objectives are sorted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Pillar(StrEnum):
    """The three reasons to use social media (R023)."""

    MARKETING = "marketing"
    EMPLOYEES = "employees"
    COLLABORATION = "collaboration"
    """With partners, suppliers and customers."""


class Purpose(StrEnum):
    """The five business purposes (R043)."""

    SALES = "sales"
    BRANDING = "branding"
    SATISFACTION = "satisfaction"
    RESEARCH = "research"
    AD_SAVING = "ad_saving"


class ObjectiveType(StrEnum):
    """What an objective is to bring (R022)."""

    LEADS = "leads"
    AWARENESS = "awareness"
    VIRALITY = "virality"


class Approval(StrEnum):
    """How far a strategy has come."""

    DRAFT = "draft"
    APPROVED = "approved"


PACKS: Mapping[ObjectiveType, tuple[str, ...]] = MappingProxyType(
    {
        ObjectiveType.LEADS: ("leads", "lead_conversion_rate", "cost_per_lead"),
        ObjectiveType.AWARENESS: ("reach", "share_of_voice", "branded_searches"),
        ObjectiveType.VIRALITY: ("reshares", "amplification_rate", "reach"),
    }
)
"""The KPIs that a type of objective is offered; people change them freely."""


def pack_of(kind: str) -> tuple[str, ...]:
    """The KPIs offered for a type; none without one."""
    return PACKS[ObjectiveType(kind)] if kind in set(ObjectiveType) else ()
