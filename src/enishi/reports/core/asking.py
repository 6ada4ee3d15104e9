"""What a dashboard is asked for; saved views, exports and schedules keep it as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from enishi.kernel.functions import Function
from enishi.reports.core.periods import Against, Preset, Span, compared, span_of


class BoardKind(StrEnum):
    """The dashboards: one page for the boss, one for each function, channel and objective."""

    BOSS = "boss"
    OPERATION = "operation"
    MARKETING = "marketing"
    SALES = "sales"
    SERVICE = "service"
    HR = "hr"
    PARTNERS = "partners"
    CHANNEL = "channel"
    OBJECTIVE = "objective"
    PLAN = "plan"
    """No dashboard, but the strategy on one page: to be exported as a PDF."""


FUNCTIONS: Mapping[BoardKind, Function] = MappingProxyType(
    {
        BoardKind.OPERATION: Function.MARKETING,
        BoardKind.MARKETING: Function.MARKETING,
        BoardKind.SALES: Function.SALES,
        BoardKind.SERVICE: Function.SERVICE,
        BoardKind.HR: Function.HR,
        BoardKind.PARTNERS: Function.PARTNERS,
    }
)
"""The dashboards of a function of the company (R028)."""
BY_NOTHING = ""
BY_CHANNEL = "channel"
BY_FUNCTION = "function"
BY_LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Asked:
    """A dashboard, its period and comparison, what it is cut down to and grouped by.

    Without `own` days the preset holds, so that a saved view moves on with time. `level` is a
    level of the tree Social media > SNS, by the `scheme` that says what SNS is.
    """

    kind: BoardKind = BoardKind.BOSS
    subject_id: UUID | None = None
    preset: Preset = Preset.DAYS_28
    own: Span | None = None
    against: Against = Against.PREVIOUS
    against_own: Span | None = None
    channel_ids: tuple[UUID, ...] = ()
    group: str = BY_NOTHING
    level: str = ""
    scheme: str = "mic-2015"
    chart: str = ""
    """The KPI that is drawn group by group; empty: the first of the table."""

    def span(self, today: date) -> Span:
        """The days that are asked for, none after today."""
        if self.own is None:
            return span_of(self.preset, today)
        return Span(min(self.own.first, today), min(self.own.last, today))

    def compared(self, today: date) -> Span | None:
        """The days that they are compared with."""
        return compared(self.span(today), self.against, self.against_own)

    def with_group(self, group: str) -> Asked:
        return replace(self, group=group)


def to_json(asked: Asked) -> dict[str, Any]:
    """As it is kept; what is as usual is left out."""
    usual = Asked()
    pairs = {
        "kind": asked.kind.value,
        "subject": str(asked.subject_id) if asked.subject_id else None,
        "period": asked.preset.value,
        **_span_json("first", "last", asked.own),
        "against": asked.against.value,
        **_span_json("against_first", "against_last", asked.against_own),
        "channels": [str(one) for one in asked.channel_ids] or None,
        "group": asked.group or None,
        "level": asked.level or None,
        "scheme": asked.scheme if asked.scheme != usual.scheme else None,
        "chart": asked.chart or None,
    }
    return {name: value for name, value in pairs.items() if value is not None}


def _span_json(first: str, last: str, span: Span | None) -> dict[str, str]:
    return {first: span.first.isoformat(), last: span.last.isoformat()} if span else {}


def from_json(kept: Mapping[str, Any]) -> Asked:
    """What `to_json` wrote."""
    return Asked(
        kind=BoardKind(kept.get("kind", BoardKind.BOSS)),
        subject_id=UUID(kept["subject"]) if kept.get("subject") else None,
        preset=Preset(kept.get("period", Preset.DAYS_28)),
        own=_span(kept, "first", "last"),
        against=Against(kept.get("against", Against.PREVIOUS)),
        against_own=_span(kept, "against_first", "against_last"),
        channel_ids=tuple(UUID(one) for one in kept.get("channels", ())),
        group=kept.get("group", BY_NOTHING),
        level=kept.get("level", ""),
        scheme=kept.get("scheme", "mic-2015"),
        chart=kept.get("chart", ""),
    )


def _span(kept: Mapping[str, Any], first: str, last: str) -> Span | None:
    if not kept.get(first) or not kept.get(last):
        return None
    return Span(date.fromisoformat(kept[first]), date.fromisoformat(kept[last]))


def to_pairs(asked: Asked) -> list[tuple[str, str]]:
    """The pairs of an address's query, without the board itself."""
    pairs = []
    for name, value in to_json(asked).items():
        if name in {"kind", "subject"}:
            continue
        if name == "channels":
            pairs += [("channel", one) for one in value]
        elif not (name == "period" and asked.own is not None):
            pairs.append((name, value))
    return pairs
