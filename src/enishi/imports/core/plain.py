"""HTML of posts as plain text."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"</(?:p|div|li|h\d)>\s*(?=<)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def plain_text(markup: str) -> str:
    """What a reader sees: paragraphs parted by an empty line, no tags, no entities."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    text = _BREAK.sub("\n", markup)
    text = _PARAGRAPH.sub("\n\n", text)
    return html.unescape(_TAG.sub("", text)).strip()
