"""Reading RSS, Atom and JSON Feed into one shape. Pure: bytes in, values out."""

from __future__ import annotations

import calendar
import html
import io
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import feedparser
import nh3

FEED_TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json")
TEXT_MAX = 20_000

_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr|/blockquote)\b[^>]*>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\f\v]+")
_GAPS = re.compile(r"\s*\n\s*\n\s*")


class NotAFeedError(ValueError):
    """The bytes are neither RSS nor Atom nor JSON Feed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article. `key` identifies it for good."""

    key: str
    title: str
    text: str
    url: str
    published: datetime | None
    updated: datetime | None = None
    author: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its articles, as the feed orders them."""

    title: str
    home: str
    description: str
    language: str
    entries: tuple[Entry, ...]


def read_feed(content: bytes, url: str) -> Feed:
    """Read a feed of any kind; relative addresses are completed from `url`."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(content, url)
    # A stream, never the bytes themselves: feedparser would try those as a file's name.
    found = feedparser.parse(io.BytesIO(content), response_headers={"content-location": url})
    if not found.get("version"):
        raise NotAFeedError(str(found.get("bozo_exception", "no feed")))
    head = found.feed
    return Feed(
        title=as_text(str(head.get("title", ""))),
        home=urljoin(url, str(head.get("link", ""))),
        description=as_text(str(head.get("subtitle", ""))),
        language=str(head.get("language") or ""),
        entries=tuple(_xml_entry(entry, url) for entry in found.entries),
    )


def as_text(markup: str) -> str:
    """What a reader would see of a piece of HTML: no tags, no scripts, paragraphs kept."""
    broken = _BREAK.sub("\n", markup)
    plain = nh3.clean(broken, tags=set(), clean_content_tags={"script", "style"})
    lines = [_BLANKS.sub(" ", line).strip() for line in html.unescape(plain).split("\n")]
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()[:TEXT_MAX]


def _xml_entry(entry: Mapping[str, Any], base: str) -> Entry:
    bodies = [str(part.get("value", "")) for part in entry.get("content") or []]
    link = urljoin(base, str(entry.get("link", "")))
    title = as_text(str(entry.get("title", "")))
    published = _moment(entry.get("published_parsed"))
    # Asked without this test, feedparser answers with the other date and a warning.
    updated = _moment(entry["updated_parsed"]) if "updated_parsed" in entry else None
    return Entry(
        key=_key(str(entry.get("id", "")), link if entry.get("link") else "", title),
        title=title,
        text=as_text(max([*bodies, str(entry.get("summary", ""))], key=len)),
        url=link,
        published=published or updated,
        updated=updated,
        author=as_text(str(entry.get("author", ""))),
        tags=tuple(str(tag["term"]) for tag in entry.get("tags") or [] if tag.get("term")),
        image=_picture(entry, base),
    )


def _key(identifier: str, link: str, title: str) -> str:
    digest = blake2b(title.encode(), digest_size=12).hexdigest()
    return identifier.strip() or link or f"urn:enishi:entry:{digest}"


def _moment(parsed: time.struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _picture(entry: Mapping[str, Any], base: str) -> str:
    candidates: list[Mapping[str, Any]] = [
        *(entry.get("media_thumbnail") or []),
        *(entry.get("media_content") or []),
        *(entry.get("enclosures") or []),
    ]
    for candidate in candidates:
        address = str(candidate.get("url") or candidate.get("href") or "")
        kind = str(candidate.get("type") or candidate.get("medium") or "image")
        if address and kind.startswith("image"):
            return urljoin(base, address)
    return ""


def _json_feed(content: bytes, url: str) -> Feed:
    try:
        document = json.loads(content)
    except ValueError as error:
        raise NotAFeedError(str(error)) from error
    if "jsonfeed.org" not in str(document.get("version", "")):
        raise NotAFeedError("JSON, but not a JSON Feed")
    items = document.get("items")
    return Feed(
        title=as_text(str(document.get("title", ""))),
        home=urljoin(url, str(document.get("home_page_url", ""))),
        description=as_text(str(document.get("description", ""))),
        language=str(document.get("language", "")),
        entries=tuple(_json_entry(item, url) for item in _dicts(items)),
    )


def _dicts(value: object) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _json_entry(item: Mapping[str, Any], base: str) -> Entry:
    link = str(item.get("url") or item.get("external_url") or "")
    title = as_text(str(item.get("title") or ""))
    body = str(item.get("content_html") or item.get("summary") or "")
    tags = item.get("tags")
    return Entry(
        key=_key(str(item.get("id") or ""), link, title),
        title=title,
        text=str(item.get("content_text") or as_text(body))[:TEXT_MAX],
        url=urljoin(base, link),
        published=_iso(item.get("date_published")) or _iso(item.get("date_modified")),
        updated=_iso(item.get("date_modified")),
        author=", ".join(str(a["name"]) for a in _dicts(item.get("authors")) if a.get("name")),
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
        image=urljoin(base, str(item.get("image") or "")) if item.get("image") else "",
    )


def _iso(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        kind = values.get("type", "").lower().split(";")[0].strip()
        relations = values.get("rel", "").lower().split()
        if tag in {"link", "a"} and "alternate" in relations and kind in FEED_TYPES:
            self.found.append((kind, values.get("href", "")))


def feed_links(page: bytes, url: str) -> list[str]:
    """The feeds that a web page names, in its own order."""
    links = _Links()
    links.feed(page.decode("utf-8", errors="replace"))
    return [urljoin(url, address) for _kind, address in links.found if address]
