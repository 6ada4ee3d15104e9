"""The plan's outline by keyboard, and the weekly sheet of hours, in a real browser."""

from __future__ import annotations

import io
import re

import pypdf
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage

GOAL = "Known in town"
SLOW = 30_000
"""The first number of a new objective has its statement made first."""


def row(page: Page, title: str) -> Locator:
    """A line of the outline by its title."""
    return page.locator("[data-row]").filter(has=page.get_by_text(title, exact=True)).first


def titles(page: Page, level: str) -> Locator:
    """The titles of a level below the goal of this test."""
    goal = page.locator("[data-level=goal]").filter(has=page.get_by_text(GOAL, exact=True))
    return goal.locator(f"[data-level={level}] > [data-row] [data-title]")


def test_the_outline_is_written_moved_and_taken_back_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("strategy/")
    page.get_by_placeholder(re.compile("hat do you want\\?")).first.fill(GOAL)
    keys = page.keyboard
    keys.press("Enter")
    expect(row(page, GOAL)).to_be_visible(timeout=SLOW)
    row(page, GOAL).focus()
    for level, title in enumerate(("Seen each day", "More followers")):
        keys.press("Enter")  # a new line below, which Tab makes belong to this one
        keys.press("Tab")
        keys.type(title)
        keys.press("Enter")
        expect(row(page, title)).to_be_focused(timeout=SLOW)
        expect(titles(page, ("strategy", "objective")[level])).to_have_text([title])
    keys.press("Enter")
    keys.type("More replies")
    keys.press("Enter")
    expect(row(page, "More replies")).to_be_focused(timeout=SLOW)
    expect(titles(page, "objective")).to_have_text(["More followers", "More replies"])
    keys.press("Alt+ArrowUp")
    expect(titles(page, "objective")).to_have_text(["More replies", "More followers"], timeout=SLOW)
    expect(row(page, "More replies")).to_be_focused(timeout=SLOW)
    keys.press("F2")
    keys.type("Twice the replies")
    keys.press("Enter")
    expect(row(page, "Twice the replies")).to_be_focused(timeout=SLOW)
    keys.press("Delete")
    expect(page.get_by_text("Twice the replies", exact=True)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(row(page, "Twice the replies")).to_be_visible(timeout=SLOW)
    keys.press("ArrowDown")
    page.reload()
    expect(titles(page, "objective")).to_have_count(2)
    page.goto(page.url.partition("strategy/")[0] + "strategy/one-page/")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf()))
    assert len(printed.pages) == 1
    assert "Twice the replies" in printed.pages[0].extract_text()


def test_the_weekly_sheet_takes_hours_cell_by_cell(open_page: OpenPage) -> None:
    page = open_page("strategy/hours/")
    page.locator("[name=new_activity]").fill("Team meeting")
    page.locator("[name=new_hours]").fill("0:30")
    page.locator("[name=new_hours]").press("Enter")
    cells = page.locator("tr", has_text="Team meeting").locator(".sheet-cell")
    expect(cells).to_have_count(7)
    filled = cells.evaluate_all("all => all.findIndex(one => one.value)")
    other = 0 if filled != 0 else 1
    cells.nth(other).fill("1.5")
    cells.nth(other).press("Enter")
    total = page.locator("tr", has_text="Team meeting").locator(".sheet-sum")
    expect(total).to_have_text("2:00")
    cells.nth(other).focus()
    cells.nth(other).press("ArrowRight")
    expect(cells.nth(other + 1)).to_be_focused()
    page.reload()
    expect(cells.nth(other)).to_have_value("1:30")
