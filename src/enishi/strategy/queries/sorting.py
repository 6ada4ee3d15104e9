"""How the plan is sorted: pillars, purposes, and the KPIs that its objectives watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Subquery, Value

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Permission
from enishi.analytics.kpi import Window
from enishi.kernel import clock
from enishi.strategy import readings
from enishi.strategy.core.kinds import pack_of
from enishi.strategy.core.mix import shares
from enishi.strategy.core.nodes import Status
from enishi.strategy.models import (
    PILLARS,
    PURPOSES,
    DeletedNode,
    Goal,
    Objective,
    PillarReason,
    PlanSettings,
    TemplateUse,
)
from enishi.strategy.queries import visible
from enishi.strategy.queries.plan import place_of
from enishi.strategy.queries.resources import limits_of
from enishi.strategy.queries.versions import lately_deleted
from enishi.strategy.values import KpiRow

_WINDOW_DAYS = 28


@dataclass(frozen=True, slots=True)
class PillarRow:
    """A pillar and whether it is used. `reason` says why not; it is never a performance of 0."""

    key: str
    label: object
    goals: int
    objectives: int
    reason: str

    @property
    def is_chosen(self) -> bool:
        return self.objectives > 0


def pillars(actor: Actor) -> Sequence[PillarRow]:
    """The three reasons to use social media, used or not (R023)."""
    actor.require(Permission.STRATEGY_VIEW)
    dropped = Status.DROPPED.value
    goals = Goal.objects.filter(workspace_id=actor.workspace_id).exclude(status=dropped)
    live = Q(strategies__objectives__isnull=False)
    live &= ~Q(strategies__status=dropped) & ~Q(strategies__objectives__status=dropped)
    counted = (
        goals.order_by()
        .values("pillar")
        .annotate(
            goals=Count("pk", distinct=True),
            objectives=Count("strategies__objectives", filter=live, distinct=True),
        )
    )
    reasons = PillarReason.objects.filter(workspace_id=actor.workspace_id)
    none = Value(0)
    rows = counted.values_list("pillar", "goals", "objectives", Value("")).union(
        reasons.values_list("pillar", none, none, "reason"), all=True
    )
    found: dict[str, tuple[int, int, str]] = {}
    for pillar, of_goals, of_objectives, reason in rows:
        known = found.get(pillar, (0, 0, ""))
        found[pillar] = known[0] + of_goals, known[1] + of_objectives, known[2] or reason
    return [PillarRow(key, label, *found.get(key, (0, 0, ""))) for key, label in PILLARS]


def _live(actor: Actor) -> QuerySet[Objective]:
    """Objectives that nobody dropped, on no level above them either."""
    dropped = Status.DROPPED.value
    rows = Objective.objects.filter(workspace_id=actor.workspace_id).exclude(status=dropped)
    return rows.exclude(strategy__status=dropped).exclude(strategy__goal__status=dropped)


@dataclass(frozen=True, slots=True)
class PurposeRow:
    key: str
    label: object
    count: int
    share: int
    """In whole per cent of the tagged objectives; all shares add up to 100."""


@dataclass(frozen=True, slots=True)
class PurposeMix:
    rows: Sequence[PurposeRow]
    untagged: int


def purposes(actor: Actor) -> PurposeMix:
    """What the objectives are for (R043); those without a purpose are counted apart."""
    actor.require(Permission.STRATEGY_VIEW)
    found = Counter(_live(actor).values_list("purpose", flat=True))
    counts = {key: found[key] for key, _label in PURPOSES}
    parts = shares(counts)
    rows = [PurposeRow(key, label, counts[key], parts[key]) for key, label in PURPOSES]
    return PurposeMix(rows, found[""])


@dataclass(frozen=True, slots=True)
class PackRow:
    """A KPI that an objective watches."""

    row: KpiRow
    no_data_since: date | None
    """The last day with data, when that is more than seven days ago."""
    is_silent: bool
    """Nothing came in for seven days, or ever."""


def pack(actor: Actor, objective_id: UUID) -> Sequence[PackRow]:
    """The KPIs of an objective's pack over its time, or the last 28 days (R022)."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Objective.objects.filter(workspace_id=actor.workspace_id, id=objective_id)
    found = rows.filter(visible.objectives(actor)).prefetch_related("channels").first()
    if found is None:
        return []
    place = place_of(actor)
    channel_ids = [channel.id for channel in found.channels.all()]
    keys = visible.kpis(actor, found.kpis)
    return kpi_rows(place, keys, channel_ids, window_of(place, found.start, found.end))


