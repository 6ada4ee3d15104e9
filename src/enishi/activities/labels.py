"""The words of the log: what each type of activity is called, and the names of channels."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enishi.activities.events import Direction
from enishi.vocab import terms

Label = str | Promise

TYPES: Mapping[str, Label] = MappingProxyType(
    {
        "Create": pgettext_lazy("activity", "Wrote"),
        "Update": pgettext_lazy("activity", "Edited"),
        "Delete": pgettext_lazy("activity", "Deleted"),
        "Like": pgettext_lazy("activity", "Liked"),
        "Announce": pgettext_lazy("activity", "Reshared"),
        "Follow": pgettext_lazy("activity", "Followed"),
        "Undo": pgettext_lazy("activity", "Took back"),
        "Add": pgettext_lazy("activity", "Scheduled or added"),
        "Move": pgettext_lazy("activity", "Moved"),
        "Remove": pgettext_lazy("activity", "Cancelled or removed"),
        "Reject": pgettext_lazy("activity", "Failed"),
        "Flag": pgettext_lazy("activity", "Needs a person"),
        "Read": pgettext_lazy("activity", "Read"),
        "Offer": pgettext_lazy("activity", "Assigned"),
        "Accept": pgettext_lazy("activity", "Accepted"),
        "Join": pgettext_lazy("activity", "Joined"),
        "Leave": pgettext_lazy("activity", "Left"),
        "View": pgettext_lazy("activity", "Viewed"),
        "Listen": pgettext_lazy("activity", "Listened"),
        terms.SEARCH: pgettext_lazy("activity", "Searched"),
        terms.BUY: pgettext_lazy("activity", "Bought"),
        terms.LEAD: pgettext_lazy("activity", "Registered"),
        terms.CLICK: pgettext_lazy("activity", "Clicked"),
        terms.REVIEW: pgettext_lazy("activity", "Reviewed"),
        terms.SAVE: pgettext_lazy("activity", "Saved"),
    }
)

ICONS: Mapping[str, str] = MappingProxyType(
    {
        "Create": "message",
        "Update": "edit",
        "Delete": "trash",
        "Like": "heart",
        "Announce": "repeat",
        "Follow": "user-plus",
        "Undo": "arrow-back-up",
        "Add": "calendar-plus",
        "Move": "calendar-time",
        "Remove": "ban",
        "Reject": "alert-triangle",
        "Flag": "help-circle",
        "Read": "eye",
        terms.SEARCH: "search",
        terms.BUY: "shopping-cart",
        terms.LEAD: "file-text",
        terms.CLICK: "pointer",
    }
)

DIRECTIONS: Mapping[Direction, Label] = MappingProxyType(
    {
        Direction.INBOUND: _("Others to us"),
        Direction.OUTBOUND: _("We on networks"),
        Direction.INTERNAL: _("In the house"),
    }
)

_OTHER_ICON = "activity"


def type_label(type_: str) -> Label:
    """What a type of activity is called; unknown ones keep their own word."""
    return TYPES.get(type_, type_.rpartition(":")[2])


def type_icon(type_: str) -> str:
    """The icon of a type."""
    return ICONS.get(type_, _OTHER_ICON)


def channel_names(workspace_id: UUID) -> dict[UUID, str]:
    """The names of a workspace's channels.

    The log stands below channels and does not import them: it only asks the database.
    """
    channels = apps.get_model("channels", "Channel")
    rows = channels.objects.filter(workspace_id=workspace_id).order_by("name")
    return dict(rows.values_list("id", "name"))
