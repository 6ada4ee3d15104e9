"""PowerPoint: a cover, objectives, tables of KPIs, native charts, and definitions in the notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.utils.translation import gettext as _

from enishi.analytics.metrics.definition import Unit
from enishi.reports.documents import Chart, Document, Meaning, Part, Row, Table
from enishi.reports.rendering import colours
from enishi.reports.rendering.engines import pptx

_WIDTH, _HEIGHT = 13.333, 7.5
_MARGIN = 0.6
_ROWS = 11
"""How many KPIs fit a slide."""
_BLANK = 6
_FONTS = {"ja": "Yu Gothic", "en": "Calibri"}


def render(document: Document) -> bytes:
    """The document as a presentation, 16:9."""
    deck = _Deck(pptx.Presentation(), document)
    deck.file.slide_width, deck.file.slide_height = deck.inches(_WIDTH), deck.inches(_HEIGHT)
    deck.file.core_properties.title = f"{document.workspace} — {document.title}"
    deck.file.core_properties.author = document.workspace
    deck.file.core_properties.language = document.language
    _cover(deck)
    _targets(deck)
    _remarks(deck)
    for part in document.parts:
        _part(deck, part)
    if document.table:
        _groups(deck, document.table)
    _definitions(deck)
    content = io.BytesIO()
    deck.file.save(content)
    return content.getvalue()


@dataclass(slots=True)
class _Deck:
    """The presentation, and how everything in it looks."""

    file: Any
    document: Document

    def inches(self, value: float) -> Any:
        return import_module("pptx.util").Inches(value)

    def points(self, value: float) -> Any:
        return import_module("pptx.util").Pt(value)

    def colour(self, code: str) -> Any:
        return import_module("pptx.dml.color").RGBColor.from_string(code.removeprefix("#"))

    def slide(self, title: str, notes: str = "") -> Any:
        """A slide with its title, the footer, and what the speaker should know."""
        made = self.file.slides.add_slide(self.file.slide_layouts[_BLANK])
        self.box(made, 0, 0, 0.18, _HEIGHT, colours.ACCENT)
        self.text(made, title, (_MARGIN, 0.35, _WIDTH - 2 * _MARGIN, 0.7), 24, bold=True)
        period = next(value for _label, value in self.document.facts)
        footer = f"{self.document.workspace} — {self.document.title} · {period}"
        self.text(made, footer, (_MARGIN, 7.05, 9.5, 0.3), 9, colours.QUIET)
        hint = _("“Not observed” is not zero.")
        self.text(made, hint, (10.2, 7.05, 2.6, 0.3), 9, colours.QUIET, align="right")
        if notes:
            made.notes_slide.notes_text_frame.text = notes
        return made

    def box(
        self, slide: Any, left: float, top: float, width: float, height: float, fill: str
    ) -> Any:
        kinds = import_module("pptx.enum.shapes").MSO_SHAPE
        places = [self.inches(one) for one in (left, top, width, height)]
        made = slide.shapes.add_shape(kinds.RECTANGLE, *places)
        made.fill.solid()
        made.fill.fore_color.rgb = self.colour(fill)
        made.line.fill.background()
        made.shadow.inherit = False
        return made

    def text(
        self,
        slide: Any,
        text: str,
        place: tuple[float, float, float, float],
        size: float,
        colour: str = colours.INK,
        **look: Any,
    ) -> Any:
        made = slide.shapes.add_textbox(*[self.inches(one) for one in place])
        frame = made.text_frame
        frame.word_wrap = True
        self.write(frame.paragraphs[0], text, size, colour, **look)
        return made

    def write(
        self,
        paragraph: Any,
        text: str,
        size: float,
        colour: str = colours.INK,
        *,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        alignments = import_module("pptx.enum.text").PP_ALIGN
        paragraph.alignment = alignments.RIGHT if align == "right" else alignments.LEFT
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = self.points(size), bold
        run.font.color.rgb = self.colour(colour)
        self.face(run.font)

    def face(self, font: Any) -> None:
        """The typeface, for Japanese too: without `ea` programs choose one of their own."""
        name = _FONTS.get(self.document.language[:2], _FONTS["en"])
        font.name = name
        properties = font._element  # noqa: SLF001 - python-pptx offers no other way to East Asian faces
        east = properties.find(_qualified("a:ea"))
        if east is None:
            east = properties.makeelement(_qualified("a:ea"), {})
            properties.append(east)
        east.set("typeface", _FONTS["ja"])


def _qualified(name: str) -> str:
    found: str = import_module("pptx.oxml.ns").qn(name)
    return found


# --- slides --------------------------------------------------------------------------------


def _cover(deck: _Deck) -> None:
    document = deck.document
    slide = deck.file.slides.add_slide(deck.file.slide_layouts[_BLANK])
    deck.box(slide, 0, 0, 0.5, _HEIGHT, colours.ACCENT)
    deck.box(slide, 0.5, 0, 0.07, _HEIGHT, colours.THREAD)
    deck.text(slide, document.workspace, (1.3, 1.5, 10, 0.5), 18, colours.ACCENT, bold=True)
    deck.text(slide, document.title, (1.3, 2.0, 11, 1.0), 40, bold=True)
    deck.text(slide, document.about, (1.3, 3.0, 11, 0.5), 16, colours.QUIET)
    for at, (label, value) in enumerate(document.facts):
        deck.text(slide, label, (1.3, 4.0 + at * 0.4, 2.4, 0.4), 13, colours.QUIET)
        deck.text(slide, value, (3.7, 4.0 + at * 0.4, 9, 0.4), 13)
    slide.notes_slide.notes_text_frame.text = "\n".join(document.reading_notes)


def _targets(deck: _Deck) -> None:
    targets = deck.document.targets
    if not targets:
        return
    heads = [_("Objective"), _("Now"), _("Target"), _("Pace"), _("How it goes")]
    rows = [
        [one.title, one.value, one.target, f"{one.status} {one.ratio}", one.sentence]
        for one in targets
    ]
    slide = deck.slide(_("Objectives"))
    tones = {(at, 3): colours.TONES[one.tone] for at, one in enumerate(targets)}
    _table(deck, slide, heads, rows, (3.4, 1.3, 1.3, 1.9, 4.2), right={1, 2}, tones=tones)


def _remarks(deck: _Deck) -> None:
    remarks = deck.document.remarks
    for at in range(0, len(remarks), _ROWS):
        slide = deck.slide(_("Annotations"))
        heads = ["", _("Day"), _("What happened")]
        _table(deck, slide, heads, [list(one) for one in remarks[at : at + _ROWS]], (0.6, 3.2, 8.3))


def _part(deck: _Deck, part: Part) -> None:
    keys = {row.key for row in part.rows}
    meanings = [one for one in deck.document.meanings if one.key in keys]
    notes = _notes(meanings, part.notes)
    rows = list(part.rows)
    for at in range(0, len(rows), _ROWS):
        slide = deck.slide(part.name, notes)
        _kpis(deck, slide, rows[at : at + _ROWS])
    if not rows and part.notes:
        slide = deck.slide(part.name, notes)
        for at, note in enumerate(part.notes):
            deck.text(slide, note, (_MARGIN, 1.3 + at * 0.6, 12, 0.6), 13, colours.QUIET)
    for chart in part.charts:
        own = [one for one in meanings if chart.axis.startswith(one.name)]
        _chart(deck, chart, _notes(own, _marked(deck.document, chart)))


def _marked(document: Document, chart: Chart) -> list[str]:
    names = {name for _day, name in chart.marks}
    return [f"{mark}  {day}: {text}" for mark, day, text in document.remarks if mark in names]


def _notes(meanings: Sequence[Meaning], more: Sequence[str]) -> str:
    lines = [
        f"{one.name} ({one.key})\n  {one.description}\n  {_('Formula')}: {one.formula}\n"
        f"  {_('With its figures')}: {one.filled}\n"
        f"  {_('Source')}: {one.sources} · {_('Cases')}: {one.cases} · {one.as_of}"
        for one in meanings
    ]
    return "\n\n".join([*lines, *more])


def _kpis(deck: _Deck, slide: Any, rows: Sequence[Row]) -> None:
    heads = [_("KPI"), _("Value"), _("Compared period"), _("Change"), _("Note")]
    cells = [[row.name, row.shown, row.before_shown, row.change, row.note] for row in rows]
    tones = {(at, 3): colours.TONES[row.tone] for at, row in enumerate(rows)}
    tones |= {(at, 1): colours.QUIET for at, row in enumerate(rows) if row.value is None}
    _table(deck, slide, heads, cells, (4.0, 1.9, 1.9, 1.7, 2.6), right={1, 2, 3}, tones=tones)


def _groups(deck: _Deck, table: Table) -> None:
    slide = deck.slide(table.name, "\n".join([*table.notes, table.source]))
    width = 9.0 / max(1, len(table.heads))
    heads = [table.name, *table.heads]
    rows = [[name, *cells] for name, cells in zip(table.names, table.shown, strict=True)]
    right = set(range(1, len(heads)))
    _table(deck, slide, heads, rows, (3.1, *[width] * len(table.heads)), right=right)


def _definitions(deck: _Deck) -> None:
    meanings = deck.document.meanings
    size = 7
    for at in range(0, len(meanings), size):
        slide = deck.slide(_("Definitions"), "\n".join(deck.document.reading_notes))
        heads = [_("KPI"), _("Meaning"), _("Formula"), _("With its figures")]
        rows = [
            [f"{one.name} ({one.key})", one.description, one.formula, one.filled]
            for one in meanings[at : at + size]
        ]
        _table(deck, slide, heads, rows, (3.0, 3.6, 3.2, 2.3), size=10)


# --- tables and charts ---------------------------------------------------------------------


def _table(
    deck: _Deck,
    slide: Any,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    right: set[int] | None = None,
    tones: dict[tuple[int, int], str] | None = None,
    size: float = 12,
) -> None:
    place = [deck.inches(one) for one in (_MARGIN, 1.25, sum(widths), 0.4 * (len(rows) + 1))]
    frame = slide.shapes.add_table(len(rows) + 1, len(heads), *place)
    table = frame.table
    _plain(frame)
    for at, width in enumerate(widths):
        table.columns[at].width = deck.inches(width)
    for at, head in enumerate(heads):
        align = "right" if at in (right or set()) else "left"
        _cell(
            deck, table.cell(0, at), head, size, "#FFFFFF", colours.ACCENT, bold=True, align=align
        )
    for line, row in enumerate(rows):
        fill = "#FFFFFF" if line % 2 else colours.PAPER
        for at, text in enumerate(row):
            align = "right" if at in (right or set()) else "left"
            tone = (tones or {}).get((line, at), colours.INK)
            bold = at == 1 and tone == colours.INK and bool(right)
            _cell(deck, table.cell(line + 1, at), text, size, tone, fill, bold=bold, align=align)


def _plain(frame: Any) -> None:
    """Without the theme's own stripes."""
    frame.table.horz_banding = False
    frame.table.first_row = True


