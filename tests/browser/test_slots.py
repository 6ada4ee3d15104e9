"""A recurring slot and a queue, made and put in order with mouse and keyboard."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from enishi.kernel import clock
from tests.browser.conftest import OpenPage

TOKYO = ZoneInfo("Asia/Tokyo")


def in_days(days: int) -> str:
    return f"{clock.now().astimezone(TOKYO) + timedelta(days=days):%Y-%m-%d}"


@pytest.mark.requirement("R048")
def test_a_slot_fills_the_calendar_and_a_queue_is_put_in_order(open_page: OpenPage) -> None:
    page = open_page("slots/new/")
    page.get_by_label("Name").fill("Evening photo")
    page.locator("[name=channels]").first.check()
    page.get_by_label("Times").fill("21:00")
    page.get_by_label("First day").fill(in_days(1))
    page.get_by_label("Last day").fill(in_days(3))
    page.get_by_role("button", name="Make the slot").click()
    expect(page.locator(".slot-empty")).to_have_count(3)
    page.get_by_role("link", name="Calendar", exact=True).last.click()
    expect(page.locator(".entry-empty").first).to_be_visible()
    order_a_queue(page)


def order_a_queue(page: Page) -> None:
    page.get_by_role("link", name="Queues").click()
    page.get_by_role("link", name="New queue").first.click()
    page.get_by_label("Name").fill("Shop news")
    page.get_by_label("Monday").fill("9:00, 18:00")
    page.get_by_role("button", name="Make the queue").click()
    address = page.url
    for text in ("One", "Two", "Three"):
        page.goto(address)
        page.get_by_role("link", name="New post").last.click()
        page.locator("[name=channels]").first.set_checked(True, force=True)
        page.get_by_label("Text", exact=True).fill(text)
        page.get_by_role("button", name="Add to the queue").click()
        page.wait_for_url("**/posts/*-*-*-*-*/")
    page.goto(address)
    titles = page.locator(".queue-item .row-title")
    expect(titles).to_have_text(["One", "Two", "Three"])
    page.get_by_role("button", name="Later").first.focus()
    page.keyboard.press("Enter")
    expect(titles).to_have_text(["Two", "One", "Three"])
    expect(page.locator(":focus")).to_have_attribute("value", "down")
    page.locator(".queue-item").nth(2).drag_to(page.locator(".queue-item").nth(0))
    expect(titles).to_have_text(["Three", "Two", "One"])


def test_publishing_is_stopped_and_resumed_with_few_strokes(open_page: OpenPage) -> None:
    page = open_page("calendar/")
    page.keyboard.press("!")
    page.get_by_label("Reason").fill("Earthquake")
    page.get_by_role("button", name="Stop publishing now").click()
    expect(page.locator(".pause-banner")).to_contain_text("Earthquake")
    page.locator(".pause-banner").get_by_role("link", name="Resume").click()
    page.get_by_role("button", name="Resume publishing").click()
    expect(page.locator(".pause-banner")).to_have_count(0)
