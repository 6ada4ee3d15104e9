"""Charts of the lenses, as data that the front end draws; each page has the table, too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from enishi.analytics.powers import Effect
from enishi.lenses.core.sight import Sight
from enishi.lenses.queries.awareness import Day
from enishi.lenses.queries.balance import BalanceView, Column
from enishi.lenses.queries.checks import ChannelCadence
from enishi.lenses.queries.experiments import Curve
from enishi.lenses.queries.reach import ReachView
from enishi.lenses.words import GROUPS, INDICATORS, SOURCES


def balance(found: BalanceView) -> dict[str, Any]:
    """The five sub-scores."""
    return {
        "kind": "bar",
        "title": _("Five indicators, from media (0) to networking (100)"),
        "x": [str(INDICATORS[part.indicator][0]) for part in found.balance.parts],
        "series": [
            {
                "name": _("Networking"),
                "data": [
                    None if part.value is None else round(part.value * 100, 1)
                    for part in found.balance.parts
                ],
            }
        ],
        "yName": "0–100",
    }


def sight(seen: Sight, columns: Sequence[Column]) -> dict[str, Any]:
    """Events by group, stacked by column."""
    return {
        "kind": "bar",
        "title": _("Events"),
        "x": [re.split("[:：]", str(GROUPS[row.group]))[0] for row in seen.rows],
        "series": [
            {
                "name": column.label,
                "stack": "all",
                "data": [row.cells.get(column.key, 0) for row in seen.rows],
            }
            for column in columns
        ],
        "yName": _("Events"),
    }


def reach(found: ReachView) -> dict[str, Any] | None:
    """Reach by source; None when no source was reported."""
    if not found.whole.sources:
        return None
    numbers = dict(found.whole.sources)
    if found.whole.unknown is not None:
        numbers["unknown"] = found.whole.unknown
    return {
        "kind": "bar",
        "title": _("Where reach came from"),
        "x": [str(SOURCES[name]) for name in numbers],
        "series": [{"name": _("Reach"), "data": list(numbers.values())}],
        "yName": _("Reach"),
    }


def effects(rows: Sequence[Effect], names: Sequence[str]) -> dict[str, Any]:
    """Times the typical engagement, with the interval."""
    return {
        "kind": "line",
        "title": _("Times the typical post, with the interval"),
        "x": list(names),
        "series": [
            {"name": _("Effect"), "data": [round(one.factor, 2) for one in rows]},
            {
                "name": _("Interval"),
                "style": "band",
                "low": [round(one.low, 2) for one in rows],
                "high": [round(one.high, 2) for one in rows],
            },
        ],
        "yName": "×",
    }


def searches(days: Sequence[Day]) -> dict[str, Any] | None:
    """Branded searches and mentions on the same days; gaps stay gaps."""
    if all(one.searches is None and one.mentions is None for one in days):
        return None
    return {
        "kind": "line",
        "title": _("Branded searches and mentions"),
        "x": [one.day.isoformat() for one in days],
        "series": [
            {"name": _("Branded searches"), "data": [one.searches for one in days]},
            {"name": _("Mentions"), "data": [one.mentions for one in days], "style": "dashed"},
        ],
        "yName": _("a day"),
    }


def cadence(found: ChannelCadence) -> dict[str, Any]:
    """Planned and actual posts of each week."""
    return {
        "kind": "bar",
        "title": found.name,
        "x": [week.monday.isoformat() for week in found.cadence.weeks],
        "series": [
            {"name": _("Posts"), "data": [week.actual for week in found.cadence.weeks]},
            {
                "name": _("Planned"),
                "data": [round(week.planned, 1) for week in found.cadence.weeks],
                "style": "dashed",
            },
        ],
        "yName": _("posts a week"),
    }


def frequency(found: Curve) -> dict[str, Any]:
    """What weeks brought, by the number of posts in them."""
    return {
        "kind": "line",
        "title": _("What a week brought, by its number of posts"),
        "x": [
            f"{one.least}+"
            if one.most is None
            else str(one.least)
            if one.least == one.most
            else f"{one.least}–{one.most}"
            for one in found.steps
        ],
        "series": [
            {"name": _("Average of a week"), "data": [round(one.mean, 1) for one in found.steps]},
            {
                "name": _("Interval"),
                "style": "band",
                "low": [None if one.low is None else round(one.low, 1) for one in found.steps],
                "high": [None if one.high is None else round(one.high, 1) for one in found.steps],
            },
        ],
        "yName": _("a week"),
    }
