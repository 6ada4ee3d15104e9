"""The daily work, done with mouse and keyboard in a real browser."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from enishi.kernel import clock
from tests.browser.conftest import OpenPage

TOKYO = ZoneInfo("Asia/Tokyo")
PUBLISHED = 30_000


def picture() -> FilePayload:
    content = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(content, "PNG")
    return {"name": "bread.png", "mimeType": "image/png", "buffer": content.getvalue()}


def write(page: Page, text: str) -> None:
    choice = page.locator(".channel-choice", has_text="Sandbox town").first
    choice.locator("[name=channels]").set_checked(True, force=True)
    page.get_by_label("Text", exact=True).fill(text)


def schedule(page: Page, day: datetime) -> None:
    page.get_by_label("Schedule", exact=True).check()
    page.get_by_label("Date").fill(f"{day:%Y-%m-%d}")
    page.get_by_label("Time").fill("09:30")
    page.get_by_role("button", name="Schedule the post").click()
    page.wait_for_url("**/posts/*-*-*-*-*/")


def in_days(days: int) -> datetime:
    return clock.now().astimezone(TOKYO) + timedelta(days=days)


def test_it_counts_and_previews_while_one_writes(open_page: OpenPage) -> None:
    page = open_page("posts/new/")
    write(page, "Fresh #bread 🍞")
    expect(page.locator(".check-count .number")).to_have_text("14")
    expect(page.locator(".preview .in-link")).to_have_text("#bread")


def test_it_says_inline_when_a_text_is_too_long(open_page: OpenPage) -> None:
    page = open_page("posts/new/")
    write(page, "あ" * 2000)
    expect(page.locator(".check-problem.tone-bad").first).to_be_visible()
    page.get_by_label("Publish now").check()
    page.get_by_role("button", name="Publish the post").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("あ" * 2000)


def test_it_publishes_with_an_image_and_shows_the_delivery(open_page: OpenPage) -> None:
    page = open_page("posts/new/")
    write(page, "A loaf for you")
    page.locator("input[type=file]").set_input_files([picture()])
    page.locator(".media-item textarea").fill("A teal loaf")
    expect(page.locator(".preview .alt-badge")).to_be_visible()
    page.get_by_label("Publish now").check()
    page.get_by_role("button", name="Publish the post").click()
    page.wait_for_url("**/posts/*-*-*-*-*/")
    chip = page.locator(".delivery .chip").first
    expect(chip).to_have_text("Published", timeout=PUBLISHED)
    expect(page.get_by_text("The network confirmed it.")).to_be_visible()


def test_it_refuses_what_is_not_an_image(open_page: OpenPage) -> None:
    page = open_page("posts/new/")
    fake: FilePayload = {"name": "bread.png", "mimeType": "image/png", "buffer": b"no picture"}
    page.locator("input[type=file]").set_input_files([fake])
    expect(page.locator(".media-refused")).to_contain_text("not an image")


def test_it_moves_a_post_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("posts/new/")
    write(page, "Moved by keys")
    day = in_days(2)
    schedule(page, day)
    page.goto(page.url.split("/posts/")[0] + f"/calendar/?view=week&date={day:%Y-%m-%d}")
    entry = page.locator(".entry", has_text="Moved by keys")
    step = "ArrowLeft" if day.weekday() == 5 else "ArrowRight"
    target = day + timedelta(days=-1 if step == "ArrowLeft" else 1)
    entry.focus()
    page.keyboard.press(f"Shift+{step}")
    moved = page.locator(f"[data-day='{target:%Y-%m-%d}'] .entry", has_text="Moved by keys")
    expect(moved).to_be_visible()
    expect(moved.locator(".entry-time")).to_have_text("09:30")


def test_it_moves_a_post_by_dragging(open_page: OpenPage) -> None:
    page = open_page("posts/new/")
    write(page, "Dragged along")
    day = in_days(3)
    schedule(page, day)
    target = in_days(4)
    page.goto(page.url.split("/posts/")[0] + f"/calendar/?view=list&date={in_days(0):%Y-%m-%d}")
    page.goto(page.url.replace("view=list", "view=month"))
    cell = page.locator(f"[data-day='{target:%Y-%m-%d}']")
    if cell.count() == 0:
        pytest.skip("the day after is on the next page of the calendar")
    # scrolling between pressing and moving the button would let go of what was taken
    cell.scroll_into_view_if_needed()
    with page.expect_response("**/move/"):
        page.locator(".entry", has_text="Dragged along").drag_to(cell)
    expect(page.locator("#calendar-status")).to_contain_text(f"{target.day} {target:%B}")
    expect(cell.locator(".entry", has_text="Dragged along")).to_be_visible()


def test_it_can_be_worked_by_keys_alone(open_page: OpenPage) -> None:
    page = open_page("")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keyboard-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/calendar/")
    page.keyboard.press("n")
    page.wait_for_url("**/posts/new/")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()


def test_it_asks_before_it_throws_away(open_page: OpenPage) -> None:
    page = open_page("posts/new/")
    write(page, "Not for long")
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/posts/*-*-*-*-*/")
    page.locator(".menu-end summary").click()
    page.get_by_role("button", name="Throw away").click()
    dialog = page.locator("#confirm-dialog")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator(".post-title")).to_be_visible()
    page.locator(".menu-end summary").click()
    page.get_by_role("button", name="Throw away").click()
    dialog.get_by_role("button", name="Yes, do it").click()
    page.wait_for_url("**/posts/")


def test_it_tells_of_a_change_by_somebody_else(open_page: OpenPage) -> None:
    page = open_page("posts/new/")
    write(page, "First version")
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/posts/*-*-*-*-*/")
    mine, theirs = open_page(f"posts/{page.url.split('/')[-2]}/edit/"), page
    theirs.get_by_role("link", name="Edit").click()
    theirs.get_by_label("Text", exact=True).fill("Their version")
    theirs.get_by_role("button", name="Save the draft").click()
    theirs.wait_for_url("**/posts/*-*-*-*-*/")
    mine.get_by_label("Text", exact=True).fill("My version")
    mine.get_by_role("button", name="Save the draft").click()
    expect(mine.get_by_role("alert").first).to_contain_text("Somebody else changed this post")
    expect(mine.get_by_label("Text", exact=True)).to_have_value("My version")


def test_it_remembers_language_and_appearance(open_page: OpenPage) -> None:
    page = open_page("settings/", color_scheme="light")
    page.locator(".side-foot summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.locator(".side-foot summary").click()
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("設定")
    assert page.locator("html").get_attribute("lang") == "ja"


def test_it_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page("posts/new/", java_script_enabled=False)
    write(page, "No scripts needed")
    page.get_by_role("button", name="Save the draft").click()
    assert "/posts/" in page.url
    page.goto(page.url.split("/posts/")[0] + "/calendar/?view=week")
    assert page.locator(".cal-day").count() == 7
