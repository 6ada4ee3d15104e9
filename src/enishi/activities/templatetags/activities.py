"""How templates speak of activities."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django import template

from enishi.activities import labels
from enishi.activities.events import Direction
from enishi.activities.explorer import LogRow

register = template.Library()


@register.filter
def type_label(type_: str) -> object:
    """A type of activity in the reader's words."""
    return labels.type_label(type_)


@register.filter
def type_icon(type_: str) -> str:
    """The icon of a type of activity."""
    return labels.type_icon(type_)


@register.filter
def direction_label(direction: str) -> object:
    """A direction in the reader's words."""
    return labels.DIRECTIONS[Direction(direction)]


@register.filter
def channel_of(channels: Mapping[UUID, str], row: LogRow) -> str:
    """The name of the row's channel, if it still exists."""
    return channels.get(row.channel_id, "") if row.channel_id else ""
