"""The whole loop in a real browser on a real network: plan, publish, listen, answer, count.

With ENISHI_SHOTS=FOLDER a picture of every step is kept there.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from enishi.kernel import clock
from tests.browser import product as running
from tests.lab.bluesky import LabAccount, LabNetwork, stamp

pytestmark = pytest.mark.live

TOKYO = ZoneInfo("Asia/Tokyo")
SLOW = 30_000
POST = "app.bsky.feed.post"
LINK = "https://example.com/menu"


@dataclass(frozen=True, slots=True)
class Words:
    """What the person types and expects to read, in their language."""

    language: str
    locale: str
    workspace: str
    wrong_password: str
    goal: str
    strategy: str
    objective: str
    tactic: str
    why: str
    tag: str
    text: str
    alt: str
    later: str
    published: str
    question: str
    answer: str


JAPANESE = Words(
    language="ja",
    locale="ja-JP",
    workspace="喫茶ひので",
    wrong_password="ハンドルまたはアプリパスワードが違います。",
    goal="近所の人に毎朝来てもらう",
    strategy="焙煎の様子を毎日見せる",
    objective="今月いいねを3件もらう",
    tactic="朝いちばんの豆の写真",
    why="朝の来店につなげる",
    tag="朝の一杯",
    text=f"今朝の豆はエチオピアです☕ メニューはこちら {LINK} #朝の一杯",
    alt="湯気の立つコーヒーカップ",
    later="明日の豆はブラジルです",
    published="投稿済み",
    question="おいしそう！何時からですか？",
    answer="朝7時から開いています。お待ちしています！",
)
ENGLISH = Words(
    language="en",
    locale="en-US",
    workspace="Kissa Hinode",
    wrong_password="The handle or the app password is not right.",
    goal="Neighbours come every morning",
    strategy="Show the roasting every day",
    objective="Three likes this month",
    tactic="A photo of the first beans",
    why="Bring people in early",
    tag="morningcup",
    text=f"Ethiopia in the roaster today ☕ The menu: {LINK} #morningcup",
    alt="A steaming cup of coffee",
    later="Tomorrow it is Brazil",
    published="Published",
    question="Looks good! When do you open?",
    answer="At seven. See you tomorrow!",
)


@dataclass(slots=True)
class Walk:
    """One person at one browser, and the network around them."""

    page: Page
    product: running.Product
    words: Words
    network: LabNetwork
    me: LabAccount
    other: LabAccount
    shots: Path
    slug: str = ""
    complaints: list[str] = field(default_factory=list)
    taken: int = 0

    def go(self, path: str, page: Page | None = None) -> None:
        (page or self.page).goto(f"{self.product.url}/w/{self.slug}/{path}")

    def save(self) -> None:
        """Press the page's main button."""
        self.page.locator("main .btn-primary").last.click()

    def shoot(self, name: str) -> None:
        self.taken += 1
        self.page.wait_for_timeout(300)
        name = f"{self.words.language}-{self.taken:02}-{name}.png"
        self.page.screenshot(path=self.shots / name)

    def records(self) -> list[dict[str, Any]]:
        """Our posts as they stand on the network, newest first."""
        found = self.network.call("com.atproto.repo.listRecords", repo=self.me.did, collection=POST)
        return list(found["records"])


@pytest.fixture
def walk(
    browser: Browser, bluesky: LabNetwork, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Walk]:
    words: Words = request.param
    shots = Path(os.environ.get("ENISHI_SHOTS") or tmp_path / "shots")
    shots.mkdir(parents=True, exist_ok=True)
    me = bluesky.create_account(f"hinode-{words.language}", display_name=words.workspace)
    other = bluesky.create_account(f"tanaka-{words.language}", display_name="田中さくら")
    loopback = "127.0.0.0/8,::1/128"
    with running.running(tmp_path / "home", ENISHI_ALLOWED_NETWORKS=loopback) as product:
        context = browser.new_context(
            viewport=running.DESKTOP, locale=words.locale, timezone_id="Asia/Tokyo"
        )
        started = Walk(context.new_page(), product, words, bluesky, me, other, shots)
        context.set_default_timeout(SLOW)
        running.watch(started.page, started.complaints)
        yield started
        _close(context)
    assert started.complaints == []


def _close(context: BrowserContext) -> None:
    for page in context.pages:
        page.close(run_before_unload=False)
    context.close()


@pytest.mark.parametrize("walk", [JAPANESE, ENGLISH], ids=["ja", "en"], indirect=True)
def test_it_goes_round_the_whole_loop(walk: Walk) -> None:
    first_run(walk)
    connect(walk)
    settle_activation(walk)
    objective = plan(walk)
    post = publish(walk)
    check_record(walk, post)
    schedule(walk)
    others_act(walk, post)
    reply = listen(walk)
    answer(walk, reply)
    explain(walk, objective)


