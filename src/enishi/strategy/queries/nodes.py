"""One strategy or tactic in full: approval, tasks, bookings, and what questions it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.strategy.core.nodes import Level
from enishi.strategy.errors import no_such_node
from enishi.strategy.models import CostEntry, FactorLink, Strategy, Task, WorkEntry
from enishi.strategy.queries.plan import tree
from enishi.strategy.values import Leaf, StrategyRow


def strategy(actor: Actor, strategy_id: UUID) -> tuple[StrategyRow, Leaf]:
    """A strategy with its objectives, and its goal."""
    for goal in tree(actor):
        for row in goal.strategies:
            if row.node.id == strategy_id:
                return row, goal.node
    raise no_such_node(Level.STRATEGY)


_FIELDS = ("what", "who", "how", "why")


def missing_for_approval(found: Strategy) -> list[tuple[str, str]]:
    """What has to be said first: (field, words for people)."""
    words = {"what": _("what"), "who": _("who"), "how": _("how"), "why": _("why")}
    missing = [(name, words[name]) for name in _FIELDS if not getattr(found, name).strip()]
    missing += [
        ("boxes", _("a canvas box for “%(title)s”") % {"title": one.title})
        for one in found.objectives.order_by("position", "id")
        if not one.boxes and one.status != "dropped"
    ]
    return missing


@dataclass(frozen=True, slots=True)
class ApprovalState:
    """How far a strategy has come; `missing` is what has to be said first."""

    state: str
    label: str
    approver: str
    approved_at: datetime | None
    missing: Sequence[str]


def approval(actor: Actor, strategy_id: UUID) -> ApprovalState:
    """Whether a strategy is approved, by whom, or what is missing."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Strategy.objects.filter(workspace_id=actor.workspace_id).select_related("approver")
    found = rows.filter(id=strategy_id).first()
    if found is None:
        raise no_such_node(Level.STRATEGY)
    return ApprovalState(
        state=found.approval,
        label=str(found.get_approval_display()),
        approver=str(found.approver or ""),
        approved_at=found.approved_at,
        missing=[words for _field, words in missing_for_approval(found)],
    )


def tasks(actor: Actor, tactic_id: UUID) -> Sequence[Task]:
    """The tasks of a tactic, open ones first."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Task.objects.filter(workspace_id=actor.workspace_id, tactic_id=tactic_id)
    found = rows.select_related("owner").order_by("due", "id")
    return sorted(found, key=lambda one: one.done_at is not None)


@dataclass(frozen=True, slots=True)
class Booked:
    """What was used for a tactic so far: minutes, and minor units of money."""

    minutes: int
    money: int


def booked(actor: Actor, tactic_id: UUID) -> Booked:
    """Hours and costs booked on a tactic."""
    actor.require(Permission.STRATEGY_VIEW)
    key = {"workspace_id": actor.workspace_id, "tactic_id": tactic_id}
    minutes = WorkEntry.objects.filter(**key).aggregate(total=Sum("minutes"))["total"]
    money = CostEntry.objects.filter(**key).aggregate(total=Sum("amount"))["total"]
    return Booked(minutes or 0, money or 0)


def factors_of(actor: Actor, tactic_id: UUID) -> Sequence[FactorLink]:
    """What outside puts a tactic into question."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = FactorLink.objects.filter(factor__workspace_id=actor.workspace_id, tactic_id=tactic_id)
    return list(rows.select_related("factor").order_by("reviewed_at", "id"))
