"""Tying conversations and KPIs to the plan (R020, R025)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.analytics.kpi import KPIS
from enishi.inbox.models import Conversation
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.strategy import events
from enishi.strategy.core.nodes import Level
from enishi.strategy.errors import no_such_node
from enishi.strategy.models import Objective, Tactic, TacticConversation, WatchedKpi


@transaction.atomic
def link_conversation(actor: Actor, *, tactic_id: UUID, conversation_id: UUID) -> bool:
    """Say that a conversation carries out a tactic; returns whether that is new."""
    actor.require(Permission.STRATEGY_EDIT)
    tactic = _tactic(actor, tactic_id)
    rows = Conversation.objects.filter(workspace_id=actor.workspace_id, id=conversation_id)
    if not rows.exists():
        raise NotFoundError(_("There is no such conversation."), field="conversation")
    _link, is_new = TacticConversation.objects.get_or_create(
        tactic=tactic, conversation_id=conversation_id
    )
    if is_new:
        _record(actor, "Add", tactic, conversation_id)
    return is_new


@transaction.atomic
def unlink_conversation(actor: Actor, *, tactic_id: UUID, conversation_id: UUID) -> bool:
    """Take a conversation off a tactic; returns whether it was on it."""
    actor.require(Permission.STRATEGY_EDIT)
    tactic = _tactic(actor, tactic_id)
    rows = TacticConversation.objects.filter(tactic=tactic, conversation_id=conversation_id)
    removed, _rows = rows.delete()
    if removed:
        _record(actor, "Remove", tactic, conversation_id)
    return bool(removed)


def _tactic(actor: Actor, tactic_id: UUID) -> Tactic:
    found = Tactic.objects.filter(workspace_id=actor.workspace_id, id=tactic_id).first()
    if found is None:
        raise no_such_node(Level.TACTIC)
    return found


def _record(actor: Actor, kind: str, tactic: Tactic, target: UUID) -> None:
    record(
        [events.happened(actor, kind, Level.TACTIC, tactic.id, title=tactic.title, target=target)]
    )


# --- KPIs ----------------------------------------------------------------------------------


@transaction.atomic
def watch_kpi(actor: Actor, key: str, *, on: bool = True) -> None:
    """Keep an eye on a KPI, or no longer."""
    actor.require(Permission.STRATEGY_EDIT)
    _require_kpi(key)
    rows = WatchedKpi.objects.filter(workspace_id=actor.workspace_id, key=key)
    if on and not rows.exists():
        WatchedKpi.objects.create(workspace_id=actor.workspace_id, key=key)
    elif not on:
        rows.delete()


@transaction.atomic
def give_kpi(actor: Actor, *, objective_id: UUID, key: str, on: bool = True) -> Objective:
    """Put a KPI into an objective's pack, or take it out."""
    actor.require(Permission.STRATEGY_EDIT)
    _require_kpi(key)
    rows = Objective.objects.select_for_update().filter(workspace_id=actor.workspace_id)
    found = rows.filter(id=objective_id).first()
    if found is None:
        raise no_such_node(Level.OBJECTIVE)
    kept = [one for one in found.kpis if one != key]
    found.kpis = [*kept, key] if on else kept
    found.save(update_fields=["kpis", "updated_at"])
    record([events.happened(actor, "Update", Level.OBJECTIVE, found.id, title=found.title)])
    return found


def _require_kpi(key: str) -> None:
    if key not in KPIS:
        raise InvalidInputError(
            _("“%(key)s” is not a KPI.") % {"key": key},
            field="metric",
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(KPIS)},
        )