def first_run(walk: Walk) -> None:
    page, words = walk.page, walk.words
    page.goto(walk.product.link)
    expect(page.locator("html")).to_have_attribute("lang", words.language)
    walk.shoot("one-time-link")
    page.get_by_role("button").last.click()
    page.locator(f"main [name=language][value={words.language}]").check()
    page.locator("[name=name]").fill(words.workspace)
    page.locator("[name=time_zone]").select_option("Asia/Tokyo")
    walk.shoot("first-run")
    walk.save()
    page.wait_for_url("**/welcome/start/")
    address = page.locator(".bare-foot a").get_attribute("href") or ""
    walk.slug = address.split("/")[2]
    walk.shoot("first-steps")


def connect(walk: Walk) -> None:
    page = walk.page
    page.locator("a.door[href$='/channels/connect/']").click()
    walk.shoot("networks")
    page.locator("a.door[href$='/connect/bluesky/']").click()
    page.locator("[name=service_url]").fill(walk.network.pds_url)
    page.locator("[name=identifier]").fill(walk.me.handle)
    page.locator("[name=app_password]").fill("not-the-password")
    walk.save()
    expect(page.locator("main .errorlist")).to_contain_text(walk.words.wrong_password)
    expect(page.locator("[name=service_url]")).to_have_value(walk.network.pds_url)
    walk.shoot("wrong-password")
    page.locator("[name=app_password]").fill(walk.me.app_password)
    walk.save()
    page.wait_for_url("**/confirm/")
    expect(page.get_by_text(walk.me.handle)).to_be_visible()
    page.locator("[name=objective]").fill(walk.words.goal)
    walk.shoot("confirm")
    walk.save()
    page.wait_for_url("**/channels/*-*-*-*-*/")


def settle_activation(walk: Walk) -> None:
    page = walk.page
    activation = page.locator("#activation")
    expect(activation.locator(".chip-warn")).to_be_visible()
    walk.shoot("activation-open")
    for name, text in {"audience": walk.words.goal, "policy": "https://example.com/policy"}.items():
        activation.locator(f"[name={name}]").fill(text)
    activation.locator("[name=posts_per_week]").fill("7")
    activation.locator(".btn-primary").click()
    expect(page.locator("#activation .chip-good")).to_be_visible()
    walk.shoot("activation-settled")


def plan(walk: Walk) -> str:
    """Goal, strategy, objective, tactic; gives the objective's address."""
    page, words = walk.page, walk.words
    walk.go("strategy/")
    walk.shoot("strategy-empty")
    for level, title in {"goal": words.goal, "strategy": words.strategy}.items():
        page.locator(f"[id^=quick-{level}-]").first.fill(title)
        page.keyboard.press("Enter")
        expect(page.locator(".strategy-title", has_text=title)).to_be_visible()
    page.locator("[id^=quick-objective-]").fill(words.objective)
    page.keyboard.press("Enter")
    page.locator(".strategy-node-objective summary").click()
    page.locator(".strategy-node-objective .menu-sheet a[href$='/edit/']").click()
    today = clock.now().astimezone(TOKYO).date()
    page.locator("[name=metric]").select_option("likes")
    for name, value in {
        "baseline": "0",
        "target": "3",
        "start": f"{today:%Y-%m-%d}",
        "end": f"{today + timedelta(days=29):%Y-%m-%d}",
        "relevance": words.why,
    }.items():
        page.locator(f"[name={name}]").fill(value)
    walk.shoot("objective-form")
    walk.save()
    page.locator("[id^=quick-tactic-]").first.fill(words.tactic)
    page.keyboard.press("Enter")
    expect(page.locator(".strategy-title", has_text=words.tactic)).to_be_visible()
    walk.go("strategy/")
    walk.shoot("strategy-tree")
    link = page.locator(".strategy-node-objective .strategy-title a").get_attribute("href")
    return walk.product.url + str(link)


def write(walk: Walk, text: str, when: str) -> None:
    walk.go("posts/new/")
    choice = walk.page.locator(".channel-choice", has_text="Bluesky")
    choice.locator("[name=channels]").set_checked(True, force=True)
    walk.page.locator("[name=text]").fill(text)
    walk.page.locator(f"[name=when][value={when}]").check()


def send(walk: Walk) -> None:
    walk.page.locator(".composer-send .btn-primary").click()
    walk.page.wait_for_url("**/posts/*-*-*-*-*/")


