"""PDF: a report to hand over, set in a Japanese typeface that is put into the file."""

from __future__ import annotations

import io
from functools import cache
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from enishi.reports.documents import Document, Meaning, Part, Row
from enishi.reports.documents import Table as GroupTable
from enishi.reports.rendering import colours
from enishi.reports.rendering.fonts import font_file
from enishi.reports.rendering.line_chart import LineChart

REGULAR, BOLD = "ReportRegular", "ReportBold"
PAGE = landscape(A4)
_MARGIN = 16 * mm
_WIDTH = PAGE[0] - 2 * _MARGIN
_COLUMNS = 4


def render(document: Document) -> bytes:
    """The document as a PDF, A4 landscape."""
    register_fonts()
    content = io.BytesIO()
    book = _book(content, document)
    story: list[Flowable] = [*_cover(document), *_overview(document)]
    for part in document.parts:
        story += _part(part)
    if document.table:
        story += _groups(document.table)
    story += [PageBreak(), *_definitions(document)]
    book.build(story)
    return content.getvalue()


@cache
def register_fonts() -> None:
    """Have the typefaces of reports known, once."""
    pdfmetrics.registerFont(TTFont(REGULAR, str(font_file(bold=False))))
    pdfmetrics.registerFont(TTFont(BOLD, str(font_file(bold=True))))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR)


def _book(content: io.BytesIO, document: Document) -> BaseDocTemplate:
    book = BaseDocTemplate(
        content,
        pagesize=PAGE,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=18 * mm,
        bottomMargin=16 * mm,
        title=f"{document.workspace} — {document.title}",
        author=document.workspace,
        subject=document.about,
        lang=document.language,
    )
    frame = Frame(_MARGIN, 16 * mm, _WIDTH, PAGE[1] - 36 * mm, 0, 0, 0, 0)

    def cover(canvas: Canvas, _book: Any) -> None:
        _draw_cover(canvas)

    def page(canvas: Canvas, _book: Any) -> None:
        _draw_page(canvas, document)

    book.addPageTemplates(
        [
            PageTemplate("cover", [frame], onPage=cover),
            PageTemplate("page", [frame], onPage=page),
        ]
    )
    return book


def _draw_cover(canvas: Canvas) -> None:
    """A band of the accent at the left edge, and the thread through it."""
    canvas.setFillColor(HexColor(colours.ACCENT))
    canvas.rect(0, 0, 9 * mm, PAGE[1], stroke=0, fill=1)
    canvas.setFillColor(HexColor(colours.THREAD))
    canvas.rect(9 * mm, 0, 1.2 * mm, PAGE[1], stroke=0, fill=1)


def _draw_page(canvas: Canvas, document: Document) -> None:
    canvas.setStrokeColor(HexColor(colours.LINE))
    canvas.line(_MARGIN, PAGE[1] - 13 * mm, PAGE[0] - _MARGIN, PAGE[1] - 13 * mm)
    canvas.setFillColor(HexColor(colours.QUIET))
    canvas.setFont(REGULAR, 7.5)
    canvas.drawString(_MARGIN, PAGE[1] - 11 * mm, f"{document.workspace} — {document.title}")
    period = next(value for _label, value in document.facts)
    canvas.drawRightString(PAGE[0] - _MARGIN, PAGE[1] - 11 * mm, period)
    canvas.drawRightString(PAGE[0] - _MARGIN, 9 * mm, str(canvas.getPageNumber()))
    canvas.drawString(_MARGIN, 9 * mm, _("“Not observed” is not zero."))


# --- text ----------------------------------------------------------------------------------


def _style(size: float, colour: str = colours.INK, *, bold: bool = False, **more: Any) -> Any:
    return ParagraphStyle(
        f"{size}{colour}{bold}{sorted(more.items())}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.5,
        textColor=HexColor(colour),
        wordWrap="CJK",
        **more,
    )


def paragraph(said: str, size: float = 8.5, colour: str = colours.INK, **more: Any) -> Paragraph:
    """A paragraph; `more` are options of its style, such as bold or alignment."""
    return Paragraph(escape(said), _style(size, colour, **more))


def _heading(text: str) -> Paragraph:
    return paragraph(text, 15, bold=True, spaceAfter=4 * mm)


# --- cover and overview --------------------------------------------------------------------


def _cover(document: Document) -> list[Flowable]:
    facts = [
        [paragraph(label, 9, colours.QUIET), paragraph(value, 9)] for label, value in document.facts
    ]
    table = Table(facts, colWidths=[42 * mm, _WIDTH - 60 * mm], hAlign="LEFT")
    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)])
    )
    return [
        Spacer(1, 38 * mm),
        paragraph(document.workspace, 14, colours.ACCENT, bold=True),
        Spacer(1, 3 * mm),
        paragraph(document.title, 30, bold=True, spaceAfter=3 * mm),
        paragraph(document.about, 11, colours.QUIET),
        Spacer(1, 14 * mm),
        table,
        NextPageTemplate("page"),
        PageBreak(),
    ]


def _overview(document: Document) -> list[Flowable]:
    story: list[Flowable] = []
    if document.targets:
        heads = [_("Objective"), _("Now"), _("Target"), _("Pace"), _("How it goes")]
        rows = [
            [
                paragraph(one.title, bold=True),
                _number(one.value),
                _number(one.target),
                paragraph(f"{one.status} {one.ratio}", colour=colours.TONES[one.tone], bold=True),
                paragraph(one.sentence),
            ]
            for one in document.targets
        ]
        widths = [62 * mm, 24 * mm, 24 * mm, 34 * mm, _WIDTH - 144 * mm]
        story += [_heading(_("Objectives")), ruled(heads, rows, widths), Spacer(1, 7 * mm)]
    if document.remarks:
        rows = [
            [paragraph(mark, bold=True), paragraph(day), paragraph(text)]
            for mark, day, text in document.remarks
        ]
        table = ruled(
            ["", _("Day"), _("What happened")], rows, [10 * mm, 60 * mm, _WIDTH - 70 * mm]
        )
        story += [KeepTogether([_heading(_("Annotations")), table]), Spacer(1, 7 * mm)]
    return story


