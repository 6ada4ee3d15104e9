"""What the hub's templates need: sanitised text, JSON-LD, addresses of media."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from enishi.hub.models import Comment, HubObject
from enishi.hub.protocol import texts
from enishi.hub.site import describing
from enishi.publishing.core import focal
from enishi.vocab.times import read_datetime

register = template.Library()

_UUID = re.compile(r"[0-9a-f-]{36}")
_HEADING = re.compile(r"(</?h)([1-5])(?=[\s>])")


@register.filter
def sanitised(markup: str) -> SafeString:
    """Markup as it may be shown, cleaned again although it was cleaned when it was stored."""
    return mark_safe(texts.clean(markup))  # noqa: S308 - nh3 made it


@register.filter
def article(markup: str) -> SafeString:
    """The same with headings one level lower: the page has its own first one."""
    lowered = _HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", texts.clean(markup))
    return mark_safe(lowered)  # noqa: S308 - nh3 made it


@register.filter
def json_ld(data: str) -> SafeString:
    """schema.org for crawlers: data, no script; its angle brackets are escaped."""
    if not data:
        return mark_safe("")
    return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308


@register.filter
def teaser(post: HubObject) -> str:
    """The first words of an article."""
    return describing.teaser(post)


@register.filter
def focus_class(focus: Sequence[float]) -> str:
    """The class that keeps a point of a cropped picture in sight."""
    return focal.class_of(focus)


@register.filter
def percent(ratio: float) -> str:
    """A part of a whole, with one decimal where it tells something."""
    return f"{number_format(round(ratio * 100, 1))}%".replace(".0%", "%")


@register.filter
def initial(name: str) -> str:
    """Stands in for a picture that is missing."""
    return name.strip()[:1].upper() or "・"


@register.filter
def moment(text: str) -> str:
    """A stored moment in the time zone and manner of the page."""
    found = read_datetime(str(text))
    if found is None:
        return ""
    shape = "Y年n月j日（D） H:i" if get_language() == "ja" else "l, j F Y, H:i"
    return date_format(timezone.localtime(found), shape)


@register.inclusion_tag("hub/keep/_decide.html", takes_context=True)
def comment_decision(context: template.Context, message: Any, conversation_id: Any) -> Any:
    """The buttons below a visitor's comment in the inbox."""
    named = message.url.rpartition("#c-")[2]
    found = Comment.objects.filter(id=named).first() if _UUID.fullmatch(named) else None
    return {
        "comment": found or Comment(state="shown"),
        "conversation_id": conversation_id,
        "workspace": context["workspace"],
        "actor": context["actor"] if found else None,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.filter
def period(data: Mapping[str, Any]) -> str:
    """From when to when; the day is said once when it is the same."""
    begun, ended = moment(str(data.get("start") or "")), moment(str(data.get("end") or ""))
    if not ended:
        return begun
    day, _space, time = ended.rpartition(" ")
    return f"{begun}–{time}" if begun.startswith(day) else f"{begun} – {ended}"
