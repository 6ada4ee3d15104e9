"""Reading what a web page says of itself, for the card below a post. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([a-zA-Z0-9_-]+)", re.IGNORECASE)
_HEAD_BYTES = 4096
_TITLE_MAX = 300
_TEXT_MAX = 1000


@dataclass(frozen=True, slots=True)
class Card:
    """What the card shows; `image` is the address of a picture or empty."""

    url: str
    title: str
    description: str = ""
    image: str = ""


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title" and not self.title
        if tag == "meta":
            values = {name: value or "" for name, value in attrs}
            key = (values.get("property") or values.get("name", "")).lower()
            if values.get("content"):
                self.meta.setdefault(key, values["content"].strip())

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def _decoded(content: bytes, content_type: str) -> str:
    named = _CHARSET.search(content_type.encode()) or _CHARSET.search(content[:_HEAD_BYTES])
    try:
        return content.decode(named.group(1).decode() if named else "utf-8", errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def plain_card(url: str) -> Card:
    """The card of a page that says nothing: its host."""
    return Card(url=url, title=urlsplit(url).hostname or url)


def read_card(url: str, content: bytes, content_type: str = "") -> Card:
    """The card that a page asks for (Open Graph, else its title and description)."""
    head = _Head()
    head.feed(_decoded(content, content_type))
    title = head.meta.get("og:title") or " ".join(head.title.split())
    text = head.meta.get("og:description") or head.meta.get("description", "")
    image = head.meta.get("og:image", "")
    return Card(
        url=url,
        title=(title or plain_card(url).title)[:_TITLE_MAX],
        description=text[:_TEXT_MAX],
        image=urljoin(url, image) if image else "",
    )
