"""Excel: a summary, a sheet for each section with native charts, and the definitions."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from enishi.analytics.metrics.definition import Unit
from enishi.reports.documents import Chart, Document, Meaning, Part, Row, Table
from enishi.reports.rendering import colours
from enishi.reports.rendering.engines import xlsxwriter

_FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.RATIO: "0.00%",
    Unit.PER_WEEK: "#,##0.0",
    Unit.EACH: "#,##0.00",
    Unit.MONEY: "#,##0",
    Unit.MINUTES: "#,##0.0",
    Unit.SECONDS: "#,##0.0",
    Unit.DAYS: "#,##0.0",
    Unit.POINTS: "0.0",
}
_SHEET_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_FONT = {"ja": "Yu Gothic", "en": "Calibri"}
_CHART_ROWS = 16
_KPI_WIDTHS = (38, 16, 16, 14, 10, 46)
_MEANING_WIDTHS = (34, 34, 14, 48, 48, 48, 34, 12, 26)


def render(document: Document) -> bytes:
    """The document as an Excel workbook."""
    content = io.BytesIO()
    book = _Book(xlsxwriter.Workbook(content, {"in_memory": True}), document)
    book.workbook.set_properties(
        {"title": document.title, "company": document.workspace, "comments": document.about}
    )
    _summary(book)
    for part in document.parts:
        if part.rows:
            _section(book, part)
    if document.table:
        _groups(book, document.table)
    _definitions(book)
    book.workbook.close()
    return content.getvalue()


@dataclass(slots=True)
class _Book:
    """The workbook with its styles, each made once."""

    workbook: Any
    document: Document
    styles: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def style(self, **properties: Any) -> Any:
        key = repr(sorted(properties.items()))
        if key not in self.styles:
            font = _FONT.get(self.document.language[:2], "Calibri")
            base = {"font_name": font, "font_size": 10.5, "valign": "vcenter"}
            self.styles[key] = self.workbook.add_format(base | properties)
        return self.styles[key]

    @property
    def title(self) -> Any:
        return self.style(bold=True, font_size=18, font_color=colours.INK)

    @property
    def head(self) -> Any:
        return self.style(
            bold=True,
            font_color="#FFFFFF",
            bg_color=colours.ACCENT,
            text_wrap=True,
            border=1,
            border_color=colours.LINE,
        )

    def cell(self, **more: Any) -> Any:
        return self.style(bottom=1, bottom_color=colours.LINE, **more)

    @property
    def quiet(self) -> Any:
        return self.style(font_color=colours.QUIET, text_wrap=True)

    def sheet(self, name: str, widths: tuple[int, ...]) -> Any:
        made = self.workbook.add_worksheet(self._free(name))
        made.hide_gridlines(2)
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        made.set_footer(f"&L{self.document.workspace}&C{self.document.title}&R&P / &N")
        for at, width in enumerate(widths):
            made.set_column(at, at, width)
        return made

    def _free(self, name: str) -> str:
        tidy = _FORBIDDEN.sub(" ", name).strip()[:_SHEET_NAME] or "–"
        found, number = tidy, 2
        while found.casefold() in self.names:
            found = f"{tidy[: _SHEET_NAME - 4]} ({number})"
            number += 1
        self.names.add(found.casefold())
        return found


def _summary(book: _Book) -> None:
    document = book.document
    sheet = book.sheet(_("Summary"), _KPI_WIDTHS)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"{document.workspace} — {document.title}", book.title)
    sheet.write_string(1, 0, document.about, book.quiet)
    line = 3
    for label, value in document.facts:
        sheet.write_string(line, 0, label, book.style(font_color=colours.QUIET))
        sheet.write_string(line, 1, value, book.style(bold=True))
        line += 1
    line = _targets(book, sheet, line + 1)
    for note in document.reading_notes:
        sheet.merge_range(line, 0, line, 5, note, book.quiet)
        line += 1
    line = _remarks(book, sheet, line + 1)
    rows = [row for part in document.parts for row in part.rows]
    _kpis(book, sheet, line, rows)


def _targets(book: _Book, sheet: Any, line: int) -> int:
    if not book.document.targets:
        return line
    heads = (_("Objective"), _("Now"), _("Target"), _("Pace"), "", _("How it goes"))
    for at, head in enumerate(heads):
        sheet.write_string(line, at, head, book.head)
    for target in book.document.targets:
        line += 1
        tone = book.cell(bold=True, font_color=colours.TONES[target.tone])
        sheet.write_string(line, 0, target.title, book.cell(text_wrap=True))
        sheet.write_string(line, 1, target.value, book.cell(align="right"))
        sheet.write_string(line, 2, target.target, book.cell(align="right"))
        sheet.write_string(line, 3, target.ratio, book.cell(align="right"))
        sheet.write_string(line, 4, target.status, tone)
        sheet.write_string(line, 5, target.sentence, book.cell(text_wrap=True))
    return line + 2


def _remarks(book: _Book, sheet: Any, line: int) -> int:
    if not book.document.remarks:
        return line
    sheet.write_string(line, 0, _("Annotations"), book.style(bold=True, font_size=13))
    for number, day, text in book.document.remarks:
        line += 1
        sheet.write_string(line, 0, f"{number}  {day}", book.cell())
        sheet.merge_range(line, 1, line, 5, text, book.cell(text_wrap=True))
    return line + 2


def _kpis(book: _Book, sheet: Any, line: int, rows: list[Row]) -> int:
    heads = (
        _("KPI"),
        _("Value"),
        _("Compared period"),
        _("Change"),
        _("Cases"),
        _("Note"),
    )
    for at, head in enumerate(heads):
        sheet.write_string(line, at, head, book.head)
    for row in rows:
        line += 1
        _kpi(book, sheet, line, row)
    return line + 2


def _kpi(book: _Book, sheet: Any, line: int, row: Row) -> None:
    sheet.write_string(line, 0, row.name, book.cell(text_wrap=True))
    _number(book, sheet, (line, 1), (row.value, row.shown, row.unit), bold=True)
    _number(book, sheet, (line, 2), (row.before, row.before_shown, row.unit))
    colour = colours.TONES[row.tone]
    sheet.write_string(line, 3, row.change, book.cell(font_color=colour, align="right"))
    if row.cases is None:
        sheet.write_string(line, 4, "–", book.cell(align="right"))
    else:
        sheet.write_number(line, 4, row.cases, book.cell(num_format="#,##0"))
    sheet.write_string(line, 5, row.note, book.cell(font_color=colours.QUIET, text_wrap=True))


def _number(
    book: _Book,
    sheet: Any,
    at: tuple[int, int],
    what: tuple[float | None, str, Unit],
    *,
    bold: bool = False,
) -> None:
    """A real number with its format; words where nothing was observed."""
    value, shown, unit = what
    if value is None:
        words = book.cell(align="right", italic=True, font_color=colours.QUIET)
        sheet.write_string(*at, shown, words)
    else:
        sheet.write_number(*at, value, book.cell(bold=bold, num_format=_FORMATS[unit]))


def _section(book: _Book, part: Part) -> None:
    sheet = book.sheet(part.name, _KPI_WIDTHS)
    sheet.write_string(0, 0, part.name, book.title)
    line = _kpis(book, sheet, 2, list(part.rows))
    for note in part.notes:
        sheet.merge_range(line, 0, line, 5, note, book.quiet)
        sheet.set_row(line, 30)
        line += 1
    for chart in part.charts:
        line = _chart(book, sheet, line + 1, chart)


def _chart(book: _Book, sheet: Any, line: int, chart: Chart) -> int:
    """The numbers in columns to the right, and a native chart that reads them."""
    name, column = sheet.get_name(), 8 + 4 * (line // (_CHART_ROWS + 1))
    scale = 0.01 if chart.unit is Unit.RATIO else 1.0
    number = book.cell(num_format=_FORMATS[chart.unit])
    columns = [(chart.now_name, chart.now)]
    columns += [(chart.before_name, chart.before)] if chart.before else []
    sheet.write_string(0, column, chart.title, book.style(bold=True))
    sheet.write_string(
        0, column + 1, _("Blank: not observed"), book.style(font_color=colours.QUIET)
    )
    sheet.set_column(column, column, 12)
    sheet.write_string(1, column, _("Day"), book.head)
    for at, day in enumerate(chart.days, start=2):
        sheet.write_datetime(at, column, _midnight(day), book.cell(num_format="yyyy-mm-dd"))
    drawn = book.workbook.add_chart({"type": "line"})
    for offset, (label, values) in enumerate(columns, start=1):
        sheet.write_string(1, column + offset, label, book.head)
        for at, value in enumerate(values, start=2):
            if value is None:  # a word would be drawn as zero; blank is a gap
                sheet.write_blank(at, column + offset, None, number)
            else:
                sheet.write_number(at, column + offset, value * scale, number)
        last = len(chart.days) + 1
        drawn.add_series(
            {
                "name": label,
                "categories": [name, 2, column, last, column],
                "values": [name, 2, column + offset, last, column + offset],
                "line": {
                    "color": colours.SERIES[offset - 1],
                    "width": 2.25,
                    "dash_type": "solid" if offset == 1 else "dash",
                },
            }
        )
    _dress(drawn, chart)
    sheet.insert_chart(line, 0, drawn, {"x_scale": 1.75, "y_scale": 1.05})
    return line + _CHART_ROWS


def _dress(drawn: Any, chart: Chart) -> None:
    drawn.set_title({"name": chart.title, "name_font": {"size": 12, "color": colours.INK}})
    drawn.set_x_axis({"date_axis": True, "num_format": "m/d", "line": {"color": colours.LINE}})
    drawn.set_y_axis(
        {
            "num_format": _FORMATS[chart.unit],
            "major_gridlines": {"visible": True, "line": {"color": colours.LINE}},
            "line": {"none": True},
        }
    )
    drawn.set_legend({"position": "bottom"})
    drawn.show_blanks_as("gap")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - Excel's days have no zone


def _groups(book: _Book, table: Table) -> None:
    sheet = book.sheet(table.name, (30, *[18] * len(table.heads)))
    sheet.write_string(0, 0, table.name, book.title)
    sheet.write_string(1, 0, table.source, book.quiet)
    for at, head in enumerate(("", *table.heads)):
        sheet.write_string(3, at, head, book.head)
    for line, (name, cells) in enumerate(zip(table.names, table.cells, strict=True), start=4):
        is_total = line - 4 == len(table.names) - 1
        sheet.write_string(line, 0, name, book.cell(bold=is_total))
        for at, (value, unit) in enumerate(zip(cells, table.units, strict=True), start=1):
            shown = table.shown[line - 4][at - 1]
            _number(book, sheet, (line, at), (value, shown, unit), bold=is_total)
    for at, note in enumerate(table.notes, start=5 + len(table.names)):
        sheet.write_string(at, 0, note, book.style(font_color=colours.QUIET))


def _definitions(book: _Book) -> None:
    sheet = book.sheet(_("Definitions"), _MEANING_WIDTHS)
    sheet.write_string(0, 0, _("Definitions"), book.title)
    heads = (
        _("KPI"),
        _("Variant"),
        _("Pack"),
        _("Meaning"),
        _("Formula"),
        _("With its figures"),
        _("Source"),
        _("Cases"),
        _("Freshness"),
    )
    for at, head in enumerate(heads):
        sheet.write_string(2, at, head, book.head)
    sheet.freeze_panes(3, 1)
    for line, meaning in enumerate(book.document.meanings, start=3):
        for at, text in enumerate(_meaning(meaning)):
            sheet.write_string(line, at, text, book.cell(text_wrap=True, valign="top"))


def _meaning(one: Meaning) -> tuple[str, ...]:
    return (
        one.name,
        one.key,
        one.pack,
        one.description,
        one.formula,
        one.filled,
        one.sources,
        one.cases,
        one.as_of,
    )
