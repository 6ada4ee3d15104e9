"""How long a text is on the hub, and how much of everything fits. Pure."""

from __future__ import annotations

import regex

TEXT_MAX = 100_000
MEDIA_MAX = 16
MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}) | {
    "video/mp4",
    "video/webm",
}
POLL_MIN, POLL_MAX = 2, 8
SEATS_MAX = 100_000
_GRAPHEME = regex.compile(r"\X")


def length(text: str) -> int:
    """Letters as people count them: an emoji with its modifiers is one."""
    return len(_GRAPHEME.findall(text))
