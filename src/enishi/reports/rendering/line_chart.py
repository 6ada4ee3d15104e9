"""A line chart drawn into a PDF: the period, the one it is compared with, and the remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from enishi.analytics.metrics.definition import Unit
from enishi.reports.core.axes import nice_ticks
from enishi.reports.documents import Chart
from enishi.reports.rendering import colours

_HEIGHT = 58 * mm
_TOP, _BOTTOM, _LEFT = 16 * mm, 9 * mm, 13 * mm
_LABELS = 6


class LineChart(Flowable):
    """A chart of a width. Gaps stay gaps."""

    def __init__(self, chart: Chart, width: float, regular: str, bold: str) -> None:
        super().__init__()
        self.chart, self.width, self.height = chart, width, _HEIGHT
        self._regular, self._bold = regular, bold
        known = [one for one in (*chart.now, *chart.before) if one is not None]
        self._ticks = nice_ticks(min(known), max(known), from_zero=chart.unit is not Unit.COUNT)

    def wrap(self, *_available: Any) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self._frame()
        self._lines()
        self._marks()

    # --- places ----------------------------------------------------------------------------

    def _x(self, at: int) -> float:
        inner = self.width - _LEFT - 2 * mm
        return float(_LEFT + inner * at / max(1, len(self.chart.days) - 1))

    def _y(self, value: float) -> float:
        low, high = self._ticks[0], self._ticks[-1]
        inner = self.height - _TOP - _BOTTOM
        return float(_BOTTOM + inner * (value - low) / (high - low))

    # --- drawing ---------------------------------------------------------------------------

    def _frame(self) -> None:
        canvas = self.canv
        canvas.setFillColor(HexColor(colours.INK))
        canvas.setFont(self._bold, 9)
        canvas.drawString(0, self.height - 4 * mm, self.chart.title)
        self._legend()
        canvas.setFont(self._regular, 6.5)
        canvas.setLineWidth(0.4)
        for tick in self._ticks:
            y = self._y(tick)
            canvas.setStrokeColor(HexColor(colours.LINE))
            canvas.line(_LEFT, y, self.width - 2 * mm, y)
            canvas.setFillColor(HexColor(colours.QUIET))
            canvas.drawRightString(_LEFT - 1.5 * mm, y - 2, self._written(tick))
        self._days()

    def _written(self, tick: float) -> str:
        shown = f"{tick:,.0f}" if self._ticks[1] - self._ticks[0] >= 1 else f"{tick:,.2f}"
        return f"{shown} %" if self.chart.unit is Unit.RATIO else shown

    def _days(self) -> None:
        days, canvas = self.chart.days, self.canv
        step = max(1, len(days) // _LABELS)
        for at in range(0, len(days), step):
            canvas.drawCentredString(self._x(at), _BOTTOM - 4 * mm, f"{days[at]:%-m/%-d}")

    def _legend(self) -> None:
        canvas, y, x = self.canv, self.height - 9.5 * mm, 0.0
        names = [self.chart.now_name, *([self.chart.before_name] if self.chart.before else [])]
        canvas.setFont(self._regular, 7)
        for index, name in enumerate(names):
            canvas.setStrokeColor(HexColor(colours.SERIES[index]))
            canvas.setLineWidth(1.6)
            canvas.setDash([] if index == 0 else [3, 2])
            canvas.line(x, y + 2, x + 6 * mm, y + 2)
            canvas.setDash([])
            canvas.setFillColor(HexColor(colours.QUIET))
            canvas.drawString(x + 7.5 * mm, y, name)
            x += 12 * mm + stringWidth(name, self._regular, 7)

    def _lines(self) -> None:
        for index, values in ((1, self.chart.before), (0, self.chart.now)):
            self.canv.setStrokeColor(HexColor(colours.SERIES[index]))
            self.canv.setFillColor(HexColor(colours.SERIES[index]))
            self.canv.setLineWidth(1.5 if index == 0 else 1.0)
            self.canv.setDash([] if index == 0 else [3, 2])
            for run in runs(values):
                self._line(run)
        self.canv.setDash([])

    def _line(self, run: Sequence[tuple[int, float]]) -> None:
        if len(run) == 1:
            self.canv.circle(self._x(run[0][0]), self._y(run[0][1]), 1.2, stroke=0, fill=1)
            return
        path = self.canv.beginPath()
        path.moveTo(self._x(run[0][0]), self._y(run[0][1]))
        for at, value in run[1:]:
            path.lineTo(self._x(at), self._y(value))
        self.canv.drawPath(path, stroke=1, fill=0)

    def _marks(self) -> None:
        canvas, days = self.canv, list(self.chart.days)
        for day, name in self.chart.marks:
            x, top = self._x(days.index(day)), self.height - _TOP
            canvas.setStrokeColor(HexColor(colours.THREAD))
            canvas.setLineWidth(0.7)
            canvas.setDash([2, 2])
            canvas.line(x, _BOTTOM, x, top)
            canvas.setDash([])
            canvas.setFillColor(HexColor(colours.THREAD))
            canvas.circle(x, top + 2.2 * mm, 2 * mm, stroke=0, fill=1)
            canvas.setFillColor(HexColor("#FFFFFF"))
            canvas.setFont(self._bold, 6)
            canvas.drawCentredString(x, top + 1.5 * mm, name)


def runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """The stretches without a gap: (position, value)."""
    run: list[tuple[int, float]] = []
    for at, value in enumerate(values):
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []
    if run:
        yield run
