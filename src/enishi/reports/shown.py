"""Dashboards in the reader's words, for pages and files alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enishi.analytics.kpi import Window
from enishi.analytics.metrics.definition import Definition, Unit
from enishi.reports.core.changes import Change, Direction
from enishi.reports.pictures import GroupPicture, Picture, group_picture, picture, short
from enishi.reports.values import Board, GroupTable, Section, Tile
from enishi.strategy.texts import kpi_name, number, signed

_ARROWS = {
    Direction.UP: "arrow-up-right",
    Direction.DOWN: "arrow-down-right",
    Direction.SAME: "arrow-right",
}


@dataclass(frozen=True, slots=True)
class TileShown:
    """A tile: the value with what it is compared with, and why not where it cannot be."""

    key: str
    name: str
    value: str
    is_observed: bool
    change: str
    change_tone: str
    change_icon: str
    compared: str
    few: str
    left_out: str
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class UnseenShown:
    key: str
    name: str
    wants: str
    """Where it would come from."""


@dataclass(frozen=True, slots=True)
class DifferingShown:
    names: str
    why: str


@dataclass(frozen=True, slots=True)
class SectionShown:
    key: str
    name: object
    tiles: Sequence[TileShown]
    unseen: Sequence[UnseenShown]
    pictures: Sequence[Picture]
    differing: Sequence[DifferingShown]


@dataclass(frozen=True, slots=True)
class GroupLine:
    name: str
    cells: Sequence[tuple[str, str, str]]
    """Of each column: the KPI's key, its value, and the query of its explanation."""


@dataclass(frozen=True, slots=True)
class GroupsShown:
    name: str
    source: str
    heads: Sequence[str]
    rows: Sequence[GroupLine]
    rest: Sequence[str]
    total: GroupLine
    has_rates: bool
    picture: GroupPicture | None


def sections(board: Board) -> list[SectionShown]:
    """All sections of a dashboard."""
    return [section(board, one) for one in board.sections]


def section(board: Board, found: Section) -> SectionShown:
    """A section in words."""
    drawn = [picture(graph, board.remarks) for graph in found.graphs]
    return SectionShown(
        key=found.key,
        name=found.name,
        tiles=[tile(one) for one in found.tiles],
        unseen=[_unseen(one) for one in found.unseen],
        pictures=[one for one in drawn if one is not None],
        differing=[
            DifferingShown(_and([kpi_name(key) for key in one.keys]), _(one.why))
            for one in found.differing
        ],
    )


def tile(found: Tile) -> TileShown:
    """A tile in words."""
    key, reading = found.definition.key, found.reading
    return TileShown(
        key=key,
        name=kpi_name(key),
        value=number(reading.value, key),
        is_observed=reading.value is not None,
        change=change_text(found.definition, found.change),
        change_tone=_tone(found.change),
        change_icon=_ARROWS[found.change.direction] if found.change else "",
        compared=compared_text(found),
        few=few_text(found.few, found.least),
        left_out=left_out_text(reading.left_out),
        as_of=reading.as_of,
    )


def _tone(change: Change | None) -> str:
    if change is None or change.is_good is None:
        return "quiet"
    return "good" if change.is_good else "bad"


def change_text(definition: Definition, change: Change | None) -> str:
    """A change: +12.3 %, +0.80 pt, or −3 where a share would say nothing."""
    if change is None:
        return ""
    if definition.unit is Unit.RATIO:
        shown = _("%(points)s pt") % {"points": _sign(change.difference * 100, 2)}
    elif change.share is not None:
        shown = f"{_sign(change.share * 100, 1)} %"
    else:
        shown = signed(change.difference, definition.key)
    return _("%(change)s per day") % {"change": shown} if change.per_day else shown


def _sign(value: float, digits: int) -> str:
    shown = f"{value:+,.{digits}f}"
    return shown.replace("-", "−") if round(value, digits) else f"±{abs(value):,.{digits}f}"


def compared_text(found: Tile) -> str:
    """What it was before, or that nobody knows."""
    if found.before is None:
        return ""
    if found.before.value is None:
        return _("before: not observed")
    return _("before: %(value)s") % {"value": number(found.before.value, found.definition.key)}


def few_text(few: int | None, least: int) -> str:
    """That a rate rests on few cases."""
    if few is None:
        return ""
    return ngettext(
        "small: only %(n)s case (fewer than %(least)s)",
        "small: only %(n)s cases (fewer than %(least)s)",
        few,
    ) % {"n": few, "least": least}


def left_out_text(count: int) -> str:
    """How many posts could not be counted."""
    if not count:
        return ""
    return ngettext("%(n)s post left out", "%(n)s posts left out", count) % {"n": f"{count:,}"}


def _unseen(definition: Definition) -> UnseenShown:
    return UnseenShown(
        definition.key, kpi_name(definition.key), ", ".join(dict.fromkeys(definition.sources))
    )


def _and(names: Sequence[str]) -> str:
    return " · ".join(names)


# --- groups --------------------------------------------------------------------------------


def groups(board: Board) -> GroupsShown | None:
    """The table by channel, class or level."""
    table = board.groups
    if table is None:
        return None
    keys = [column.key for column in table.columns]
    return GroupsShown(
        name=table.name,
        source=table.source,
        heads=[kpi_name(key) for key in keys],
        rows=[
            GroupLine(
                row.name, _cells(keys, row.values, explain_query(board.window, row.channel_ids))
            )
            for row in table.rows
        ],
        rest=_rest(table, keys),
        total=GroupLine(
            _("Total"), _cells(keys, table.total, explain_query(board.window, board.channel_ids))
        ),
        has_rates=any(column.unit is Unit.RATIO for column in table.columns),
        picture=group_picture(table.graph) if table.graph else None,
    )


def _cells(
    keys: Sequence[str], values: Sequence[float | None], query: str
) -> list[tuple[str, str, str]]:
    return [
        (key, number(value, key) if value is not None else _("Not observed"), query)
        for key, value in zip(keys, values, strict=True)
    ]


def _rest(table: GroupTable, keys: Sequence[str]) -> list[str]:
    if all(value is None for value in table.rest):
        return []
    return [number(value, key) for key, value in zip(keys, table.rest, strict=True)]


def explain_query(window: Window, channel_ids: Sequence[UUID]) -> str:
    """The window and channels behind a number, for the address of its explanation."""
    pairs = [("first", window.first.isoformat()), ("last", window.last.isoformat())]
    return urlencode([*pairs, *(("channel", str(one)) for one in channel_ids)])


# --- periods -------------------------------------------------------------------------------


def period(window: Window) -> str:
    """The days of a window: 1 Apr – 30 Apr (30 days)."""
    days = ngettext("%(count)s day", "%(count)s days", window.days) % {"count": window.days}
    return f"{short(window.first)} – {short(window.last)} ({days})"


def moment(at: datetime, zone: str) -> str:
    """A moment in a zone, with the zone's name."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{formats.date_format(local, 'SHORT_DATETIME_FORMAT')} ({zone})"