def window_of(place: readings.Place, start: date | None, end: date | None) -> Window:
    """An objective's days up to today; the last 28 days without dates."""
    last = min(end, place.today) if end else place.today
    first = start if start and start <= last else last - timedelta(days=_WINDOW_DAYS - 1)
    return Window(first, last, place.zone)


def kpi_rows(
    place: readings.Place, keys: Sequence[str], channel_ids: Sequence[UUID], window: Window
) -> list[PackRow]:
    """KPIs over a window, each with whether its data stopped (R027)."""
    stale_days = limits_of(place.workspace_id).stale_days if keys else 0.0
    return [_pack_row(place, key, channel_ids, window, stale_days) for key in keys]


def _pack_row(
    place: readings.Place,
    key: str,
    channel_ids: Sequence[UUID],
    window: Window,
    stale_days: float,
) -> PackRow:
    reading = readings.value(place, key, channel_ids, window)
    row = KpiRow(readings.kpi_of(key).definition, reading)
    if reading.as_of is None:
        since = _last_seen(place, key, channel_ids, window)
        return PackRow(row, since, is_silent=True)
    seen = readings.day_in(place.zone, reading.as_of)
    silent = window.last - seen > timedelta(days=stale_days)
    return PackRow(row, seen if silent else None, is_silent=silent)


def _last_seen(
    place: readings.Place, key: str, channel_ids: Sequence[UUID], window: Window
) -> date | None:
    """When there was data before the window, if ever within a year."""
    year = Window(window.last - timedelta(days=365), window.last, place.zone)
    reading = readings.value(place, key, channel_ids, year)
    return None if reading.as_of is None else readings.day_in(place.zone, reading.as_of)


def offered(kind: str) -> tuple[str, ...]:
    """The KPIs that a type of objective is offered."""
    return pack_of(kind)


@dataclass(frozen=True, slots=True)
class Lately:
    """What can be undone, for a page that shows no more than that."""

    id: UUID
    title: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the outline shows beside the plan."""

    currency: str
    last_use: Lately | None
    last_deleted: Lately | None


def beside(actor: Actor) -> Beside:
    """The currency and what was done last, by one statement."""
    actor.require(Permission.STRATEGY_VIEW)
    used = _fresh_starters(actor).values("pk")[:1]
    deleted = lately_deleted(actor) if not actor.functions else DeletedNode.objects.none()
    row = (
        Workspace.objects.filter(pk=actor.workspace_id)
        .values_list(
            "plan_settings__currency",
            Subquery(used),
            Subquery(deleted.values("pk")[:1]),
            Subquery(deleted.values("title")[:1]),
        )
        .get()
    )
    currency, use_id, deleted_id, title = row
    return Beside(
        currency or PlanSettings().currency,
        Lately(use_id) if use_id else None,
        Lately(deleted_id, title) if deleted_id else None,
    )


def fresh_starter(actor: Actor) -> TemplateUse | None:
    """The template that the actor used within the last hour, to undo it."""
    return _fresh_starters(actor).first()


def _fresh_starters(actor: Actor) -> QuerySet[TemplateUse]:
    rows = TemplateUse.objects.filter(workspace_id=actor.workspace_id, by_id=actor.user_id)
    return rows.filter(at__gte=clock.now() - timedelta(hours=1)).order_by("-at")
