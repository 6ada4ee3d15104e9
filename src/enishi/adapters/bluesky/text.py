"""Texts as Bluesky counts and annotates them. Pure.

Lengths are graphemes. Links, mentions and tags are not part of the text: facets point at
them by offsets in UTF-8 bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex

MAX_TAG = 64

# A link ends where Japanese begins, so that a sentence may go on without a space.
_LINK = regex.compile(r"https?://[!-;=?-\[\]_a-z~]+", regex.IGNORECASE)
_LINK_TAIL = ".,;:!?'\"*_]"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_MENTION = regex.compile(
    rf"(?<![\w.@/+-])@((?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?)",
    regex.ASCII,
)
_TAG = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}_&/#\uff03])[#\uff03]"
    r"([\p{L}\p{M}\p{N}\p{Pc}\p{So}\p{Extended_Pictographic}\u200d\ufe0f・ー〜-]+)"
)
_HAS_WORD = regex.compile(r"[^\p{N}\p{Pd}\p{Pc}・]")
_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Span:
    """Something in a text that leads somewhere; `start` and `end` count characters."""

    kind: str
    value: str
    start: int
    end: int


def length(text: str) -> int:
    """The number of graphemes: what a reader would call characters."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def spans(text: str) -> list[Span]:
    """Links, mentions and tags in the order of the text; none lies within another."""
    found: list[Span] = []
    for span in (*_links(text), *_mentions(text), *_tags(text)):
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def _links(text: str) -> Iterator[Span]:
    for match in _LINK.finditer(text):
        address = match.group().rstrip(_LINK_TAIL)
        while address.endswith(")") and address.count("(") < address.count(")"):
            address = address[:-1].rstrip(_LINK_TAIL)
        if len(address) > len("https://"):
            yield Span("link", address, match.start(), match.start() + len(address))


def _mentions(text: str) -> Iterator[Span]:
    for match in _MENTION.finditer(text):
        yield Span("mention", match.group(1).lower(), match.start(), match.end())


def _tags(text: str) -> Iterator[Span]:
    for match in _TAG.finditer(text):
        tag = match.group(1).rstrip("-・〜")
        if _HAS_WORD.search(tag) and length(tag) <= MAX_TAG:
            yield Span("tag", tag, match.start(), match.start(1) + len(tag))


def facets(text: str, people: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of a text; `people` gives the DID of each handle that could be resolved."""
    result = []
    for span in spans(text):
        feature = _feature(span, people)
        if feature is not None:
            start = len(text[: span.start].encode())
            end = start + len(text[span.start : span.end].encode())
            index = {"byteStart": start, "byteEnd": end}
            result.append({"index": index, "features": [feature]})
    return result


def _feature(span: Span, people: Mapping[str, str]) -> dict[str, str] | None:
    name = f"app.bsky.richtext.facet#{span.kind}"
    if span.kind == "link":
        return {"$type": name, "uri": span.value}
    if span.kind == "tag":
        return {"$type": name, "tag": span.value}
    did = people.get(span.value)
    return {"$type": name, "did": did} if did else None


def handles(text: str) -> frozenset[str]:
    """The handles that a text mentions."""
    return frozenset(span.value for span in spans(text) if span.kind == "mention")


def tidy_handle(typed: str) -> str:
    """A handle or address as people paste it: with an at sign and invisible characters."""
    visible: str = regex.sub(r"[\p{Cf}\p{Z}\p{Cc}]+", "", typed)
    return visible.lstrip("@\uff20").lower()
