"""Approving a strategy once it says what, who, how and why (R026)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError
from enishi.strategy import events
from enishi.strategy.core.kinds import Approval
from enishi.strategy.core.nodes import Level
from enishi.strategy.errors import no_such_node
from enishi.strategy.models import Strategy
from enishi.strategy.queries.nodes import missing_for_approval


@transaction.atomic
def approve_strategy(actor: Actor, strategy_id: UUID) -> Strategy:
    """Approve; raises ConflictError naming what is still missing."""
    actor.require(Permission.STRATEGY_APPROVE)
    found = _strategy(actor, strategy_id)
    if missing := missing_for_approval(found):
        raise ConflictError(
            _("This strategy cannot be approved yet."),
            field=missing[0][0],
            remedy=_("Still missing: %(list)s.") % {"list": ", ".join(w for _f, w in missing)},
        )
    found.approval = Approval.APPROVED.value
    found.approver_id, found.approved_at = actor.user_id, clock.now()
    found.save(update_fields=["approval", "approver", "approved_at", "updated_at"])
    record([events.happened(actor, "Accept", Level.STRATEGY, found.id, title=found.title)])
    return found


@transaction.atomic
def withdraw_approval(actor: Actor, strategy_id: UUID) -> Strategy:
    """Make an approved strategy a draft again."""
    actor.require(Permission.STRATEGY_APPROVE)
    found = _strategy(actor, strategy_id)
    found.approval = Approval.DRAFT.value
    found.approver_id = found.approved_at = None
    found.save(update_fields=["approval", "approver", "approved_at", "updated_at"])
    record([events.happened(actor, "Reject", Level.STRATEGY, found.id, title=found.title)])
    return found


def _strategy(actor: Actor, strategy_id: UUID) -> Strategy:
    rows = Strategy.objects.select_for_update()
    found = rows.filter(workspace_id=actor.workspace_id, id=strategy_id).first()
    if found is None:
        raise no_such_node(Level.STRATEGY)
    return found
