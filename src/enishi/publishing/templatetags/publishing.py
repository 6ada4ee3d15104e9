"""How posts look."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enishi.kernel import clock
from enishi.publishing import board
from enishi.publishing.core import focal, grid
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.values import DeliveryView

register = template.Library()

_SPECIAL = re.compile(
    r"(https?://[^\s<>\"']+|(?<![\w@])@[\w.\-]+(?:@[\w.\-]+)?|(?<!\w)[#＃]\w+)", re.UNICODE
)


@register.filter
def focus_class(focus: tuple[float, float] | None) -> str:
    """The class that keeps a point of a cropped picture in sight; five steps each way."""
    return focal.class_of(focus)


@register.filter
def unlocalized(number: float) -> str:
    """A number as fields of forms want it, in every language."""
    return str(number)


SOON, SLOWLY = 3, 30
"""Seconds between two looks of an open page at a delivery that moves."""
_SETTLING = timedelta(seconds=60)


@register.filter
def refresh_seconds(delivery: DeliveryView) -> int:
    """How often a page asks again by itself; 0 when nothing moves, so that typing is safe."""
    if delivery.state in {DeliveryState.SCHEDULED, DeliveryState.PUBLISHING}:
        return SOON if board.is_near(delivery.due_at) else SLOWLY
    if delivery.state is DeliveryState.UNKNOWN and not delivery.candidates:
        ended = [item.ended_at for item in delivery.attempts if item.ended_at]
        return SOON if ended and clock.now() - max(ended) < _SETTLING else 0
    return 0


@register.simple_tag
def countdown(moment: datetime) -> SafeString:
    """How long until then, as a sentence's end: "in 4 min 10 s"; what is due says "now"."""
    left = round((moment - clock.now()).total_seconds())
    local = timezone.localtime(moment)
    return format_html(
        '<time class="countdown" datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        date_format(local, "Y-m-d H:i:s"),
        _how_long(left),
    )


def _how_long(seconds: int) -> str:
    """Two units are enough for people."""
    if seconds <= 0:
        return _("now")
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    values = {"days": days, "hours": hours, "minutes": minutes, "seconds": left}
    if days:
        return _("in %(days)s d %(hours)s h") % values
    if hours:
        return _("in %(hours)s h %(minutes)s min") % values
    if minutes:
        return _("in %(minutes)s min %(seconds)s s") % values
    return _("in %(seconds)s s") % values


@register.filter
def took(seconds: float | None) -> str:
    """How long an attempt took."""
    if seconds is None:
        return ""
    shown = f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"  # noqa: PLR2004 - digits
    return _("%(seconds)s s") % {"seconds": shown}


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
