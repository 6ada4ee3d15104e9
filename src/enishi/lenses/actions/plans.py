"""Plans of approach, and the rules that propose another mix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.lenses import events, news
from enishi.lenses.core.approach import Approach, PlanState, TriggerState, missing
from enishi.lenses.core.stages import Condition, check, fires
from enishi.lenses.inputs import PlanInput, require_conditions, require_share
from enishi.lenses.models import ApproachPlan, Trigger
from enishi.lenses.queries.plans import conditions_of, find_plan, read_conditions
from enishi.lenses.words import MISSING
from enishi.strategy.models import Objective


@transaction.atomic
def create_plan(actor: Actor, given: PlanInput) -> ApproachPlan:
    """Keep a plan; it starts later, once it has what its approach needs."""
    actor.require(Permission.STRATEGY_EDIT)
    row = ApproachPlan(workspace_id=actor.workspace_id, by_id=actor.user_id, at=clock.now())
    channels = _fill(actor, row, given)
    row.save(force_insert=True)
    row.channels.set(channels)
    events.happened(actor, "Create", "ApproachPlan", row.id, row.title)
    return row


@transaction.atomic
def update_plan(actor: Actor, plan_id: UUID, given: PlanInput) -> ApproachPlan:
    """Change a plan. A running one must keep what its approach needs."""
    actor.require(Permission.STRATEGY_EDIT)
    row = find_plan(actor, plan_id)
    channels = _fill(actor, row, given)
    if row.state == PlanState.RUNNING:
        _require_complete(row, channels)
    row.save()
    row.channels.set(channels)
    events.happened(actor, "Update", "ApproachPlan", row.id, row.title)
    return row


@transaction.atomic
def start_plan(actor: Actor, plan_id: UUID) -> ApproachPlan:
    """Begin. Refused while an account plan has no account, or a content plan no topic."""
    actor.require(Permission.STRATEGY_EDIT)
    row = find_plan(actor, plan_id)
    _require_complete(row, list(row.channels.all()))
    rows = ApproachPlan.objects.filter(id=row.id, state=PlanState.DRAFT.value)
    if not rows.update(state=PlanState.RUNNING.value, started_at=clock.now()):
        raise ConflictError(_("This plan has started already."))
    events.happened(actor, "Start", "ApproachPlan", row.id, row.title)
    row.refresh_from_db()
    return row


@transaction.atomic
def close_plan(actor: Actor, plan_id: UUID) -> None:
    """Put a plan away; it stays in the log."""
    actor.require(Permission.STRATEGY_EDIT)
    row = find_plan(actor, plan_id)
    row.state = PlanState.CLOSED.value
    row.save(update_fields=["state"])
    events.happened(actor, "Remove", "ApproachPlan", row.id, row.title)


def _fill(actor: Actor, row: ApproachPlan, given: PlanInput) -> list[Channel]:
    row.topics = given.require_valid()
    row.title, row.approach = given.title.strip(), given.approach
    row.influencers, row.networking = given.influencers, given.networking
    row.sns_share, row.objective_id = given.sns_share, given.objective_id
    objectives = Objective.objects.filter(workspace_id=actor.workspace_id)
    if given.objective_id and not objectives.filter(id=given.objective_id).exists():
        raise NotFoundError(_("There is no such objective."), field="objective")
    found = Channel.objects.filter(workspace_id=actor.workspace_id, id__in=given.channel_ids)
    channels = list(found)
    if len(channels) != len(set(given.channel_ids)):
        raise InvalidInputError(_("There is no such channel."), field="channels")
    return channels


def _require_complete(row: ApproachPlan, channels: Sequence[Channel]) -> None:
    lacking = missing(Approach(row.approach), len(channels), row.topics)
    if lacking:
        raise ConflictError(
            _("This plan cannot start: it needs %(what)s.")
            % {"what": " · ".join(str(MISSING[one]) for one in lacking)},
            field=lacking[0].value,
            remedy=_("Edit the plan, then start it."),
        )


# --- rules ---------------------------------------------------------------------------------


@transaction.atomic
def add_trigger(
    actor: Actor, plan_id: UUID, *, conditions: Sequence[Condition], proposed: int
) -> Trigger:
    """Add a rule: when all conditions hold, propose this SNS share, once."""
    actor.require(Permission.STRATEGY_EDIT)
    row = find_plan(actor, plan_id)
    require_conditions(conditions)
    require_share(proposed, "proposed")
    made = Trigger.objects.create(
        workspace_id=actor.workspace_id,
        by_id=actor.user_id,
        at=clock.now(),
        plan=row,
        conditions=[asdict(one) for one in conditions],
        proposed=proposed,
    )
    events.happened(actor, "Create", "Trigger", made.id, row.title)
    return made


@transaction.atomic
def remove_trigger(actor: Actor, trigger_id: UUID) -> None:
    """Take a rule away that has not fired."""
    actor.require(Permission.STRATEGY_EDIT)
    row = _trigger(actor, trigger_id)
    if row.state != TriggerState.WAITING:
        raise ConflictError(_("This rule has fired: it stays as a record."))
    events.happened(actor, "Remove", "Trigger", row.id, row.plan.title)
    row.delete()


@transaction.atomic
def check_triggers(actor: Actor) -> list[Trigger]:
    """Let the rules of running plans fire whose conditions hold now; each fires once."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Trigger.objects.filter(
        workspace_id=actor.workspace_id,
        state=TriggerState.WAITING.value,
        plan__state=PlanState.RUNNING.value,
    )
    return [row for row in rows.select_related("plan").order_by("at") if _fired(actor, row)]


