"""Enishi as a newcomer starts it, and a browser to look at it; for tools/screenshots.py too."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    ViewportSize,
)

from tests.lab.processes import free_port

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
START_SECONDS = 90
_EXPECTED = ("Failed to load resource: the server responded with a status of 4",)
_LINK = re.compile(r"http://\S+/sign-in/\S+")


@dataclass(frozen=True, slots=True)
class Product:
    """A running Enishi: its address, and the link that signs the first person in."""

    url: str
    link: str
    home: Path


@contextmanager
def running(home: Path, **settings: str) -> Iterator[Product]:
    """Start web and worker with an empty data folder; stop both at the end.

    `settings` are further variables of the environment, such as ENISHI_ALLOWED_NETWORKS.
    """
    home.mkdir(parents=True, exist_ok=True)
    port, log = free_port(), home / "output.log"
    own = {"ENISHI_HOME": str(home), "ENISHI_PORT": str(port)} | settings
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ENISHI_", "DJANGO_"))
    } | own
    with log.open("w") as output:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "enishi", "run"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Product(f"http://127.0.0.1:{port}", _link(process, log), home)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def _link(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if found := _LINK.search(log.read_text()):
            return found.group()
        time.sleep(0.2)
    raise RuntimeError(f"Enishi did not start: {log.read_text()[-2000:]}")


def launch(playwright: Playwright) -> Browser:
    """The system's Chromium."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def watch(page: Page, complaints: list[str]) -> None:
    """Collect what the console complains of: errors of scripts, things that the CSP blocks."""

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_EXPECTED):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def choose_language(context: BrowserContext, product: Product, language: str) -> None:
    """Have pages come in a language."""
    context.add_cookies([{"name": "enishi_language", "value": language, "url": product.url}])


def first_run(page: Page, product: Product, name: str) -> str:
    """Follow the printed link and answer the first page; gives the workspace's slug."""
    page.goto(product.link)
    page.get_by_role("button").last.click()
    page.locator("[name=name]").fill(name)
    page.locator("[name=time_zone]").select_option("Asia/Tokyo")
    page.locator("form .btn-primary").click()
    page.wait_for_url("**/welcome/start/")
    address = page.locator(".bare-foot a").get_attribute("href") or ""
    return address.split("/")[2]


def connect(page: Page, product: Product, slug: str, handle: str) -> None:
    """Connect an account of the sandbox's town, with its points waived."""
    page.goto(f"{product.url}/w/{slug}/channels/connect/sandbox/")
    page.locator("[name=handle]").fill(handle)
    page.locator("[name=password]").fill("kouji-miso")
    page.locator("main .btn-primary").click()
    page.locator("[name=waive_rest]").fill("-")
    page.locator("main .btn-primary").click()
    page.wait_for_url("**/channels/*-*-*-*-*/")
