"""From what people type to the HTML of the fediverse, and back, always sanitised."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3
import regex

_TAGS = frozenset(
    {
        "p",
        "br",
        "a",
        "span",
        "em",
        "strong",
        "b",
        "i",
        "u",
        "del",
        "s",
        "sub",
        "sup",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ruby",
        "rt",
        "rp",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "hreflang"},
    "span": {"lang"},
    "p": {"lang"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
_CLASSES = {
    "a": {"mention", "hashtag", "u-url"},
    "span": {"h-card", "invisible", "ellipsis", "quote-inline"},
}
_SCHEMES = {"http", "https", "mailto"}
LONGEST = 200_000
_MOST_TAGS = 6000
_EMPHASIS = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/][^>]*(?:>|\Z)", re.IGNORECASE
)

_URL = re.compile(r"https?://[^\s<>\"'）」』】、。]+", re.IGNORECASE)
_MENTION = re.compile(
    r"(?<![\w/@])@([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)@"
    r"([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?)"
)
_HASHTAG = re.compile(r"(?<![\w/&＆])[#＃](\w*[^\W\d]\w*)")
_TOKEN = re.compile(f"{_URL.pattern}|{_MENTION.pattern}|{_HASHTAG.pattern}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'\"…"


_EMOJI = regex.compile(r"(?=\X\Z)[\p{Extended_Pictographic}\p{Regional_Indicator}].*", regex.DOTALL)
_LONGEST_EMOJI = 40


def is_emoji(text: str) -> bool:
    """Whether a text is one emoji, with whatever belongs to it."""
    return len(text) <= _LONGEST_EMOJI and _EMOJI.match(text) is not None


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody whom a text names, after they were found."""

    uri: str
    url: str
    handle: str


def clean(markup: str) -> str:
    """Markup of another server, fit to be shown: no scripts, styles, frames, images or forms."""
    return nh3.clean(
        _tame(markup[:LONGEST]),
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "template", "noscript"},
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer ugc",
        url_relative="deny",
    )


def _tame(markup: str) -> str:
    """Markup that is parsed in time by its length, whatever its author had in mind.

    Parsers repeat open emphasis in every paragraph unless it is written alike, so that it
    loses its attributes here; and what has more tags than any text is taken for plain text.
    """
    if markup.count("<") > _MOST_TAGS:
        return html.escape(re.sub(r"<[^<>]*>", "", markup))
    return _EMPHASIS.sub(r"<\1>", markup)


def plain(value: str, *, longest: int = 500) -> str:
    """A name or title: one line of text without markup and control characters."""
    value = value[: 20 * longest]
    text = to_text(value) if "<" in value else html.unescape(value)
    visible = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t ")
    return " ".join(visible.split())[:longest]


class _Text(HTMLParser):
    """Collects the text of sanitised markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n・")
        elif tag in {"rt", "rp"}:
            self._hidden += 1
        del attrs

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "blockquote", "pre", "ul", "ol"} or re.fullmatch(r"h[1-6]", tag):
            self.parts.append("\n\n")
        elif tag in {"rt", "rp"}:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if self._hidden <= 0:
            self.parts.append(data)


def to_text(markup: str) -> str:
    """Markup as plain text, paragraphs apart by an empty line."""
    return words_of(clean(markup))


def words_of(cleaned: str) -> str:
    """`to_text` of what was sanitised already."""
    reader = _Text()
    reader.feed(cleaned)
    reader.close()
    text = "\n".join(line.strip(" \t") for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def hashtags(text: str) -> list[str]:
    """The hashtags of a text, without the sign, each once."""
    found: dict[str, str] = {}
    for match in _HASHTAG.finditer(_URL.sub(" ", text)):
        found.setdefault(match[1].casefold(), match[1])
    return list(found.values())


def mentions(text: str) -> list[tuple[str, str]]:
    """The people that a text names as @user@host, each once."""
    free = _URL.sub(" ", text)
    return list(dict.fromkeys((name, host.lower()) for name, host in _MENTION.findall(free)))


def _nowhere(_name: str) -> str:
    return ""


def to_html(
    text: str,
    *,
    people: Mapping[tuple[str, str], Mentioned] | None = None,
    tag_url: Callable[[str], str] = _nowhere,
) -> str:
    """What somebody typed as HTML: paragraphs, lines, links, mentions and hashtags."""
    known = people or {}
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    return "".join(f"<p>{_inline(part, known, tag_url)}</p>" for part in paragraphs if part.strip())


def _inline(
    text: str, people: Mapping[tuple[str, str], Mentioned], tag_url: Callable[[str], str]
) -> str:
    parts: list[str] = []
    at = 0
    for match in _TOKEN.finditer(text):
        parts.append(_escaped(text[at : match.start()]))
        found = match[0]
        if found.lower().startswith(("http://", "https://")):
            parts.append(_link(found))
        elif found.startswith("@"):
            parts.append(_mention(match, people))
        else:
            parts.append(_tag(found, tag_url))
        at = match.end()
    parts.append(_escaped(text[at:]))
    return "".join(parts)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _link(found: str) -> str:
    address = found.rstrip(_TRAILING)
    shown = html.escape(re.sub(r"^https?://", "", address, flags=re.IGNORECASE), quote=False)
    link = f'<a href="{html.escape(address)}" rel="nofollow noopener noreferrer">{shown}</a>'
    return link + _escaped(found[len(address) :])


def _mention(match: re.Match[str], people: Mapping[tuple[str, str], Mentioned]) -> str:
    person = people.get((match[1], match[2].lower()))
    if person is None:
        return _escaped(match[0])
    name = html.escape(match[1], quote=False)
    return (
        f'<span class="h-card"><a href="{html.escape(person.url or person.uri)}"'
        f' class="u-url mention">@<span>{name}</span></a></span>'
    )


def _tag(found: str, tag_url: Callable[[str], str]) -> str:
    name = html.escape(found[1:], quote=False)
    address = tag_url(found[1:])
    if not address:
        return _escaped(found)
    target = html.escape(address)
    return f'<a href="{target}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'
