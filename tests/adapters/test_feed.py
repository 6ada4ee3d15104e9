"""The feed adapter: conformance, every kind of feed, and everything that goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from django.utils import translation

from enishi.adapters.feed import reading
from enishi.adapters.feed.adapter import FeedAdapter, Position
from enishi.channels.errors import AdapterError, RateLimitedError, RejectedError, TransientError
from enishi.channels.http.testing import FakeHttp, connection
from tests.adapters.cassettes import RECORDINGS
from tests.adapters.conformance import AdapterConformance, Bench

FOLDER = RECORDINGS / "feed"
RSS, ATOM, JSON = ((FOLDER / f"blog.{kind}").read_bytes() for kind in ("rss", "atom", "json"))
URL = "https://kissa.example/feed"
PAGE = """<!DOCTYPE html><html><head>
  <link rel="stylesheet" href="/a.css"><link rel="alternate" hreflang="en" href="/en">
  <link rel="alternate" type="application/rss+xml; charset=utf-8" href="/feed">
</head></html>"""


def served(content, kind="application/rss+xml", **headers):
    return httpx.Response(200, content=content, headers={"content-type": kind, **headers})


@pytest.fixture
async def http():
    async with FakeHttp() as fake:
        fake.on("GET", "/feed", served(RSS))
        fake.on("GET", "/", httpx.Response(200, html=PAGE))
        yield fake


def following(http, url=URL):
    return FeedAdapter(connection(http, service_url=url))


def words(error):
    with translation.override("en"):
        return str(error.message)


class FeedBench(Bench):
    adapter_id = "feed"

    def __init__(self, http):
        self.http = http

    def typed(self):
        return connection(self.http, service_url="", secrets={"address": "kissa.example"})

    async def connected(self):
        return following(self.http)


class TestFeed(AdapterConformance):
    adapter_id = "feed"

    @pytest.fixture
    def bench(self, http):
        return FeedBench(http)


class TestReading:
    def test_it_reads_rss(self):
        feed = reading.read_feed(RSS, URL)
        assert (feed.title, feed.language) == ("喫茶えにし & 焙煎所", "ja")
        autumn, opened, undated = feed.entries
        assert autumn.key == "kissa-2"
        assert autumn.url == "https://kissa.example/blog/autumn"
        assert autumn.text == "深煎りのブレンドです。\n100g <800円>"
        assert autumn.published == datetime(2026, 11, 20, tzinfo=UTC)
        assert autumn.tags == ("新作", "豆")
        assert autumn.author == "店主"
        assert autumn.image == "https://kissa.example/img/autumn.jpg"
        assert opened.key == "https://kissa.example/blog/open"
        assert opened.text == "ようこそ\nどうぞ"
        assert opened.image == ""
        assert undated.published is None
        assert undated.key.startswith("urn:enishi:entry:")

    def test_it_reads_atom(self):
        feed = reading.read_feed(ATOM, URL)
        (entry,) = feed.entries
        assert feed.home == "https://kissa.example/en/"
        assert entry.title == "Beans & cups"
        assert entry.text == "A longer text about beans."
        assert entry.updated == datetime(2026, 11, 12, tzinfo=UTC)

    def test_it_reads_json_feeds(self):
        feed = reading.read_feed(JSON, URL)
        one, two = feed.entries
        assert (one.url, one.text) == ("https://kissa.example/1", "First\nSecond")
        assert (one.tags, one.author) == (("tea",), "Aki")
        assert one.image == "https://kissa.example/1.png"
        assert two.text == "Plain <b>"
        assert two.published == datetime(2026, 11, 11, tzinfo=UTC)

    def test_it_reads_japanese_encodings(self):
        content = RSS.decode().replace("UTF-8", "Shift_JIS").encode("cp932")
        assert reading.read_feed(content, URL).entries[0].title == "秋のブレンド"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"hello",
            b"{",
            b'{"a": 1}',
            b"/etc/passwd",
            b"<svg></svg>",
            b"\x00\xff",
            PAGE.encode(),
        ],
    )
    def test_it_says_what_is_no_feed(self, content):
        with pytest.raises(reading.NotAFeedError):
            reading.read_feed(content, URL)

    def test_it_reads_no_files_through_entities(self, tmp_path):
        secret = tmp_path / "secret"
        secret.write_text("hush")
        entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
        content = RSS.replace(b"<rss", entity + b"<rss").replace("要約".encode(), b"&x;")
        found = reading.read_feed(content, URL)
        assert "hush" not in str(found)

    def test_it_takes_what_it_can_from_a_feed_that_breaks_off(self):
        cut = RSS[: RSS.index("開店しました".encode())]
        assert reading.read_feed(cut, URL).entries[0].title == "秋のブレンド"


class TestConnecting:
    async def test_it_finds_the_feed_that_a_page_names_and_says_so(self, http):
        account = await following(http, "https://kissa.example/").verify()
        assert account.remote_id == account.service_url == URL
        assert account.name == "喫茶えにし & 焙煎所"
        with translation.override("en"):
            assert account.description == f"Found the feed {URL} on the page you named."

    async def test_it_takes_the_address_of_a_feed_as_it_is(self, http):
        account = await following(http).verify()
        assert (account.url, account.description) == ("https://kissa.example/blog/", "焙煎の記録")

    @pytest.mark.parametrize(
        ("answer", "kind", "text"),
        [
            (httpx.Response(200, html="<html>no feed"), RejectedError, "names no feed"),
            (httpx.Response(200, text="plain"), RejectedError, "neither RSS nor Atom"),
            (httpx.Response(404), RejectedError, "nothing at"),
            (httpx.Response(410), RejectedError, "nothing at"),
            (httpx.Response(403), RejectedError, "refuses"),
            (httpx.Response(500), TransientError, "fault"),
            (
                httpx.Response(301, headers={"location": "https://new.example/"}),
                RejectedError,
                "new.example",
            ),
            (httpx.ConnectError("name resolution failed"), TransientError, "no server called"),
            (httpx.ReadTimeout("slow"), TransientError, "too long"),
        ],
    )
    async def test_it_explains_what_is_wrong_and_connects_afterwards(
        self, http, answer, kind, text
    ):
        http.on("GET", "/feed", answer)
        with pytest.raises(AdapterError) as failed:
            await following(http).verify()
        assert type(failed.value) is kind
        assert text in words(failed.value)
        http.on("GET", "/feed", served(RSS))
        assert (await following(http).verify()).name

    async def test_it_says_when_the_feed_of_a_page_is_a_page_again(self, http):
        http.on("GET", "/feed", httpx.Response(200, html=PAGE))
        with pytest.raises(RejectedError) as refused:
            await following(http, "https://kissa.example/").verify()
        assert "names no feed" not in words(refused.value)
        http.on("GET", "/feed", served(ATOM))
        assert (await following(http, "https://kissa.example/").verify()).name == "Enishi Coffee"


class TestFollowing:
    async def test_it_reads_articles_oldest_first(self, http):
        page = await following(http).history("")
        names = [item.node("object").text("name") for item in page.items]
        assert names == ["開店しました", "秋のブレンド", "日付のないお知らせ"]
        article = page.items[1].node("object")
        assert article.type == "Article"
        assert article.text("content", "ja").startswith("深煎り")
        assert [tag.text("name") for tag in article.all("tag")] == ["#新作", "#豆"]
        assert page.items[1].node("actor").text("name") == "喫茶えにし & 焙煎所"

    async def test_it_asks_only_for_what_changed(self, http):
        http.on("GET", "/feed", served(RSS, etag='"v1"', **{"last-modified": "Fri"}))
        first = await following(http).history("")
        http.on("GET", "/feed", httpx.Response(304))
        second = await following(http).history(first.cursor)
        assert second.items == []
        assert second.cursor == first.cursor
        assert http.requests[-1].headers["if-none-match"] == '"v1"'
        assert http.requests[-1].headers["if-modified-since"] == "Fri"

    async def test_it_keeps_to_the_very_address_that_it_found(self, http):
        http.on("GET", "/blog/feed/", served(RSS))
        found = "https://kissa.example/blog/feed/"
        known = connection(http, service_url=found.rstrip("/"), remote_id=found)
        assert (await FeedAdapter(known).history("")).items

    async def test_it_reads_a_new_article_once(self, http):
        first = await following(http).history("")
        item = '<item><title>冬</title><guid isPermaLink="false">kissa-3</guid></item>'
        http.on("GET", "/feed", served(RSS.replace(b"<item>", item.encode() + b"<item>", 1)))
        second = await following(http).history(first.cursor)
        assert [act.id for act in second.items] == ["kissa-3"]
        assert (await following(http).history(second.cursor)).items == []

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (httpx.Response(200, html="<html>maintenance"), RejectedError),
            (httpx.Response(429, headers={"retry-after": "9"}), RateLimitedError),
            (httpx.Response(503), TransientError),
            (httpx.RemoteProtocolError("cut"), TransientError),
        ],
    )
    async def test_it_goes_on_after_an_outage(self, http, answer, kind):
        first = await following(http).history("")
        http.on("GET", "/feed", answer)
        with pytest.raises(AdapterError) as failed:
            await following(http).history(first.cursor)
        assert type(failed.value) is kind
        http.on("GET", "/feed", served(RSS))
        assert (await following(http).history(first.cursor)).items == []

    def test_it_starts_anew_with_a_cursor_it_cannot_read(self):
        for cursor in ("", "x", "[]", "{}", "3"):
            assert Position.read(cursor) == Position()
