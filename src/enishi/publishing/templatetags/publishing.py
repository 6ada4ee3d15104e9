"""How posts look."""

from __future__ import annotations

import re

from django import template
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from enishi.publishing.core import grid

register = template.Library()

_SPECIAL = re.compile(
    r"(https?://[^\s<>\"']+|(?<![\w@])@[\w.\-]+(?:@[\w.\-]+)?|(?<!\w)[#＃]\w+)", re.UNICODE
)


@register.filter
def network_text(text: str) -> SafeString:
    """A text with its links, mentions and tags set off, as networks show them."""
    parts = _SPECIAL.split(text)
    shown = [
        f'<span class="in-link">{escape(part)}</span>' if index % 2 else escape(part)
        for index, part in enumerate(parts)
    ]
    return mark_safe("".join(shown))  # noqa: S308 - every part was escaped


@register.simple_tag
def window_title(window: grid.Window) -> str:
    """What a calendar shows, as a heading."""
    ja = (get_language() or "").startswith("ja")
    if window.view is grid.View.MONTH:
        return date_format(window.anchor, "Y年n月" if ja else "F Y")
    first, last = window.dates[0], window.dates[-1]
    if window.view is grid.View.DAY:
        return date_format(first, "Y年n月j日 (D)" if ja else "l, j F Y")
    if ja:
        return f"{date_format(first, 'Y年n月j日')}〜{date_format(last, 'n月j日')}"
    start = date_format(first, "j" if first.month == last.month else "j F")
    return f"{start} – {date_format(last, 'j F Y')}"


@register.filter
def day_name(day: object) -> str:
    """A day in full, for headings and screen readers."""
    ja = (get_language() or "").startswith("ja")
    return date_format(day, "n月j日 (l)" if ja else "l, j F")  # type: ignore[arg-type]
