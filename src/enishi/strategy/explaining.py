"""Numbers that explain themselves: readings of KPIs, and what is behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.analytics.kpi import KPIS, Window
from enishi.analytics.metrics.definition import Pack
from enishi.channels.models import Channel
from enishi.kernel.errors import InvalidInputError
from enishi.strategy import readings
from enishi.strategy.core.functions import functions_of
from enishi.strategy.pictures import series_chart
from enishi.strategy.queries import place_of, visible
from enishi.strategy.readings import Place
from enishi.strategy.values import Explanation, KpiRow

DAYS = 28
_LONGEST = 1100
_ROWS = 50
_MAX_ROWS = 200


def kpis(
    actor: Actor,
    *,
    first: date | None = None,
    last: date | None = None,
    channel_ids: Sequence[UUID] = (),
    pack: Pack | None = None,
) -> tuple[Window, Sequence[KpiRow]]:
    """The KPIs of a pack, or all, over a window: the last four weeks unless told otherwise."""
    actor.require(Permission.STRATEGY_VIEW)
    place = place_of(actor)
    window = window_of(place, first, last)
    _channel_names(actor, channel_ids)
    return window, [
        KpiRow(kpi.definition, readings.value(place, key, channel_ids, window))
        for key, kpi in KPIS.items()
        if (pack is None or kpi.definition.pack is pack) and actor.serves(functions_of(key))
    ]


def explain(
    actor: Actor,
    key: str,
    *,
    first: date | None = None,
    last: date | None = None,
    channel_ids: Sequence[UUID] = (),
    before: str = "",
    limit: int = _ROWS,
) -> Explanation:
    """A KPI's formula, its figures, where they come from, and the rows themselves."""
    actor.require(Permission.STRATEGY_VIEW)
    kpi, place = readings.kpi_of(key), place_of(actor)
    visible.require_kpi(actor, key)
    window = window_of(place, first, last)
    names = _channel_names(actor, channel_ids)
    size = max(1, min(limit, _MAX_ROWS))
    found = readings.rows(place, key, channel_ids, window, limit=size + 1, before=before)
    points = readings.series(place, key, channel_ids, window)
    shown = list(found.activities[:size])
    return Explanation(
        definition=kpi.definition,
        reading=readings.value(place, key, channel_ids, window),
        first=window.first,
        last=window.last,
        zone=window.zone,
        channels=names,
        activities=shown,
        observations=[] if before else list(found.observations[:size]),
        next_before=str(shown[-1]["id"]) if len(found.activities) > size else "",
        chart=series_chart(key, points),
        table=[(point.day, point.value) for point in points],
    )


def window_of(place: Place, first: date | None, last: date | None) -> Window:
    """The days that are asked for; they end today at the latest."""
    until = min(last or place.today, place.today)
    begin = first or until - timedelta(days=DAYS - 1)
    if begin > until:
        raise InvalidInputError(
            _("This window has not begun, or ends before it starts."),
            field="first",
            remedy=_("Choose a first day up to %(day)s.") % {"day": until.isoformat()},
        )
    if (until - begin).days > _LONGEST:
        raise InvalidInputError(_("Choose three years at most."), field="first")
    return Window(begin, until, place.zone)


def _channel_names(actor: Actor, channel_ids: Sequence[UUID]) -> list[str]:
    """The names of the channels in scope: all of them when none is chosen."""
    rows = Channel.objects.filter(workspace_id=actor.workspace_id)
    if channel_ids:
        rows = rows.filter(id__in=channel_ids)
    found = [str(channel) for channel in rows.order_by("name", "id")]
    if channel_ids and len(found) != len(set(channel_ids)):
        raise InvalidInputError(_("There is no such channel."), field="channel")
    return found
