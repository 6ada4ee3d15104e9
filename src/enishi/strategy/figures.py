"""Programme, record and versions in the reader's words: a page's lines, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enishi.strategy import texts
from enishi.strategy.cohorts import Cohort
from enishi.strategy.core.versions import Change, Difference
from enishi.strategy.queries.reviews import ProgrammeRow
from enishi.strategy.queries.sorting import PackRow
from enishi.strategy.shown import KpiShown, kpi
from enishi.strategy.texts import number, percent

_CHANGES = {
    Change.ADDED: (gettext_lazy("New"), "good", "plus"),
    Change.REMOVED: (gettext_lazy("Gone"), "bad", "trash"),
    Change.CHANGED: (gettext_lazy("Changed"), "warn", "edit"),
}
_LEVELS = {
    "goal": gettext_lazy("Goal"),
    "strategy": gettext_lazy("Strategy"),
    "objective": gettext_lazy("Objective"),
    "tactic": gettext_lazy("Tactic"),
}
_FIELDS = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "owner": gettext_lazy("Person in charge"),
    "status": gettext_lazy("Status"),
    "parent": gettext_lazy("Place in the tree"),
    "target": gettext_lazy("Target value"),
    "baseline": gettext_lazy("Starting value"),
    "start": gettext_lazy("First day"),
    "end": gettext_lazy("Last day"),
    "metric": gettext_lazy("KPI"),
    "kpis": gettext_lazy("KPIs"),
    "pillar": gettext_lazy("Pillar"),
    "purpose": gettext_lazy("Business purpose"),
    "scope": gettext_lazy("Operation or marketing"),
    "priority": gettext_lazy("Priority"),
    "budget": gettext_lazy("Budget"),
    "what": gettext_lazy("What we do"),
    "who": gettext_lazy("Who"),
    "how": gettext_lazy("How"),
    "why": gettext_lazy("Why"),
    "lines": gettext_lazy("Needs"),
    "posts": gettext_lazy("Posts"),
    "conversations": gettext_lazy("Conversations"),
    "boxes": gettext_lazy("Boxes of the canvas"),
}


@dataclass(frozen=True, slots=True)
class PackShown:
    """A KPI of a pack: its value, or since when there is none. Never a 0 that nobody saw."""

    kpi: KpiShown
    silence: str


def pack(row: PackRow) -> PackShown:
    """A KPI of a pack in words."""
    return PackShown(kpi(row.row), silence(row.no_data_since, is_silent=row.is_silent))


def silence(since: date | None, *, is_silent: bool) -> str:
    """“No data since …”, “No data yet”, or nothing while data comes in."""
    if since is not None:
        day = formats.date_format(since, "SHORT_DATE_FORMAT")
        return _("No data since %(day)s") % {"day": day}
    return _("No data yet") if is_silent else ""


@dataclass(frozen=True, slots=True)
class ProgrammeShown:
    row: ProgrammeRow
    pack: PackShown
    target: str


def programme(row: ProgrammeRow) -> ProgrammeShown:
    """A line of the programme in words."""
    key = row.kpi.row.definition.key
    return ProgrammeShown(row, pack(row.kpi), number(row.target, key) if row.target else "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of a month's record as it stood then."""

    goal: str
    objective_id: UUID
    objective: str
    owner: str
    name: str
    value: str
    target: str
    formula: str
    silence: str


def figure(row: dict[str, Any]) -> Figure:
    """A kept line in words."""
    since = row["no_data_since"]
    return Figure(
        goal=row["goal"],
        objective_id=UUID(row["objective_id"]),
        objective=row["objective"],
        owner=row["owner"],
        name=texts.kpi_name(row["kpi"]),
        value=number(row["value"], row["kpi"]),
        target=number(row["target"], row["kpi"]) if row["target"] is not None else "",
        formula=row["formula"],
        silence=silence(date.fromisoformat(since) if since else None, is_silent=row["is_silent"]),
    )


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    label: object
    tone: str
    icon: str
    level: object
    title: str
    fields: Sequence[tuple[object, str, str]]
    """Field, before, after."""


def difference(found: Difference) -> DifferenceShown:
    """One node that is not the same, in words."""
    label, tone, icon = _CHANGES[found.change]
    return DifferenceShown(
        label=label,
        tone=tone,
        icon=icon,
        level=_LEVELS[found.level],
        title=found.title,
        fields=[
            (
                _FIELDS.get(one.name, one.name),
                _plain(one.name, one.before),
                _plain(one.name, one.after),
            )
            for one in found.fields
        ],
    )


def _plain(name: str, value: Any) -> str:
    if value is None or value in ("", []):
        return "–"
    if name in {"kpis", "metric"}:
        keys = value if isinstance(value, list) else [value]
        return ", ".join(texts.kpi_name(key) for key in keys)
    if isinstance(value, list):
        return str(len(value))
    return f"{value:,.10g}" if isinstance(value, float | int) else str(value)


def cohorts(found: Sequence[Cohort]) -> list[tuple[Cohort, str]]:
    """Cohorts with their rates."""
    return [(one, percent(one.rate)) for one in found if one.leads]
