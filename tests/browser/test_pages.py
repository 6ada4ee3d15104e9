"""What holds on every main page: accessible, no sideways scrolling, nothing blocked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "home": "",
    "calendar, month": "calendar/",
    "calendar, week": "calendar/?view=week",
    "calendar, list": "calendar/?view=list",
    "composer": "posts/new/",
    "posts": "posts/",
    "inbox": "inbox/",
    "strategy": "strategy/",
    "a new goal": "strategy/goal/new/",
    "KPIs": "strategy/kpis/",
    "channels": "channels/",
    "connecting a channel": "channels/connect/",
    "log": "log/",
    "import": "imports/",
    "settings": "settings/",
    "members": "settings/members/",
    "API tokens": "settings/tokens/",
    "not found": "nothing-here/",
}
LOOKS = [("en", "light", False), ("ja", "dark", True)]
AT_LEAST_SERIOUS = {"serious", "critical"}


def serious_findings(page: Page) -> list[str]:
    """What axe-core finds, as lines that name rule and element."""
    page.evaluate(AXE.read_text())
    result: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(found => found)"
    )
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in result["violations"]
        if rule["impact"] in AT_LEAST_SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("language", "scheme", "phone"), LOOKS, ids=["desktop", "phone"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_it_is_accessible_and_fits(
    open_page: OpenPage, path: str, language: str, scheme: str, *, phone: bool
) -> None:
    page = open_page(path, language=language, phone=phone, color_scheme=scheme)
    page.wait_for_load_state("networkidle") if not path.startswith("inbox") else None
    assert serious_findings(page) == []
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, json.dumps(_widest(page))


def _widest(page: Page) -> Any:
    """The elements that stick out, for the message of a failure."""
    return page.evaluate(
        "[...document.querySelectorAll('body *')]"
        ".filter(each => each.getBoundingClientRect().right > innerWidth + 1)"
        ".slice(0, 5).map(each => each.outerHTML.slice(0, 120))"
    )