def _cell(
    deck: _Deck,
    cell: Any,
    text: str,
    size: float,
    colour: str,
    fill: str,
    *,
    bold: bool = False,
    align: str = "left",
) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = deck.colour(fill)
    cell.margin_top = cell.margin_bottom = deck.inches(0.04)
    deck.write(cell.text_frame.paragraphs[0], text, size, colour, bold=bold, align=align)


def _chart(deck: _Deck, chart: Chart, notes: str) -> None:
    """A chart that can be edited in PowerPoint; None stays a gap."""
    kinds = import_module("pptx.enum.chart")
    data = import_module("pptx.chart.data").CategoryChartData(
        number_format=_number_format(chart.unit)
    )
    data.categories = list(chart.days)
    scale = 0.01 if chart.unit is Unit.RATIO else 1.0
    data.add_series(chart.now_name, _scaled(chart.now, scale))
    if chart.before:
        data.add_series(chart.before_name, _scaled(chart.before, scale))
    slide = deck.slide(chart.title, notes)
    place = [deck.inches(one) for one in (_MARGIN, 1.2, _WIDTH - 2 * _MARGIN, 5.6)]
    drawn = slide.shapes.add_chart(kinds.XL_CHART_TYPE.LINE, *place, data).chart
    drawn.has_legend = True
    drawn.legend.position = kinds.XL_LEGEND_POSITION.BOTTOM
    drawn.legend.include_in_layout = False
    drawn.has_title = False
    drawn.font.size = deck.points(11)
    deck.face(drawn.font)
    _axes(deck, drawn, chart)
    for at, line in enumerate(drawn.plots[0].series):
        line.smooth = False
        line.format.line.width = deck.points(2.5 if at == 0 else 1.5)
        line.format.line.color.rgb = deck.colour(colours.SERIES[at])
        line.marker.style = kinds.XL_MARKER_STYLE.NONE
        if at:
            line.format.line.dash_style = import_module("pptx.enum.dml").MSO_LINE.DASH


def _scaled(values: Sequence[float | None], scale: float) -> list[float | None]:
    return [None if value is None else value * scale for value in values]


def _number_format(unit: Unit) -> str:
    if unit is Unit.RATIO:
        return "0.00%"
    return "#,##0.00" if unit is Unit.EACH else "#,##0"


def _axes(deck: _Deck, drawn: Any, chart: Chart) -> None:
    days, values = drawn.category_axis, drawn.value_axis
    days.tick_labels.number_format = "m/d"
    days.tick_labels.number_format_is_linked = False
    days.format.line.color.rgb = deck.colour(colours.LINE)
    values.major_gridlines.format.line.color.rgb = deck.colour(colours.LINE)
    values.format.line.fill.background()
    values.tick_labels.number_format = _number_format(chart.unit)
    values.tick_labels.number_format_is_linked = False
