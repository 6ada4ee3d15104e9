"""KPI values for pages: computed once for each state of the log."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache as cache_forever
from hashlib import sha256
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from enishi.activities import queries as log
from enishi.analytics.kpi import KPIS, Kpi, Point, Reading, Rows, Scope, Window
from enishi.analytics.lake import Lake
from enishi.analytics.metrics.definition import Grain
from enishi.kernel import clock
from enishi.kernel.errors import NotFoundError
from enishi.strategy.core.smart import best_per_day, best_sum_per_day
from enishi.strategy.inputs import Measure

T = TypeVar("T")
_KEPT = 24 * 3600
_HISTORY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose numbers: a workspace, its zone, and the state of its log."""

    workspace_id: UUID
    zone: str
    revision: str

    @classmethod
    def of(cls, workspace_id: UUID, zone: str) -> Place:
        return cls(workspace_id, zone, log.revision(workspace_id))

    @property
    def today(self) -> date:
        return today_in(self.zone)


def today_in(zone: str) -> date:
    """The day that it is in a zone."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def day_in(zone: str, moment: datetime) -> date:
    """The day of a moment in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def kpi_of(key: str) -> Kpi:
    """The KPI with this key."""
    try:
        return KPIS[key]
    except KeyError as error:
        raise NotFoundError(_("There is no KPI “%(key)s”.") % {"key": key}, field="kpi") from error


def value(place: Place, key: str, channels: Sequence[UUID], window: Window) -> Reading:
    """What a KPI reads over a window."""
    kpi = kpi_of(key)
    return once(
        place,
        ("value", key, channels, window),
        lambda: _with_lake(place, lambda lake, scope: kpi.value(lake, scope, window), channels),
    )


def series(place: Place, key: str, channels: Sequence[UUID], window: Window) -> list[Point]:
    """A KPI day by day."""
    kpi = kpi_of(key)
    return once(
        place,
        ("series", key, channels, window),
        lambda: _with_lake(place, lambda lake, scope: kpi.series(lake, scope, window), channels),
    )


def rows(
    place: Place,
    key: str,
    channels: Sequence[UUID],
    window: Window,
    *,
    limit: int,
    before: str = "",
) -> Rows:
    """The rows behind a value, newest first."""
    kpi = kpi_of(key)
    return _with_lake(
        place,
        lambda lake, scope: kpi.rows(lake, scope, window, limit=limit, before=before),
        channels,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value, or day by day, that somebody is about to ask for."""

    key: str
    channels: Sequence[UUID]
    window: Window
    by_day: bool = False


def ahead(place: Place, wanted: Iterable[Wanted]) -> None:
    """Compute what will be asked for, several at once; asking then finds it remembered."""
    lake = log.lake_at(place.workspace_id, place.revision)
    lake.remembers = True

    def compute(one: Wanted) -> None:
        kpi, scope = kpi_of(one.key), Scope(place.workspace_id, tuple(one.channels) or None)
        if one.by_day:
            what: tuple[object, ...] = ("series", one.key, one.channels, one.window)
            once(place, what, lambda: kpi.series(lake, scope, one.window))
        else:
            what = ("value", one.key, one.channels, one.window)
            once(place, what, lambda: kpi.value(lake, scope, one.window))

    list(_threads().map(compute, dict.fromkeys(wanted)))


@cache_forever
def _threads() -> ThreadPoolExecutor:
    """As many as there are processors: DuckDB works on small questions with one each."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="readings")


def _with_lake(place: Place, compute: Callable[[Lake, Scope], T], channels: Sequence[UUID]) -> T:
    lake = log.lake_at(place.workspace_id, place.revision)
    lake.remembers = True  # many KPIs are quotients of others
    return compute(lake, Scope(place.workspace_id, tuple(channels) or None))


def once(place: Place, what: tuple[object, ...], compute: Callable[[], T]) -> T:
    """The remembered answer to `what`, as long as the log is what it was.

    While the log keeps growing, an answer also serves for `KPI_FRESH_SECONDS`: otherwise
    every like that comes in would have every page count anew.
    """
    named = repr((place.workspace_id, place.zone, what)).encode()
    key = f"kpi:{sha256(named).hexdigest()}"
    found: tuple[str, float, T] | None = cache.get(key)
    now = time.monotonic()
    if found is not None:
        revision, counted_at, answer = found
        if revision == place.revision or now - counted_at < settings.KPI_FRESH_SECONDS:
            return answer
    answer = compute()
    cache.set(key, (place.revision, now, answer), _KEPT)
    return answer


# --- objectives ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """An objective's KPI: the value to pace, and the reading that shows its working."""

    value: float | None
    reading: Reading | None
    window: Window | None


NOT_MEASURED = Measured(None, None, None)


def measured(place: Place, measure: Measure) -> Measured:
    """Where an objective stands today.

    A level (followers) is read as it is. Of what is counted (leads), the count since the
    first day is added to the baseline. A rate is that of the days since the first.
    """
    window = objective_window(place, measure)
    if not measure.metric or measure.metric not in KPIS or window is None:
        return NOT_MEASURED
    found = value(place, measure.metric, measure.channel_ids, window)
    return Measured(_standing(measure, found.value), found, window)


def _standing(measure: Measure, counted: float | None) -> float | None:
    if counted is None or grain_of(measure.metric) is not Grain.FLOW:
        return counted
    return (measure.baseline or 0.0) + counted


def grain_of(metric: str) -> Grain:
    """Whether a KPI is a level, a count or a rate."""
    return kpi_of(metric).definition.grain


def objective_window(place: Place, measure: Measure) -> Window | None:
    """The days that an objective has behind it; None for a count that has not begun."""
    today = place.today
    if measure.start is not None and measure.start > today:
        flows = measure.metric in KPIS and grain_of(measure.metric) is not Grain.LEVEL
        return None if flows else Window(today, today, place.zone)
    first = measure.start or today
    last = min(today, measure.end) if measure.end else today
    return Window(first, max(first, last), place.zone)


def observed(place: Place, measure: Measure) -> dict[date, float]:
    """An objective's value on each day behind it that was observed."""
    window = objective_window(place, measure)
    if not measure.metric or measure.metric not in KPIS or window is None:
        return {}
    points = series(place, measure.metric, measure.channel_ids, window)
    if grain_of(measure.metric) is Grain.FLOW:
        return _added_up(points, measure.baseline or 0.0)
    return {point.day: point.value for point in points if point.value is not None}


def _added_up(points: Sequence[Point], baseline: float) -> dict[date, float]:
    found, total = {}, baseline
    for point in points:
        if point.value is not None:
            total += point.value
            found[point.day] = total
    return found


def best_rate(place: Place, measure: Measure) -> float | None:
    """The best change per day in the year before the objective; None without history."""
    plan = measure.plan()
    if plan is None or measure.metric not in KPIS:
        return None
    last = min(place.today, plan.start)
    window = Window(last - _HISTORY, last, place.zone)
    points = [
        (point.day, point.value)
        for point in series(place, measure.metric, measure.channel_ids, window)
    ]
    match grain_of(measure.metric):
        case Grain.LEVEL:
            return best_per_day(points, plan.days, falls=plan.change < 0)
        case Grain.FLOW:
            return best_sum_per_day(_from_first(points), plan.days)
        case _:
            return None


def _from_first(points: list[tuple[date, float | None]]) -> list[tuple[date, float | None]]:
    """Without the days before anything was observed."""
    begun = next((i for i, (_, found) in enumerate(points) if found is not None), len(points))
    return points[begun:]
