"""One running product and one signed-in person for all browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.browser import product as running

OpenPage = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the tests work: a workspace with a connected channel."""

    product: running.Product
    slug: str
    state: StorageState

    def at(self, path: str) -> str:
        return f"{self.product.url}/w/{self.slug}/{path}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(running.CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = running.launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.Product]:
    with running.running(tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture(scope="session")
def desk(browser: Browser, product: running.Product) -> Desk:
    """The first run, done once through the pages themselves."""
    context = browser.new_context(viewport=running.DESKTOP)
    running.choose_language(context, product, "en")
    page = context.new_page()
    slug = running.first_run(page, product, "Kissa Hinode")
    running.connect(page, product, slug, "hinode")
    state = context.storage_state()
    context.close()
    return Desk(product, slug, state)


@pytest.fixture
def open_page(browser: Browser, desk: Desk) -> Iterator[OpenPage]:
    """Opens pages as the signed-in person; what the console complains of fails the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_page(path: str, *, language: str = "en", phone: bool = False, **options: Any) -> Page:
        viewport = running.PHONE if phone else running.DESKTOP
        context = browser.new_context(viewport=viewport, storage_state=desk.state, **options)
        contexts.append(context)
        running.choose_language(context, desk.product, language)
        page = context.new_page()
        running.watch(page, complaints)
        page.goto(desk.at(path))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
