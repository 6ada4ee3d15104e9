"""Reports as JSON values, for programs. None is "not observed", never zero."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from enishi.accounts.terminal import to_plain
from enishi.analytics.kpi import Reading, Window
from enishi.reports import documents
from enishi.reports.core.asking import to_json
from enishi.reports.values import Board, Graph, GroupGraph, GroupTable, Section, Tile
from enishi.strategy.texts import kpi_name


def board(found: Board) -> dict[str, Any]:
    """A dashboard with every figure, its comparison and its working."""
    return {
        "title": found.title,
        "asked": to_json(found.asked),
        "window": _window(found.window),
        "compared": None if found.before is None else _window(found.before),
        "channels": found.scope,
        "scheme": found.scheme_name,
        "as_of": to_plain(found.as_of),
        "sections": [_section(one) for one in found.sections],
        "groups": None if found.groups is None else _groups(found.groups),
        "annotations": [to_plain(one) for one in found.remarks],
    }


def _window(window: Window) -> dict[str, Any]:
    return {
        "first": window.first.isoformat(),
        "last": window.last.isoformat(),
        "zone": window.zone,
        "days": window.days,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "name": str(section.name),
        "figures": [_tile(one) for one in section.tiles],
        "not_observed": [one.key for one in section.unseen],
        "series": [_graph(one) for one in section.graphs],
        "differences": [
            {"figures": list(one.keys), "why": _(one.why)} for one in section.differing
        ],
    }


def _tile(tile: Tile) -> dict[str, Any]:
    definition, change = tile.definition, tile.change
    return {
        "key": definition.key,
        "name": kpi_name(definition.key),
        "unit": definition.unit.value,
        "formula": _(definition.formula),
        **_reading(tile.reading),
        "before": None if tile.before is None else tile.before.value,
        "change": None if change is None else to_plain(change),
        "small_n": tile.few,
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "value": reading.value,
        "filled": reading.formula_filled,
        "rows": reading.rows_count,
        "left_out": reading.left_out,
        "as_of": to_plain(reading.as_of),
    }


def _graph(graph: Graph) -> dict[str, Any]:
    return {
        "key": graph.definition.key,
        "steps": [to_plain(one) for one in graph.steps],
        "compared": [to_plain(one) for one in graph.before],
    }


def _groups(table: GroupTable) -> dict[str, Any]:
    return {
        "by": table.by,
        "name": table.name,
        "source": table.source,
        "columns": [one.key for one in table.columns],
        "rows": [
            {"key": row.key, "name": row.name, "values": list(row.values)} for row in table.rows
        ],
        "without_channel": list(table.rest),
        "total": list(table.total),
        "notes": documents.table_notes(table),
        "chart": None if table.graph is None else _group_graph(table.graph),
    }


def _group_graph(graph: GroupGraph) -> dict[str, Any]:
    """One KPI of several groups, step by step."""
    return {
        "key": graph.definition.key,
        "lines": [
            {"name": name, "steps": [to_plain(one) for one in steps]} for name, steps in graph.lines
        ],
        "left_out": graph.left_out,
    }
