"""Words for hours, money and tags: `{% load enishi_plan %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from enishi.kernel import money
from enishi.strategy import texts
from enishi.strategy.core import durations
from enishi.strategy.models import (
    AREAS,
    BOXES,
    COST_KINDS,
    FUNCTIONS,
    OBJECTIVE_TYPES,
    PILLARS,
    PURPOSES,
    RESOURCE_KINDS,
    RHYTHMS,
    SCOPES,
)

register = template.Library()
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "scope": dict(SCOPES),
    "pillar": dict(PILLARS),
    "purpose": dict(PURPOSES),
    "type": dict(OBJECTIVE_TYPES),
    "function": dict(FUNCTIONS),
    "box": dict(BOXES),
    "area": dict(AREAS),
    "cost": dict(COST_KINDS),
    "rhythm": dict(RHYTHMS),
    "resource": dict(RESOURCE_KINDS),
}


@register.filter
def money_of(minor: int | None, currency: str) -> str:
    """Minor units as an amount for people; a dash where there is none."""
    return "–" if minor is None else money.shown(minor, currency)


@register.filter
def clock(minutes: int) -> str:
    """Minutes as 1:30."""
    return durations.clock(minutes)


@register.filter
def hours(minutes: int) -> str:
    """Minutes as hours: 22 or 1.5."""
    return durations.hours(minutes)


@register.filter
def word(key: str, kind: str) -> object:
    """A key in the reader's words: `{{ scope|word:"scope" }}`."""
    return _WORDS[kind].get(key, key)


@register.filter
def kpi(key: str) -> str:
    """A KPI's name."""
    return texts.kpi_name(key)


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key, or None."""
    return mapping.get(key)
