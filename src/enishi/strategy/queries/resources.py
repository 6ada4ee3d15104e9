"""What the plan needs, summed up the tree, against what there is (R026)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from enishi.accounts.permissions import Actor, Permission
from enishi.strategy.core.capacity import Load, Need, need_of, to_drop
from enishi.strategy.core.nodes import Status
from enishi.strategy.core.thresholds import Limits, limits
from enishi.strategy.models import PlanSettings, Resource, ResourceLine, Tactic
from enishi.strategy.queries import visible
from enishi.strategy.values import Choice

_NOTICED = 60
"""Seconds after which a process looks again."""
_RUNNING = (Status.PLANNED.value, Status.ACTIVE.value)


def plan_settings(actor: Actor) -> PlanSettings:
    """Currency and hourly rate; the defaults where nobody set them."""
    found = PlanSettings.objects.filter(workspace_id=actor.workspace_id).first()
    return found or PlanSettings(workspace_id=actor.workspace_id)


def limits_of(workspace_id: UUID) -> Limits:
    """From where on things are said in a workspace; other processes notice a change in time."""
    key = limits_key(workspace_id)
    kept: dict[str, float] | None = cache.get(key)
    if kept is None:
        rows = PlanSettings.objects.filter(workspace_id=workspace_id)
        kept = rows.values_list("thresholds", flat=True).first() or {}
        cache.set(key, kept, _NOTICED)
    return limits(kept)


def limits_key(workspace_id: UUID) -> str:
    """Under which name the limits of a workspace are remembered."""
    return f"limits:{workspace_id}"


def needs(actor: Actor) -> Mapping[UUID, Need]:
    """What each node of the plan needs: a tactic its lines, all above the sum of theirs.

    Tactics that are done or dropped need nothing any more.
    """
    actor.require(Permission.STRATEGY_VIEW)
    found: defaultdict[UUID, Need] = defaultdict(Need)
    rows = ResourceLine.objects.filter(
        tactic__workspace_id=actor.workspace_id, tactic__status__in=_RUNNING
    )
    for kind, amount, rhythm, *above in rows.values_list(
        "kind",
        "amount",
        "rhythm",
        "tactic_id",
        "tactic__objective_id",
        "tactic__objective__strategy_id",
        "tactic__objective__strategy__goal_id",
    ):
        for node_id in above:
            found[node_id] += need_of(kind, amount, rhythm)
    return found


def lines(actor: Actor, tactic_id: UUID) -> Sequence[ResourceLine]:
    """What one tactic needs."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = ResourceLine.objects.filter(tactic__workspace_id=actor.workspace_id, tactic_id=tactic_id)
    return list(rows.order_by("kind", "id"))


@dataclass(frozen=True, slots=True)
class Drop:
    """A tactic that could be dropped to make the plan fit."""

    id: UUID
    title: str
    minutes: int
    priority: int
    priority_label: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """Hours a week that the plan needs and that there are, in minutes."""

    needed: int
    available: int
    drops: Sequence[Drop]
    loads: Sequence[Drop]
    """Every tactic that takes time, the largest first."""

    @property
    def difference(self) -> int:
        """What is left over; negative when the plan does not fit."""
        return self.available - self.needed


def capacity(actor: Actor) -> Capacity:
    """Whether the plan fits, and which tactics to drop where it does not."""
    actor.require(Permission.STRATEGY_VIEW)
    below = needs(actor)
    rows = Tactic.objects.filter(visible.tactics(actor), workspace_id=actor.workspace_id)
    rows = rows.filter(status__in=_RUNNING)
    tactics = {one.id: one for one in rows if below.get(one.id, Need()).weekly_minutes}
    loads = [
        Load(one.id, below.get(one.id, Need()).weekly_minutes, one.priority)
        for one in tactics.values()
    ]
    available = sum(one.minutes_per_week for one in inventory(actor))
    return Capacity(
        needed=sum(load.minutes for load in loads),
        available=available,
        drops=[_drop(load, tactics) for load in to_drop(loads, available)],
        loads=[_drop(load, tactics) for load in sorted(loads, key=lambda one: -one.minutes)],
    )


def _drop(load: Load, tactics: Mapping[UUID, Tactic]) -> Drop:
    tactic = tactics[load.id]
    return Drop(
        load.id, tactic.title, load.minutes, load.priority, str(tactic.get_priority_display())
    )


def inventory(actor: Actor) -> Sequence[Resource]:
    """People, skills, capital, tools, suppliers, partners."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Resource.objects.filter(workspace_id=actor.workspace_id)
    return list(rows.order_by("kind", "name", "id"))


def choices_for_work(actor: Actor) -> Sequence[Choice]:
    """The tactics on which hours can be booked, for anybody who books hours."""
    actor.require(Permission.WORK_LOG)
    rows = Tactic.objects.filter(visible.tactics(actor), workspace_id=actor.workspace_id)
    rows = rows.filter(status__in=_RUNNING)
    return [Choice(one.id, one.title) for one in rows.order_by("title", "id")]
