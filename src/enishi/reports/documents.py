"""A dashboard as a document: everything a file needs, in words and numbers, before any format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.analytics.kpi import KPIS, Reading
from enishi.analytics.metrics.definition import Definition, Unit
from enishi.reports import scopes, shown
from enishi.reports.pictures import picture, short
from enishi.reports.values import Board, Graph, GroupTable, Section, Tile
from enishi.strategy import shown as strategy
from enishi.strategy.kpi_words import PACKS
from enishi.strategy.pictures import axis, scale_of
from enishi.strategy.texts import kpi_name, number


@dataclass(frozen=True, slots=True)
class Row:
    """A KPI with its numbers. None is "not observed", which `shown` says in words."""

    key: str
    name: str
    unit: Unit
    value: float | None
    shown: str
    before: float | None
    before_shown: str
    change: str
    tone: str
    cases: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart; values are drawn as they stand (ratios in per cent), None is a gap."""

    title: str
    axis: str
    unit: Unit
    days: Sequence[date]
    now_name: str
    now: Sequence[float | None]
    before_name: str
    before: Sequence[float | None]
    marks: Sequence[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A section."""

    name: str
    rows: Sequence[Row]
    charts: Sequence[Chart]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table by channel, class or level. Cells are numbers or None; the last row is the total."""

    name: str
    source: str
    heads: Sequence[str]
    units: Sequence[Unit]
    names: Sequence[str]
    cells: Sequence[Sequence[float | None]]
    shown: Sequence[Sequence[str]]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Target:
    """An objective and how it paces."""

    title: str
    status: str
    tone: str
    value: str
    target: str
    ratio: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """A KPI's definition, with the figures put in."""

    name: str
    key: str
    pack: str
    description: str
    formula: str
    filled: str
    sources: str
    cases: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Document:
    """A report as it is handed to somebody."""

    language: str
    workspace: str
    title: str
    about: str
    first: date
    last: date
    facts: Sequence[tuple[str, str]]
    """Label and value: period, comparison, zone, channels, when it was made."""
    parts: Sequence[Part]
    table: Table | None
    targets: Sequence[Target]
    remarks: Sequence[tuple[str, str, str]]
    """Number, day with channel, text."""
    meanings: Sequence[Meaning]
    reading_notes: Sequence[str]
    """How to read the numbers: what "not observed" and "small" mean."""


def document(actor: Actor, board: Board, workspace: Workspace, made_at: datetime) -> Document:
    """A dashboard as a document in the language that is switched on."""
    return Document(
        language=get_language() or "en",
        workspace=workspace.name,
        title=board.title,
        about=board.about,
        first=board.window.first,
        last=board.window.last,
        facts=_facts(actor, board, made_at),
        parts=[_part(board, section) for section in board.sections],
        table=_table(board.groups) if board.groups else None,
        targets=_targets(board),
        remarks=[
            (str(at), " · ".join(filter(None, (short(one.day), one.channel_name))), one.text)
            for at, one in enumerate(board.remarks, start=1)
        ],
        meanings=_meanings(board),
        reading_notes=_reading_notes(board),
    )


def _facts(actor: Actor, board: Board, made_at: datetime) -> list[tuple[str, str]]:
    zone = board.window.zone
    scope = board.scope or [str(one) for one in scopes.channels_of(actor)]
    facts = [
        (_("Period"), shown.period(board.window)),
        (_("Compared with"), shown.period(board.before) if board.before else _("Nothing")),
        (_("Time zone"), zone),
        (_("Channels"), ", ".join(scope) or "–"),
        (_("Newest observation"), shown.moment(board.as_of, zone) if board.as_of else "–"),
        (_("Made at"), shown.moment(made_at, zone)),
    ]
    if board.asked.level:
        level = f"{scopes.level_name(board.asked.level)} ({board.scheme_name})"
        facts.insert(3, (_("Level of media"), level))
    return facts


# --- sections ------------------------------------------------------------------------------


def _part(board: Board, section: Section) -> Part:
    words = shown.section(board, section)
    charts = [_chart(board, graph) for graph in section.graphs]
    unseen = [one.name for one in words.unseen]
    notes = [f"{one.names}: {one.why}" for one in words.differing]
    if unseen:
        notes.append(_("Not observed in this period: %(names)s.") % {"names": ", ".join(unseen)})
    return Part(
        name=str(section.name),
        rows=[_row(tile) for tile in section.tiles],
        charts=[chart for chart in charts if chart is not None],
        notes=notes,
    )


def _row(tile: Tile) -> Row:
    words, key = shown.tile(tile), tile.definition.key
    before = tile.before.value if tile.before else None
    return Row(
        key=key,
        name=words.name,
        unit=tile.definition.unit,
        value=tile.reading.value,
        shown=words.value if words.is_observed else _("Not observed"),
        before=before,
        before_shown=_value_or_why(tile.before, key),
        change=words.change,
        tone=words.change_tone,
        cases=tile.reading.rows_count if words.is_observed else None,
        note=" · ".join(filter(None, (words.few, words.left_out))),
    )


def _value_or_why(reading: Reading | None, key: str) -> str:
    if reading is None:
        return "–"
    return number(reading.value, key) if reading.value is not None else _("Not observed")


def _chart(board: Board, graph: Graph) -> Chart | None:
    drawn = picture(graph, board.remarks)
    if drawn is None:
        return None
    scale = scale_of(graph.definition)
    series = drawn.chart["series"]
    return Chart(
        title=drawn.title,
        axis=axis(graph.definition),
        unit=graph.definition.unit,
        days=[step.day for step in graph.steps],
        now_name=series[0]["name"],
        now=[None if one.value is None else one.value * scale for one in graph.steps],
        before_name=series[1]["name"] if len(series) > 1 else "",
        before=series[1]["data"] if len(series) > 1 else (),
        marks=[(date.fromisoformat(one["x"]), one["name"]) for one in drawn.chart["marks"]],
    )


# --- what stands around --------------------------------------------------------------------


def _table(groups: GroupTable) -> Table:
    keys = [column.key for column in groups.columns]
    rows = [(row.name, list(row.values)) for row in groups.rows]
    if any(value is not None for value in groups.rest):
        rows.append((_("Without a channel"), list(groups.rest)))
    rows.append((_("Total"), list(groups.total)))
    return Table(
        name=groups.name,
        source=groups.source,
        heads=[kpi_name(key) for key in keys],
        units=[column.unit for column in groups.columns],
        names=[name for name, _values in rows],
        cells=[values for _name, values in rows],
        shown=[_shown(keys, values, name) for name, values in rows],
        notes=table_notes(groups),
    )


def _shown(keys: Sequence[str], values: Sequence[float | None], _name: str) -> list[str]:
    return [
        number(value, key) if value is not None else _("Not observed")
        for key, value in zip(keys, values, strict=True)
    ]


def table_notes(groups: GroupTable) -> list[str]:
    """How the table's rows relate to its total."""
    notes = [_("The total is the figure without grouping: it is the same however one groups.")]
    if any(column.unit is Unit.RATIO for column in groups.columns):
        notes.append(_("Rates do not add up: that of all comes from the totals of all channels."))
    return notes


def _targets(board: Board) -> list[Target]:
    rows = [*board.objectives, *([board.objective.row] if board.objective else [])]
    return [
        Target(
            title=card.row.node.title,
            status=str(card.label),
            tone=card.tone,
            value=card.value,
            target=card.target,
            ratio=card.ratio,
            sentence=card.sentence,
        )
        for card in map(strategy.card, rows)
    ]


def _meanings(board: Board) -> list[Meaning]:
    found: dict[str, Meaning] = {}
    for section in board.sections:
        for tile in section.tiles:
            found[tile.definition.key] = _meaning(board, tile.definition, tile.reading)
        for definition in section.unseen:
            found.setdefault(definition.key, _meaning(board, definition, None))
    columns: Iterable[Definition] = board.groups.columns if board.groups else ()
    for definition in columns:
        found.setdefault(definition.key, _meaning(board, definition, None))
    return [found[key] for key in KPIS if key in found]


def _meaning(board: Board, definition: Definition, reading: Reading | None) -> Meaning:
    as_of = reading.as_of if reading else None
    return Meaning(
        name=kpi_name(definition.key),
        key=definition.key,
        pack=str(PACKS[definition.pack]),
        description=_(definition.description),
        formula=_(definition.formula),
        filled=(reading.formula_filled if reading else "") or "–",
        sources=", ".join(dict.fromkeys(definition.sources)),
        cases=f"{reading.rows_count:,}" if reading and reading.value is not None else "–",
        as_of=shown.moment(as_of, board.window.zone) if as_of else "–",
    )


def _reading_notes(board: Board) -> list[str]:
    notes = [
        _("“Not observed” means that no network reported it and nobody noted it. It is not zero."),
        _("A rate from fewer than %(least)s cases is marked as small: chance moves it much.")
        % {"least": board.small},
        _("Changes of rates are given in percentage points (pt), other changes in per cent."),
    ]
    if board.before is not None and board.before.days != board.window.days:
        notes.append(
            _("The two periods differ in length: counts are compared by their average per day.")
        )
    return notes