def _fired(actor: Actor, row: Trigger) -> bool:
    conditions = conditions_of(row)
    values = read_conditions(actor, row.plan, conditions)
    if not fires(check(conditions, values)):
        return False
    waiting = Trigger.objects.filter(id=row.id, state=TriggerState.WAITING.value)
    won = waiting.update(
        state=TriggerState.PROPOSED.value,
        fired_at=clock.now(),
        evidence=values,
        replaced=row.plan.sns_share,
    )
    if not won:
        return False
    row.refresh_from_db()
    told = _("%(title)s: from %(old)d/%(rest)d to %(new)d/%(left)d (SNS/CNS)") % {
        "title": row.plan.title,
        "old": row.plan.sns_share,
        "rest": 100 - row.plan.sns_share,
        "new": row.proposed,
        "left": 100 - row.proposed,
    }
    events.happened(Actor.system(actor.workspace_id), "Offer", "Trigger", row.id, told)
    news.rule_fired(row)
    return True


@transaction.atomic
def decide_trigger(actor: Actor, trigger_id: UUID, *, accept: bool, reason: str = "") -> Trigger:
    """Accept a proposal, which changes the plan's mix, or refuse it with a reason."""
    actor.require(Permission.STRATEGY_EDIT)
    row = _trigger(actor, trigger_id)
    if not accept and not reason.strip():
        raise InvalidInputError(_("Say why you refuse."), field="reason")
    state = TriggerState.ACCEPTED if accept else TriggerState.REFUSED
    rows = Trigger.objects.filter(id=row.id, state=TriggerState.PROPOSED.value)
    decided = rows.update(
        state=state.value,
        decided_at=clock.now(),
        decided_by_id=actor.user_id,
        reason=reason.strip(),
    )
    if not decided:
        raise ConflictError(_("There is no open proposal to decide about."))
    if accept:
        ApproachPlan.objects.filter(id=row.plan_id).update(sns_share=row.proposed)
    text = f"{row.plan.title}: {reason.strip()}" if reason.strip() else row.plan.title
    events.happened(actor, "Accept" if accept else "Reject", "Trigger", row.id, text)
    row.refresh_from_db()
    return row


def _trigger(actor: Actor, trigger_id: UUID) -> Trigger:
    rows = Trigger.objects.filter(workspace_id=actor.workspace_id, id=trigger_id)
    found = rows.select_related("plan").first()
    if found is None:
        raise NotFoundError(_("There is no such rule."), field="trigger")
    return found
