"""Costs, tags, and the monthly close (R018, R024, R077)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.strategy import events, spending
from enishi.strategy.actions.working import require_open, require_scope
from enishi.strategy.core.nodes import Level
from enishi.strategy.errors import no_such_node
from enishi.strategy.models import COST_KINDS, CostEntry, MonthClose, Tactic, Task, WorkEntry
from enishi.strategy.queries import split

_LABEL = 200


@transaction.atomic
def add_cost(
    actor: Actor,
    *,
    day: date,
    amount: int,
    label: str,
    kind: str = "other",
    tactic_id: UUID | None = None,
    scope: str = "",
) -> CostEntry:
    """Enter money that was spent, in minor units of the plan's currency.

    What goes beyond the budget of its strategy is kept and counted, and waits for somebody who
    may approve it: until then the month cannot be closed.
    """
    actor.require(Permission.STRATEGY_EDIT)
    require_open(actor, day)
    _require_cost(amount, label, kind, scope)
    entry = CostEntry(
        workspace_id=actor.workspace_id,
        day=day,
        amount=amount,
        label=label.strip(),
        kind=kind,
        tactic=_tactic(actor, tactic_id),
        scope=scope,
        entered_by_id=actor.user_id,
        entered_at=clock.now(),
    )
    entry.over_budget = _goes_beyond(entry)
    entry.save()
    spending.note_cost(actor, entry)
    record([events.noted(actor, "Create", "Cost", entry.id, text=f"{entry.label} {amount}")])
    return entry


def _require_cost(amount: int, label: str, kind: str, scope: str) -> None:
    if amount <= 0:
        raise InvalidInputError(_("This is not an amount."), field="amount")
    if not 1 <= len(label.strip()) <= _LABEL:
        raise InvalidInputError(_("Say what it was spent on."), field="label")
    known = [key for key, _label in COST_KINDS]
    if kind not in known:
        raise InvalidInputError(
            _("“%(value)s” cannot be used here.") % {"value": kind},
            field="kind",
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(known)},
        )
    if scope:
        require_scope(scope)


def _tactic(actor: Actor, tactic_id: UUID | None) -> Tactic | None:
    if tactic_id is None:
        return None
    rows = Tactic.objects.select_related("objective__strategy")
    found = rows.filter(workspace_id=actor.workspace_id, id=tactic_id).first()
    if found is None:
        raise no_such_node(Level.TACTIC)
    return found


def _goes_beyond(entry: CostEntry) -> bool:
    if entry.tactic is None or entry.tactic.objective.strategy.budget is None:
        return False
    strategy = entry.tactic.objective.strategy
    budget: int = strategy.budget or 0
    rows = CostEntry.objects.filter(tactic__objective__strategy_id=strategy.id)
    spent = rows.aggregate(total=Sum("amount"))["total"] or 0
    return bool(spent + entry.amount > budget)


@transaction.atomic
def approve_cost(actor: Actor, cost_id: UUID, *, reason: str) -> CostEntry:
    """Approve what went beyond a budget, and say why."""
    actor.require(Permission.STRATEGY_APPROVE)
    found = _cost(actor, cost_id)
    if not found.over_budget or found.approved_at is not None:
        raise ConflictError(_("This cost does not wait for approval."))
    if not reason.strip():
        raise InvalidInputError(_("Say why it is approved."), field="reason")
    found.approved_by_id, found.approved_at = actor.user_id, clock.now()
    found.approval_reason = reason.strip()[:300]
    found.save(update_fields=["approved_by", "approved_at", "approval_reason"])
    record([events.noted(actor, "Accept", "Cost", found.id, text=found.approval_reason)])
    return found


@transaction.atomic
def delete_cost(actor: Actor, cost_id: UUID) -> None:
    """Take a cost away that was entered by mistake."""
    actor.require(Permission.STRATEGY_EDIT)
    found = _cost(actor, cost_id)
    require_open(actor, found.day)
    spending.note_cost(actor, found, is_gone=True)
    record([events.noted(actor, "Delete", "Cost", found.id, text=found.label)])
    found.delete()


def _cost(actor: Actor, cost_id: UUID) -> CostEntry:
    found = CostEntry.objects.filter(workspace_id=actor.workspace_id, id=cost_id).first()
    if found is None:
        raise NotFoundError(_("There is no such cost."))
    return found


# --- tags ----------------------------------------------------------------------------------

_TAGGED: Mapping[str, Any] = {
    "tactic": Tactic,
    "task": Task,
    "work": WorkEntry,
    "cost": CostEntry,
}


@transaction.atomic
def tag_item(actor: Actor, *, kind: str, item_id: UUID, scope: str) -> None:
    """Tag a tactic, a task, hours or a cost as operation or marketing."""
    actor.require(Permission.STRATEGY_EDIT)
    require_scope(scope)
    if kind not in _TAGGED:
        raise InvalidInputError(_("This cannot be tagged."), field="kind")
    rows = _TAGGED[kind].objects.filter(workspace_id=actor.workspace_id, id=item_id)
    found = rows.first()
    if found is None:
        raise NotFoundError(_("There is nothing to tag here any more."))
    if kind in {"work", "cost"}:
        require_open(actor, found.day)
    rows.update(scope=scope)
    record([events.noted(actor, "Update", kind.title(), item_id, text=scope)])


# --- months --------------------------------------------------------------------------------


@transaction.atomic
def close_month(actor: Actor, month: date) -> MonthClose:
    """Make a month final. Raises ConflictError with the list of what stands in the way."""
    actor.require(Permission.STRATEGY_APPROVE)
    first = month.replace(day=1)
    require_open(actor, first)
    if blocking := split.blocking(actor, first):
        names = "; ".join(f"{one.kind_label}: {one.title}" for one in blocking[:10])
        raise ConflictError(
            _("%(count)s items have to be seen to before the month can be closed: %(list)s.")
            % {"count": len(blocking), "list": names},
            remedy=_("Tag them as operation or marketing, and have overspending approved."),
        )
    report = split.month(actor, first)
    made = MonthClose.objects.create(
        workspace_id=actor.workspace_id,
        month=first,
        totals=split.plain(report),
        closed_by_id=actor.user_id,
        closed_at=clock.now(),
    )
    record([events.noted(actor, "Accept", "Month", f"{first:%Y-%m}")])
    return made


@transaction.atomic
def reopen_month(actor: Actor, month: date) -> None:
    """Open a closed month again, for a correction."""
    actor.require(Permission.STRATEGY_APPROVE)
    first = month.replace(day=1)
    rows = MonthClose.objects.filter(workspace_id=actor.workspace_id, month=first)
    if not rows.delete()[0]:
        raise ConflictError(_("This month is not closed."))
    record([events.noted(actor, "Undo", "Month", f"{first:%Y-%m}")])
