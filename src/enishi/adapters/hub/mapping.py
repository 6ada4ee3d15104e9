"""How long a text is on the hub, and what cannot be published there. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import regex
from django.utils.translation import gettext_lazy as _

from enishi.channels.contract import Outgoing, Problem

TEXT_MAX = 100_000
MEDIA_MAX = 16
MEDIA_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/webm"}
)
_GRAPHEME = regex.compile(r"\X")
_POLL_MIN = 2
_POLL_MAX = 8


def length(text: str) -> int:
    """Letters as people count them: an emoji with its modifiers is one."""
    return len(_GRAPHEME.findall(text))


def problems(outgoing: Outgoing) -> Sequence[Problem]:
    """What the hub would refuse."""
    found: list[Problem] = []
    if not outgoing.text.strip() and not outgoing.attachments:
        found.append(Problem("text", _("There is nothing to post yet.")))
    if any(length(text) > TEXT_MAX for text in (outgoing.text, *outgoing.thread)):
        found.append(Problem("text", _("The text is longer than 100,000 characters.")))
    if len(outgoing.attachments) > MEDIA_MAX:
        found.append(Problem("attachments", _("At most 16 files fit into a post.")))
    if any(one.media_type not in MEDIA_TYPES for one in outgoing.attachments):
        found.append(Problem("attachments", _("This kind of file cannot be published.")))
    choices = {line.strip() for line in str(outgoing.options.get("poll", "")).splitlines()} - {""}
    if choices and not _POLL_MIN <= len(choices) <= _POLL_MAX:
        found.append(Problem("poll", _("A poll has two to eight different choices.")))
    return found
