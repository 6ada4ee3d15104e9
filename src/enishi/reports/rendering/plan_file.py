"""PDF: the strategy on one page, A4 landscape. What is too long is set smaller, never cut off."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, Spacer, Table, TableStyle

from enishi.reports.plan_page import PlanGoal, PlanPage, PlanStrategy
from enishi.reports.rendering import colours
from enishi.reports.rendering.pdf_file import PAGE, REGULAR, paragraph, register_fonts, ruled

_MARGIN = 12 * mm
_WIDTH = PAGE[0] - 2 * _MARGIN
_HEIGHT = PAGE[1] - 2 * _MARGIN
_SHARES = (0.2, 0.13, 0.075, 0.075, 0.085, 0.125, 0.31)


def render(page: PlanPage) -> bytes:
    """The plan as one page."""
    register_fonts()
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=PAGE, lang=page.language)
    canvas.setTitle(f"{page.workspace} — {page.title}")
    canvas.setAuthor(page.workspace)
    canvas.setFillColor(HexColor(colours.ACCENT))
    canvas.rect(0, 0, 4 * mm, PAGE[1], stroke=0, fill=1)
    frame = KeepInFrame(_WIDTH, _HEIGHT, _story(page), mode="shrink", vAlign="TOP")
    _width, height = frame.wrapOn(canvas, _WIDTH, _HEIGHT)
    frame.drawOn(canvas, _MARGIN, PAGE[1] - _MARGIN - height)
    canvas.setFont(REGULAR, 6.5)
    canvas.setFillColor(HexColor(colours.QUIET))
    canvas.drawRightString(PAGE[0] - _MARGIN, 6 * mm, page.day)
    canvas.save()
    return content.getvalue()


def _story(page: PlanPage) -> list[Flowable]:
    story: list[Flowable] = [
        paragraph(page.workspace, 9, colours.ACCENT, bold=True),
        paragraph(page.title, 17, bold=True, spaceAfter=2 * mm),
        _columns(
            [[paragraph(name, 8, bold=True), paragraph(said, 8)] for name, said in page.pillars],
            paper=True,
        ),
        Spacer(1, 3 * mm),
    ]
    for goal in page.goals:
        story += _goal(goal)
    if not page.goals:
        story.append(paragraph(_("The plan is empty."), 9, colours.QUIET))
    foot = [
        [paragraph(name, 8, bold=True), *(paragraph(one, 7.5) for one in said)]
        for name, said in page.foot
    ]
    return [*story, Spacer(1, 2 * mm), _columns(foot)]


def _columns(cells: list[list[Paragraph]], *, paper: bool = False) -> Table:
    """Blocks side by side."""
    table = Table([cells], colWidths=[_WIDTH / len(cells)] * len(cells), hAlign="LEFT")
    style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 4)]
    if paper:
        style.append(("BACKGROUND", (0, 0), (-1, -1), HexColor(colours.PAPER)))
    else:
        style.append(("LEFTPADDING", (0, 0), (0, -1), 0))
    table.setStyle(TableStyle(style))
    return table


def _goal(goal: PlanGoal) -> list[Flowable]:
    heading = paragraph(goal.title, 11.5, colours.ACCENT, bold=True)
    story: list[Flowable] = [heading, paragraph(goal.about, 7.5, colours.QUIET, spaceAfter=1 * mm)]
    for strategy in goal.strategies:
        story += _strategy(strategy)
    return [*story, Spacer(1, 2.5 * mm)]


def _strategy(strategy: PlanStrategy) -> list[Flowable]:
    named = f"{strategy.title}  [{strategy.tags}]" if strategy.tags else strategy.title
    story: list[Flowable] = [paragraph(named, 9, bold=True)]
    if strategy.why:
        story.append(paragraph(f"{_('Why')}: {strategy.why}", 7.5, colours.QUIET))
    if not strategy.lines:
        return story
    heads = [_("Objective"), _("KPI"), _("Now"), _("Target"), _("Until"), _("Pace"), _("Tactics")]
    rows = [
        [
            paragraph(one.title, 7.5, bold=True),
            paragraph(one.kpi, 7.5),
            paragraph(one.now, 7.5, alignment=TA_RIGHT),
            paragraph(one.target, 7.5, alignment=TA_RIGHT),
            paragraph(one.until, 7.5),
            paragraph(one.pace, 7.5, colours.TONES[one.tone], bold=True),
            paragraph(one.tactics, 7.5),
        ]
        for one in strategy.lines
    ]
    widths = [_WIDTH * share for share in _SHARES]
    return [*story, ruled(heads, rows, widths), Spacer(1, 1.5 * mm)]