def publish(walk: Walk) -> dict[str, Any]:
    """Text, hashtag, link, picture, tactic; gives the record on the network."""
    page, words = walk.page, walk.words
    write(walk, words.text, "now")
    page.locator("input[type=file]").set_input_files([picture()])
    page.locator(".media-item textarea").fill(words.alt)
    page.locator(".tactic-field summary").click()
    page.locator(".tactic-field label", has_text=words.tactic).click()
    expect(page.locator(".check-count .number")).to_have_text(str(len(words.text)))
    expect(page.locator(".preview .alt-badge")).to_be_visible()
    expect(page.locator(".check-problem")).to_have_count(0)
    expect(page.locator(".preview .in-link").last).to_have_text(f"#{words.tag}")
    walk.shoot("composer")
    send(walk)
    expect(page.locator(".delivery .chip").first).to_have_text(words.published, timeout=SLOW)
    expect(page.locator(".facts")).to_contain_text(words.tactic)
    walk.shoot("published")
    (record,) = walk.records()
    return record


def picture() -> FilePayload:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(content, "PNG")
    return {"name": "cup.png", "mimeType": "image/png", "buffer": content.getvalue()}


def check_record(walk: Walk, post: dict[str, Any]) -> None:
    """What stands on the network is what was written."""
    record, words = post["value"], walk.words
    assert record["text"] == words.text
    features = [facet["features"][0] for facet in record["facets"]]
    assert {feature.get("uri") or feature.get("tag") for feature in features} == {LINK, words.tag}
    assert [image["alt"] for image in record["embed"]["images"]] == [words.alt]


def schedule(walk: Walk) -> None:
    page = walk.page
    write(walk, walk.words.later, "schedule")
    day = clock.now().astimezone(TOKYO) + timedelta(days=1)
    page.locator("[name=date]").fill(f"{day:%Y-%m-%d}")
    page.locator("[name=time]").fill("07:30")
    send(walk)
    walk.go(f"calendar/?view=week&date={day:%Y-%m-%d}")
    entry = page.locator(f"[data-day='{day:%Y-%m-%d}'] .entry", has_text=walk.words.later)
    expect(entry.locator(".entry-time")).to_have_text("07:30")
    walk.shoot("calendar")


def others_act(walk: Walk, post: dict[str, Any]) -> None:
    """Somebody else on the network likes the post, answers it, and follows us."""
    network, other = walk.network, walk.other
    ours = {"uri": post["uri"], "cid": post["cid"]}
    for collection, subject in {
        "app.bsky.feed.like": ours,
        "app.bsky.graph.follow": walk.me.did,
    }.items():
        network.create(other, collection, {"subject": subject, "createdAt": stamp()})
    network.post(other, walk.words.question, reply={"root": ours, "parent": ours})
    network.await_notifications(walk.me, 3)


def listen(walk: Walk) -> str:
    """The reply arrives in the open inbox by itself; gives its address on the network."""
    page = walk.page
    walk.go("inbox/")
    walk.shoot("inbox-before")
    beside = page.context.new_page()
    running.watch(beside, walk.complaints)
    walk.go("channels/", beside)
    ours = beside.locator("main .row-item", has_text="Bluesky")
    ours.locator(".row-title[href*='/channels/']").click()
    beside.locator("form[action$='/read/'] button").click()
    row = page.locator(".inbox-row", has_text=walk.words.question)
    expect(row).to_be_visible(timeout=SLOW)
    beside.close()
    row.locator("a.row-item").click()
    expect(page.locator("#person h2, #person h3, #person dl").first).to_be_visible()
    walk.shoot("inbox-reply")
    found = walk.network.call("com.atproto.repo.listRecords", repo=walk.other.did, collection=POST)
    return str(found["records"][0]["uri"])


def answer(walk: Walk, reply: str) -> None:
    page, words = walk.page, walk.words
    page.locator("#reply-text").fill(words.answer)
    page.keyboard.press("Control+Enter")
    ours = page.locator(".message-ours", has_text=words.answer)
    expect(ours.locator(".chip-good")).to_be_visible(timeout=SLOW)
    walk.shoot("inbox-answered")
    (sent,) = [each for each in walk.records() if each["value"]["text"] == words.answer]
    assert sent["value"]["reply"]["parent"]["uri"] == reply


def explain(walk: Walk, objective: str) -> None:
    """The number has moved, says why, and leads to what happened."""
    page = walk.page
    page.goto(objective)
    number = page.locator(".strategy-now .explained")
    expect(number).to_have_text("1")
    walk.shoot("objective")
    number.click()
    rows = page.locator("#explain-body .rows .row-item")
    expect(rows).to_have_count(1)
    walk.shoot("explanation")
    rows.first.click()
    page.wait_for_url("**/log/*-*-*-*-*/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("田中さくら")
    walk.shoot("log")
