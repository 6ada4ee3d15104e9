"""The component kit of the templates: assets, icons, navigation, states, times.

`{% load enishi %}` gives what frontend/README.md describes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import date as format_date
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enishi.accounts.permissions import Permission
from enishi.site import lookup

register = template.Library()

_FOLDER = Path(__file__).parents[1] / "static" / "enishi"


@cache
def _stored_manifest() -> dict[str, str]:
    path = _FOLDER / "manifest.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _manifest() -> dict[str, str]:
    if settings.DEBUG:
        _stored_manifest.cache_clear()
    return _stored_manifest()


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file: `{% asset "app.css" %}`."""
    return static(f"enishi/{_manifest().get(name, name)}")


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A Tabler icon from the sprite, hidden from screen readers: text stands beside it."""
    return _drawn(name, extra, asset("icons.svg") if settings.DEBUG else "")


@lru_cache(maxsize=1024)
def _drawn(name: str, extra: str, sprite: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        sprite or asset("icons.svg"),
        name,
    )


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place of the main navigation."""

    key: str
    label: object
    icon: str
    path: str
    permission: Permission
    hotkey: str


NAVIGATION = (
    NavItem("home", gettext_lazy("Today"), "sun", "", Permission.WORKSPACE_VIEW, "t"),
    NavItem(
        "calendar", gettext_lazy("Calendar"), "calendar", "calendar/", Permission.POSTS_VIEW, "c"
    ),
    NavItem("posts", gettext_lazy("Posts"), "file-text", "posts/", Permission.POSTS_VIEW, "p"),
    NavItem("inbox", gettext_lazy("Inbox"), "inbox", "inbox/", Permission.INBOX_VIEW, "i"),
    NavItem(
        "strategy", gettext_lazy("Strategy"), "target", "strategy/", Permission.STRATEGY_VIEW, "s"
    ),
    NavItem(
        "lenses", gettext_lazy("Lenses"), "telescope", "lenses/", Permission.STRATEGY_VIEW, "v"
    ),
    NavItem(
        "reports", gettext_lazy("Reports"), "chart-line", "reports/", Permission.STRATEGY_VIEW, "r"
    ),
    NavItem(
        "channels",
        gettext_lazy("Channels"),
        "broadcast",
        "channels/",
        Permission.CHANNELS_VIEW,
        "h",
    ),
    NavItem("hub", gettext_lazy("Hub"), "world-star", "hub/", Permission.CHANNELS_VIEW, "u"),
    NavItem("log", gettext_lazy("Log"), "list-details", "log/", Permission.LOG_VIEW, "l"),
    NavItem(
        "imports", gettext_lazy("Import"), "file-import", "imports/", Permission.IMPORTS_RUN, "m"
    ),
    NavItem(
        "settings",
        gettext_lazy("Settings"),
        "settings",
        "settings/",
        Permission.WORKSPACE_VIEW,
        ",",
    ),
)


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[dict[str, Any]]:
    """The places that the actor may see, each with its address and whether it is the current."""
    workspace, actor = context.get("workspace"), context.get("actor")
    if workspace is None or actor is None:
        return []
    base = f"/w/{workspace.slug}/"
    here = context["request"].path.removeprefix(base)
    return [
        {
            "key": item.key,
            "label": item.label,
            "icon": item.icon,
            "hotkey": item.hotkey,
            "url": base + item.path,
            "current": here.startswith(item.path) if item.path else not here,
        }
        for item in NAVIGATION
        if actor.can(item.permission)
    ]


