"""Operation and marketing in hours and money: a month, nested, and what blocks its close.

Everything counts once: operation is a part of marketing (R018). What has no tag of its own has
that of its tactic; what has neither is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.analytics.kpi import KPIS
from enishi.strategy.core.mixup import Mixup, find_mixups
from enishi.strategy.core.nodes import Status
from enishi.strategy.core.scopes import Nested, nested
from enishi.strategy.models import (
    CostEntry,
    MonthClose,
    Objective,
    Strategy,
    Tactic,
    Task,
    WorkEntry,
)
from enishi.strategy.queries.resources import plan_settings

_RUNNING = (Status.PLANNED.value, Status.ACTIVE.value)


@dataclass(frozen=True, slots=True)
class Month:
    """One month in hours, money and, with an hourly rate, one cost (R077)."""

    first: date
    minutes: Nested
    money: Nested
    kpis: Nested
    """How many KPIs the live objectives use."""
    tasks: Nested
    currency: str
    hourly_rate: int | None
    closed: MonthClose | None

    @property
    def labour(self) -> Nested | None:
        """The hours as money, in minor units; None without an hourly rate."""
        if self.hourly_rate is None:
            return None
        parts = (self.minutes.operation, self.minutes.beyond, self.minutes.untagged)
        return Nested(*(round(part * self.hourly_rate / 60) for part in parts))

    @property
    def cost(self) -> Nested | None:
        """Money and hours as one cost."""
        labour = self.labour
        if labour is None:
            return None
        return Nested(
            labour.operation + self.money.operation,
            labour.beyond + self.money.beyond,
            labour.untagged + self.money.untagged,
        )


def last_day(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def month(actor: Actor, first: date) -> Month:
    """A month, its operation inside its marketing."""
    actor.require(Permission.STRATEGY_VIEW)
    actor.require_function()
    first = first.replace(day=1)
    settings = plan_settings(actor)
    return Month(
        first=first,
        minutes=nested(_tagged(_work(actor, first), "minutes")),
        money=nested(_tagged(_costs(actor, first), "amount")),
        kpis=nested((pack, 1) for pack in kpis_in_use(actor).values()),
        tasks=nested(_tagged(_tasks(actor), "")),
        currency=settings.currency,
        hourly_rate=settings.hourly_rate,
        closed=MonthClose.objects.filter(workspace_id=actor.workspace_id, month=first).first(),
    )


def kpis_in_use(actor: Actor) -> dict[str, str]:
    """The KPIs of the live objectives with their pack, each once."""
    rows = Objective.objects.filter(workspace_id=actor.workspace_id)
    rows = rows.exclude(status=Status.DROPPED.value)
    return _packs((one.metric, *one.kpis) for one in rows)


def _packs(groups: Iterable[Iterable[str]]) -> dict[str, str]:
    keys = (key for group in groups for key in group)
    return {key: KPIS[key].definition.pack.value for key in keys if key in KPIS}


def _tagged(rows: Iterable[Any], field: str) -> Iterable[tuple[str, int]]:
    """The tag that counts for each row, and how much it is (1 without a field)."""
    for row in rows:
        yield row.scope or row.tactic_scope or "", getattr(row, field) if field else 1


def _work(actor: Actor, first: date) -> Iterable[Any]:
    rows = WorkEntry.objects.filter(
        workspace_id=actor.workspace_id, day__range=(first, last_day(first))
    )
    return rows.annotate(tactic_scope=F("tactic__scope")).select_related("tactic")


def _costs(actor: Actor, first: date) -> Iterable[Any]:
    rows = CostEntry.objects.filter(
        workspace_id=actor.workspace_id, day__range=(first, last_day(first))
    )
    ordered = rows.order_by("day", "id").annotate(tactic_scope=F("tactic__scope"))
    return ordered.select_related("tactic__objective__strategy", "approved_by")


def _tasks(actor: Actor) -> Iterable[Any]:
    rows = Task.objects.filter(workspace_id=actor.workspace_id, done_at=None)
    return rows.annotate(tactic_scope=F("tactic__scope")).order_by("due", "id")


def costs(actor: Actor, first: date) -> Sequence[Any]:
    """The costs of a month with the tag that counts (`tactic_scope` is that of the tactic)."""
    actor.require(Permission.STRATEGY_VIEW)
    actor.require_function()
    return list(_costs(actor, first.replace(day=1)))


# --- what blocks the close -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blocking:
    """Something that has to be seen to before the month can be closed."""

    kind: str
    """`tactic`, `task`, `work` or `cost`, or `approval` for a cost beyond its budget."""
    kind_label: str
    id: UUID
    title: str


def blocking(actor: Actor, first: date) -> list[Blocking]:
    """Everything without a tag, and all overspending that nobody approved."""
    actor.require(Permission.STRATEGY_VIEW)
    actor.require_function()
    tactics = Tactic.objects.filter(
        workspace_id=actor.workspace_id, scope="", status__in=_RUNNING
    ).order_by("title", "id")
    found = [Blocking("tactic", _("Tactic"), one.id, one.title) for one in tactics]
    found += [Blocking("task", _("Task"), one.id, one.title) for one in _tasks(actor) if _bare(one)]
    found += [
        Blocking("work", _("Hours"), one.id, _work_title(one))
        for one in _work(actor, first)
        if _bare(one)
    ]
    for one in _costs(actor, first):
        if _bare(one):
            found.append(Blocking("cost", _("Cost"), one.id, one.label))
        if one.over_budget and one.approved_at is None:
            found.append(Blocking("approval", _("Beyond the budget"), one.id, one.label))
    return found


def _bare(row: Any) -> bool:
    return not row.scope and not row.tactic_scope


def _work_title(one: Any) -> str:
    name = one.tactic.title if one.tactic else one.activity
    return f"{name} ({one.person}, {one.day:%m/%d})"


# --- mix-ups -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MixupRow:
    """A strategy whose tag and KPIs do not go together (R019)."""

    id: UUID
    title: str
    scope: str
    mixup: Mixup
    kpis: Sequence[str]


def mixups(actor: Actor) -> list[MixupRow]:
    """Every mix-up in the live strategies."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Strategy.objects.filter(workspace_id=actor.workspace_id, status__in=_RUNNING)
    found = []
    for one in rows.prefetch_related("objectives").order_by("position", "id"):
        live = [each for each in one.objectives.all() if each.status != Status.DROPPED.value]
        packs = _packs((each.metric, *each.kpis) for each in live)
        found += [
            MixupRow(one.id, one.title, one.scope, each, sorted(packs))
            for each in find_mixups(one.scope, packs)
        ]
    return found


def plain(found: Month) -> dict[str, Any]:
    """A month as JSON: amounts in minutes and minor units."""
    return {
        "month": f"{found.first:%Y-%m}",
        "currency": found.currency,
        "hourly_rate": found.hourly_rate,
        "minutes": _plain(found.minutes),
        "money": _plain(found.money),
        "labour": _plain(found.labour),
        "cost": _plain(found.cost),
        "kpis": _plain(found.kpis),
        "tasks": _plain(found.tasks),
        "closed_at": found.closed.closed_at.isoformat() if found.closed else None,
    }


def _plain(part: Nested | None) -> dict[str, int] | None:
    if part is None:
        return None
    return {
        "operation": part.operation,
        "beyond_operation": part.beyond,
        "marketing": part.marketing,
        "untagged": part.untagged,
    }
