"""Tables as one CSV file that spreadsheets open without asking: UTF-8 with a byte order mark."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from enishi.reports.documents import Chart, Document, Part

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-][\d,.]+( [^=+\-@(]{1,12})?$")
"""A change such as +12.3 % or +0.80 pt."""


def render(document: Document) -> bytes:
    """The facts, the KPIs, the table by group, the charts' days and the definitions."""
    text = io.StringIO()
    writer = csv.writer(text)
    for block in _blocks(document):
        writer.writerows([_safe(cell) for cell in row] for row in block)
        writer.writerow([])
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    """Text that a spreadsheet would take for a formula is quoted; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(_DANGEROUS) and not _NUMBER.match(cell):
        return f"'{cell}"
    return cell


def _blocks(document: Document) -> Iterable[Sequence[Sequence[object]]]:
    yield [(document.workspace, document.title), *document.facts]
    yield [(note,) for note in document.reading_notes]
    yield [_kpi_head(), *(row for part in document.parts for row in _kpi_rows(part))]
    if document.table:
        table = document.table
        head = (table.name, *table.heads)
        rows = [
            (name, *_cells(cells)) for name, cells in zip(table.names, table.cells, strict=True)
        ]
        yield [head, *rows, *((note,) for note in (*table.notes, table.source) if note)]
    for part in document.parts:
        yield from (_chart(chart) for chart in part.charts)
    if document.remarks:
        yield [(_("Annotations"),), *document.remarks]
    yield _definitions(document)


def _kpi_head() -> Sequence[object]:
    return (
        _("Section"),
        _("KPI"),
        _("Variant"),
        _("Value"),
        _("Compared period"),
        _("Change"),
        _("Cases"),
        _("Note"),
    )


def _kpi_rows(part: Part) -> Iterable[Sequence[object]]:
    for row in part.rows:
        before = row.before if row.before is not None else row.before_shown
        value = row.value if row.value is not None else row.shown
        cases = "" if row.cases is None else row.cases
        yield part.name, row.name, row.key, value, before, row.change, cases, row.note
    yield from (("", note) for note in part.notes)


def _cells(cells: Sequence[float | None]) -> list[object]:
    return [_("Not observed") if cell is None else cell for cell in cells]


def _chart(chart: Chart) -> Sequence[Sequence[object]]:
    head = (_("Day"), chart.axis, *((chart.before_name,) if chart.before else ()))
    return [head, *chart_rows(chart)]


def chart_rows(chart: Chart) -> list[list[object]]:
    """The numbers of a chart: day, value, value of the compared period."""
    columns = [chart.now, chart.before] if chart.before else [chart.now]
    return [
        [day.isoformat(), *_cells([column[at] for column in columns])]
        for at, day in enumerate(chart.days)
    ]


def _definitions(document: Document) -> Sequence[Sequence[object]]:
    head = (
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
    rows = [
        (
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
        for one in document.meanings
    ]
    return [(_("Definitions"),), head, *rows]