@register.simple_tag(takes_context=True)
def may(context: template.Context, permission: str) -> bool:
    """Whether the actor has a permission: `{% may "posts.edit" as can_edit %}`."""
    actor = context.get("actor")
    return actor is not None and actor.can(Permission(permission))


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """`light`, `dark`, or nothing when the device decides."""
    request = context.get("request")
    chosen = request.COOKIES.get("enishi_theme", "") if request is not None else ""
    return chosen if chosen in {"light", "dark"} else ""


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state is shown: never by colour alone."""

    label: object
    icon: str
    tone: str


STATES = {
    "draft": StateLook(gettext_lazy("Draft"), "circle-dashed", "quiet"),
    "scheduled": StateLook(gettext_lazy("Scheduled"), "clock", "accent"),
    "publishing": StateLook(gettext_lazy("Publishing"), "send", "accent"),
    "published": StateLook(gettext_lazy("Published"), "circle-check", "good"),
    "unknown": StateLook(gettext_lazy("Outcome unknown"), "help-circle", "warn"),
    "failed": StateLook(gettext_lazy("Failed"), "alert-triangle", "bad"),
    "held": StateLook(gettext_lazy("Held"), "player-pause", "warn"),
    "missed": StateLook(gettext_lazy("Missed"), "hourglass", "warn"),
    "cancelled": StateLook(gettext_lazy("Cancelled"), "ban", "quiet"),
    "deleted": StateLook(gettext_lazy("Deleted"), "trash", "quiet"),
}
_UNNAMED = StateLook("", "circle-dashed", "quiet")


@register.filter
def state_label(state: str) -> object:
    """A state in the reader's words."""
    return STATES.get(str(state), _UNNAMED).label or state


@register.simple_tag
def state_chip(state: str) -> SafeString:
    """A delivery's state as colour, icon and word."""
    look = STATES.get(str(state), _UNNAMED)
    return format_html(
        '<span class="chip chip-{}">{}{}</span>', look.tone, icon(look.icon), look.label or state
    )


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """The icon of a state with its word for screen readers."""
    look = STATES.get(str(state), _UNNAMED)
    return format_html(
        '<span class="tone-{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        look.tone,
        look.label,
        icon(look.icon),
        look.label or state,
    )


@register.simple_tag
def network_icon(adapter_id: str) -> SafeString:
    """The icon that a network's manifest names."""
    return icon(lookup.network_icon(adapter_id), "icon-network")


@register.simple_tag
def when(moment: datetime | None, form: str = "SHORT") -> SafeString | str:
    """A time in the current zone as `<time>`; scripts make fresh ones relative."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    full = format_date(local, _long_format())
    if form == "FULL":
        return format_html('<time datetime="{}">{}</time>', local.isoformat(), full)
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        local.isoformat(),
        full,
        format_date(local, _short_format(local)),
    )


def _is_japanese() -> bool:
    return (translation.get_language() or "").startswith("ja")


def _long_format() -> str:
    return "Y年n月j日 (D) H:i" if _is_japanese() else "D j M Y, H:i"


def _short_format(local: datetime) -> str:
    this_year = local.year == timezone.localtime().year
    if _is_japanese():
        return "n月j日 H:i" if this_year else "Y年n月j日 H:i"
    return "j M, H:i" if this_year else "j M Y, H:i"


@register.filter
def initials(name: str) -> str:
    """One or two letters that stand for a picture."""
    words = str(name).split()
    if len(words) > 1 and words[0].isascii():
        return (words[0][:1] + words[1][:1]).upper()
    return str(name).strip()[:1].upper() or "?"


@register.filter
def hue(name: str) -> int:
    """One of eight tints, always the same for the same name."""
    return sum(str(name).encode()) % 8


@register.simple_tag
def script_messages() -> SafeString:
    """The sentences that scripts say, translated."""
    return json_script(
        {
            "confirm": _("Are you sure?"),
            "working": _("Working…"),
            "offline": _("The server did not answer. Check the connection and try again."),
            "failed": _("That did not work. Reload the page and try again."),
            "table": _("Show as table"),
            "chart": _("Show as chart"),
            "date": _("Date"),
            "remove": _("Remove"),
            "altText": _("Description for people who cannot see the picture"),
            "altMissing": _("Without a description"),
            "moved": _("Moved to {day}."),
            "close": _("Close"),
            "leave": _("Changes are not saved."),
        },
        "script-messages",
    )
