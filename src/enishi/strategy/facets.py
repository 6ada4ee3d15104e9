"""What a node says about itself beyond title and measure, level by level.

A surface gives a mapping of only those facets that change; `cleaned` turns what was written
into what is kept, or raises InvalidInputError for the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from enishi.analytics.kpi import KPIS
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.functions import Function
from enishi.strategy.core.canvas import Box
from enishi.strategy.core.kinds import ObjectiveType, Pillar, Purpose
from enishi.strategy.core.nodes import Level
from enishi.strategy.core.scopes import Scope

Facets: TypeAlias = Mapping[str, Any]
_Clean: TypeAlias = Callable[[str, Any], Any]
_TEXT = 4000
_MOST_MONEY = 10**15
_PRIORITIES = (1, 2, 3)


def _invalid(field: str, value: object, choices: Iterable[object]) -> InvalidInputError:
    return InvalidInputError(
        _("“%(value)s” cannot be used here.") % {"value": value},
        field=field,
        remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(map(str, choices))},
    )


def _one_of(kind: type[StrEnum], *, or_none: bool = True) -> _Clean:
    def clean(field: str, value: Any) -> str:
        text = str(value or "")
        if (not text and or_none) or text in set(kind):
            return text
        raise _invalid(field, text, kind)

    return clean


def _some_of(allowed: Iterable[str]) -> _Clean:
    known = tuple(allowed)

    def clean(field: str, value: Any) -> list[str]:
        chosen = list(dict.fromkeys(str(one) for one in value or ()))
        for one in chosen:
            if one not in known:
                raise _invalid(field, one, known)
        return chosen

    return clean


def _text(field: str, value: Any) -> str:
    text = str(value or "").strip()
    if len(text) > _TEXT:
        raise InvalidInputError(_("This text is too long."), field=field)
    return text


def _amount(field: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if not isinstance(value, int) or not 0 <= value <= _MOST_MONEY:
        raise InvalidInputError(_("This is not an amount."), field=field)
    return value


def _day(field: str, value: Any) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidInputError(_("Write the day as 2026-04-01."), field=field) from error


def _priority(field: str, value: Any) -> int:
    if str(value) not in {str(one) for one in _PRIORITIES}:
        raise _invalid(field, value, _PRIORITIES)
    return int(value)


FACETS: Mapping[Level, Mapping[str, _Clean]] = {
    Level.GOAL: {"pillar": _one_of(Pillar, or_none=False), "review_on": _day},
    Level.STRATEGY: {
        "what": _text,
        "who": _text,
        "how": _text,
        "why": _text,
        "scope": _one_of(Scope),
        "budget": _amount,
    },
    Level.OBJECTIVE: {
        "kind": _one_of(ObjectiveType),
        "purpose": _one_of(Purpose),
        "function": _one_of(Function),
        "boxes": _some_of(Box),
        "kpis": _some_of(KPIS),
    },
    Level.TACTIC: {"scope": _one_of(Scope), "priority": _priority},
}
"""The facets of each level and how each is read."""
ALL: tuple[str, ...] = tuple(dict.fromkeys(name for one in FACETS.values() for name in one))
"""Every facet's name, once."""


def cleaned(level: Level, given: Facets) -> dict[str, Any]:
    """The facets as they are kept; raises InvalidInputError for what the level does not have."""
    readers = FACETS[level]
    for name in given:
        if name not in readers:
            raise _invalid(name, given[name], readers)
    return {name: readers[name](name, value) for name, value in given.items()}


def facets_of(level: Level, node: Any) -> dict[str, Any]:
    """What a node says now."""
    return {name: getattr(node, name) for name in FACETS[level]}
