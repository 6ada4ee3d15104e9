"""What is asked of every lens: which days, which channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.analytics.kpi import Window
from enishi.channels.models import Channel
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.functions import Function
from enishi.strategy.core.thresholds import USUAL, Limits
from enishi.strategy.explaining import window_of
from enishi.strategy.queries import place_of
from enishi.strategy.queries.resources import limits_of
from enishi.strategy.readings import Place


@dataclass(frozen=True, slots=True)
class Asked:
    """Days and channels as a person gave them; without days the lens's own span counts."""

    first: date | None = None
    last: date | None = None
    channel_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """Days and channels that are looked at."""

    place: Place
    window: Window
    channel_ids: tuple[UUID, ...]
    channels: Sequence[Channel]
    """All channels of the workspace that are in scope."""
    limits: Limits = USUAL

    def name_of(self, channel_id: str) -> str:
        """A channel's name; an empty text for what belongs to none."""
        return next((str(one) for one in self.channels if str(one.id) == channel_id), "")


def look(actor: Actor, asked: Asked, *, days: int) -> View:
    """The view of what is asked; the last `days` unless days are given.

    Lenses look at everything at once: they are for the whole company and for its marketing.
    """
    actor.require(Permission.STRATEGY_VIEW)
    actor.require_function(Function.MARKETING)
    place = place_of(actor)
    until = min(asked.last or place.today, place.today)
    first = asked.first or until - timedelta(days=days - 1)
    window = window_of(place, first, asked.last)
    channels = _channels(actor, asked.channel_ids)
    return View(place, window, asked.channel_ids, channels, limits_of(actor.workspace_id))


def _channels(actor: Actor, channel_ids: Sequence[UUID]) -> list[Channel]:
    rows = Channel.objects.filter(workspace_id=actor.workspace_id).order_by("name", "id")
    found = list(rows.filter(id__in=channel_ids) if channel_ids else rows)
    if channel_ids and len(found) != len(set(channel_ids)):
        raise InvalidInputError(_("There is no such channel."), field="channel")
    return found
