"""Texts as servers of the Mastodon API count and show them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

import regex

_GRAPHEME = regex.compile(r"\X")
# An address ends where Japanese begins, and does not take the mark that ends the sentence.
_LINK = regex.compile(r"https?://[!-~\u00a1-\u024f\u0400-\u04ff]+", regex.IGNORECASE)
_LINK_TAIL = ".,:;!?'\"*_~"
_MENTION = regex.compile(
    r"(?<![\w/=])@(?P<name>[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_]+)?)"
    r"(?:@[\p{L}\p{N}.-]*[\p{L}\p{N}](?::[0-9]+)?)?",
    regex.IGNORECASE,
)
_SPACES = re.compile(r"[ \t]+\n")
_GAPS = re.compile(r"\n{3,}")
_BLOCKS = frozenset({"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5"})
_UNSEEN = frozenset({"script", "style", "template", "head"})


def graphemes(text: str) -> int:
    """What a person takes for characters: an emoji of several code points is one."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def length(text: str, url_chars: int = 23) -> int:
    """The length of a text: links count `url_chars` (0: as they are), mentions without server."""
    if url_chars:
        text = links_replaced(text, "x" * url_chars)
    return graphemes(without_servers(text))


def links_replaced(text: str, by: str) -> str:
    """The text with every link replaced."""

    def replaced(match: regex.Match[str]) -> str:
        whole = match.group()
        address = _address(whole)
        return by + whole[len(address) :]

    return str(_LINK.sub(replaced, text))


def _address(matched: str) -> str:
    """The address itself, without the marks that belong to the sentence around it."""
    address = matched.rstrip(_LINK_TAIL)
    while address.endswith(")") and address.count("(") < address.count(")"):
        address = address[:-1].rstrip(_LINK_TAIL)
    return address


def without_servers(text: str) -> str:
    """`@name@server` as servers show it: `@name`."""
    return str(_MENTION.sub(lambda match: f"@{match.group('name')}", text))


def mentions(text: str, acct: str) -> bool:
    """Whether a text mentions an account already."""
    found = {match.group().lower() for match in _MENTION.finditer(text)}
    return f"@{acct.lower()}" in found


def plain(content: str, mentioned: Sequence[Mapping[str, object]] = ()) -> str:
    """The text of a status, from its HTML.

    Paragraphs and breaks become lines, links their whole address, mentions the name with the
    server as `mentioned` (the status's own list) gives it, markup is dropped.
    """
    reader = _Reader({str(one.get("url", "")): str(one.get("acct", "")) for one in mentioned})
    reader.feed(content)
    reader.close()
    text = "".join(reader.pieces).replace("\xa0", " ")
    return _GAPS.sub("\n\n", _SPACES.sub("\n", text)).strip()


class _Reader(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self, people: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._people = people
        self._link: tuple[str, str, int] | None = None
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in _BLOCKS:
            self._gap("\n\n")
        elif tag == "li":
            self._gap("\n")
            self.pieces.append("・")
        elif tag == "img":
            self.pieces.append(given.get("alt", ""))
        elif tag == "a":
            self._link = (given.get("href", ""), given.get("class", ""), len(self.pieces))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self._gap("\n\n")
        elif tag == "a" and self._link is not None:
            self._close_link(*self._link)
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data)

    def _gap(self, gap: str) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append(gap)

    def _close_link(self, href: str, classes: str, start: int) -> None:
        seen = "".join(self.pieces[start:])
        del self.pieces[start:]
        self.pieces.append(self._shown(href, classes, seen))

    def _shown(self, href: str, classes: str, seen: str) -> str:
        if href in self._people and seen.startswith("@"):
            return f"@{self._people[href]}"
        if "mention" in classes or "hashtag" in classes or seen.startswith(("@", "#")):
            return seen
        if not href.startswith(("http://", "https://")):
            return seen
        if seen == href or _cut_from(href, seen):
            return href
        return f"{seen} ({href})" if seen else href


def _cut_from(href: str, seen: str) -> bool:
    """Whether what is seen is the address, with its scheme or end left out."""
    start = seen.rstrip("….").removeprefix("https://").removeprefix("http://")
    whole = href.removeprefix("https://").removeprefix("http://")
    return bool(start) and (whole.startswith(start) or whole.removeprefix("www.").startswith(start))


def links(content: str) -> list[str]:
    """The addresses behind the links of a status."""
    finder = _Links()
    finder.feed(content)
    return finder.found


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = given.get("class") or ""
        if tag == "a" and "mention" not in classes and "hashtag" not in classes:
            self.found.append(given.get("href") or "")


def server_of(typed: str) -> str:
    """The address of a server from what people type: an address, a name, or `@name@server`."""
    text = typed.strip().rstrip("/")
    if "://" in text:
        parts = urlsplit(text)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else text
    return f"https://{text.rpartition('@')[2].partition('/')[0]}" if text else ""