def _number(text: str, *, bold: bool = False) -> Paragraph:
    return paragraph(text, bold=bold, alignment=TA_RIGHT)


def ruled(
    heads: list[str], rows: list[list[Any]], widths: list[float], *, figures: bool = False
) -> Table:
    """A table with hair lines; its head is repeated on each page. Figures stand at the right."""
    aligned = {"alignment": TA_RIGHT} if figures else {}
    head = [
        paragraph(one, 7.5, colours.QUIET, bold=True, **(aligned if at else {}))
        for at, one in enumerate(heads)
    ]
    table = Table([head, *rows], colWidths=widths, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(colours.ACCENT)),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, HexColor(colours.LINE)),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
            ]
        )
    )
    return table


# --- sections ------------------------------------------------------------------------------


def _part(part: Part) -> list[Flowable]:
    """Heading with the tiles, then the charts two by two, then what must be known."""
    heading = _heading(part.name)
    story: list[Flowable] = [KeepTogether([heading, _tiles(part.rows)]) if part.rows else heading]
    charts = [LineChart(chart, (_WIDTH - 8 * mm) / 2, REGULAR, BOLD) for chart in part.charts]
    for at in range(0, len(charts), 2):
        story += [Spacer(1, 4 * mm), _side_by_side(charts[at : at + 2])]
    story += [paragraph(note, 7.5, colours.QUIET, spaceBefore=2 * mm) for note in part.notes]
    return [*story, Spacer(1, 8 * mm)]


def _side_by_side(charts: list[LineChart]) -> Table:
    cells = [*charts, ""] if len(charts) == 1 else charts
    table = Table([cells], colWidths=[_WIDTH / 2] * 2, hAlign="LEFT")
    table.setStyle(
        TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    return table


def _tiles(rows: Any) -> Table:
    """Cards in four columns: name, value, change, and what must be known of it."""
    cards: list[Any] = [_card(row) for row in rows]
    cards += [""] * (-len(cards) % _COLUMNS)
    lines = [cards[at : at + _COLUMNS] for at in range(0, len(cards), _COLUMNS)]
    table = Table(lines, colWidths=[_WIDTH / _COLUMNS] * _COLUMNS, hAlign="LEFT")
    filled = [(at % _COLUMNS, at // _COLUMNS) for at in range(len(list(rows)))]
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 9),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
                *(("BACKGROUND", cell, cell, HexColor(colours.PAPER)) for cell in filled),
                *(("BOX", cell, cell, 3, HexColor("#FFFFFF")) for cell in filled),
            ]
        )
    )
    return table


def _card(row: Row) -> list[Paragraph]:
    is_known = row.value is not None
    value = paragraph(
        row.shown, 16 if is_known else 12, colours.INK if is_known else colours.QUIET, bold=is_known
    )
    lines = [paragraph(row.name, 7.5, colours.QUIET), value]
    change = (
        f'<font color="{colours.TONES[row.tone]}"><b>{escape(row.change)}</b></font>'
        if row.change
        else ""
    )
    before = (
        ""
        if row.before_shown == "–"
        else escape(_("before: %(value)s") % {"value": row.before_shown})
    )
    if change or before:
        lines.append(Paragraph(f"{change} {before}".strip(), _style(7.5, colours.QUIET)))
    if row.note:
        lines.append(paragraph(row.note, 7, colours.TONES["warn"]))
    return lines


def _groups(table: GroupTable) -> list[Flowable]:
    width = (_WIDTH - 60 * mm) / max(1, len(table.heads))
    rows = []
    for at, name in enumerate(table.names):
        bold = at == len(table.names) - 1
        rows.append(
            [paragraph(name, bold=bold), *(_number(cell, bold=bold) for cell in table.shown[at])]
        )
    notes = [*table.notes, *([table.source] if table.source else [])]
    widths = [60 * mm, *[width] * len(table.heads)]
    whole = [
        _heading(table.name),
        ruled([table.name, *table.heads], rows, widths, figures=True),
        *(paragraph(note, 7.5, colours.QUIET, spaceBefore=1 * mm) for note in notes),
    ]
    return [KeepTogether(whole), Spacer(1, 8 * mm)]


def _definitions(document: Document) -> list[Flowable]:
    heads = [_("KPI"), _("Meaning"), _("Formula"), _("With its figures"), _("Source"), _("Cases")]
    shares = (0.19, 0.24, 0.2, 0.17, 0.13, 0.07)
    rows = [_meaning(one) for one in document.meanings]
    notes = [
        paragraph(note, 8, colours.QUIET, spaceAfter=1 * mm) for note in document.reading_notes
    ]
    return [
        _heading(_("Definitions")),
        *notes,
        Spacer(1, 3 * mm),
        ruled(heads, rows, [_WIDTH * share for share in shares]),
    ]


def _meaning(one: Meaning) -> list[Paragraph]:
    name = Paragraph(
        f'<b>{escape(one.name)}</b><br/><font color="{colours.QUIET}" size="6.5">'
        f"{escape(one.key)} · {escape(one.pack)}</font>",
        _style(7.5),
    )
    cells = (one.description, one.formula, one.filled, f"{one.sources} ({one.as_of})")
    return [
        name,
        *(paragraph(cell, 7) for cell in cells),
        paragraph(one.cases, 7, alignment=TA_RIGHT),
    ]
