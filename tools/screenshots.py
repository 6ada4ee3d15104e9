"""Takes the pictures in docs/images: the main pages of the sample workspace.

    python tools/screenshots.py [FOLDER]

Starts Enishi with an empty data folder, makes the sample workspace and looks at it in Japanese
and English, light and dark, on a desk and on a phone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import product as running  # noqa: E402 - after the path is set

IMAGES = ROOT / "docs" / "images"
COLOURS = 192


@dataclass(frozen=True, slots=True)
class Look:
    """A way to look at a page."""

    language: str
    scheme: Literal["light", "dark"]
    device: str
    viewport: ViewportSize

    @property
    def name(self) -> str:
        return f"{self.language}-{self.scheme}-{self.device}"


LOOKS = (
    Look("ja", "light", "desktop", running.DESKTOP),
    Look("en", "dark", "desktop", running.DESKTOP),
    Look("ja", "light", "phone", running.PHONE),
)
PAGES = {
    "today": "",
    "calendar": "calendar/",
    "composer": "posts/new/",
    "posts": "posts/?show=published",
    "post": "posts/?show=published>a.row-item",
    "inbox": "inbox/>.inbox-row a.row-item",
    "strategy": "strategy/",
    "objective": "strategy/>a[href*='/strategy/objective/']",
    "channels": "channels/",
    "channel": "channels/>main .rows a[href*='/channels/']",
    "log": "log/",
    "imports": "imports/",
    "settings": "settings/",
}
TEXT = {
    "ja": "今週の豆はエチオピア・イルガチェフェ。花のような香りと、はちみつの甘さ。\n朝7時から、店先で試飲できます。 #コーヒー",  # noqa: E501 - a post
    "en": "This week: Ethiopia Yirgacheffe. Flowers first, then honey.\nTaste it at the counter from 7 a.m. #coffee",  # noqa: E501 - a post
}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        running.running(Path(home)) as product,
        sync_playwright() as playwright,
    ):
        browser = running.launch(playwright)
        shoot_all(browser, product, folder)
        browser.close()


def shoot_all(browser: Browser, product: running.Product, folder: Path) -> None:
    context = browser.new_context(viewport=running.DESKTOP)
    running.choose_language(context, product, "ja")
    running.first_run(context.new_page(), product, "ひのでコーヒー")
    state = context.storage_state()
    base = f"{product.url}/w/{make_sample(product)}/"
    for look in LOOKS:
        context = browser.new_context(
            viewport=look.viewport, color_scheme=look.scheme, storage_state=state
        )
        running.choose_language(context, product, look.language)
        page = context.new_page()
        for name, path in PAGES.items():
            visit(page, base, path)
            if name == "composer":
                write(page, look.language)
            save(page, folder / f"{name}-{look.name}.png")
        context.close()


def make_sample(product: running.Product) -> str:
    """Make the sample workspace by the command line; gives its slug."""
    environment = os.environ | {"ENISHI_HOME": str(product.home)}
    program = str(Path(sys.executable).parent / "enishi")
    command = [program, "--json", "sample", "create"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.partition('"slug": "')[2].partition('"')[0]


def visit(page: Page, base: str, path: str) -> None:
    """Go to `address`, or by `address>selector` to the first link there."""
    address, _then, selector = path.partition(">")
    page.goto(base + address)
    if selector:
        page.goto(str(page.locator(selector).first.evaluate("link => link.href")))
    page.wait_for_timeout(900)


def write(page: Page, language: str) -> None:
    page.locator("[name=channels]").first.set_checked(checked=True, force=True)
    page.locator("[name=text]").fill(TEXT[language])
    page.wait_for_timeout(900)
    page.evaluate("scrollTo(0, 0)")


def save(page: Page, path: Path) -> None:
    """A picture with few colours: a fifth of the bytes, to the eye the same."""
    page.screenshot(path=path)
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(path.name, flush=True)


if __name__ == "__main__":
    main()
