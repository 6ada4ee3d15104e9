"""Trials: planning them, giving posts to their arms, and looking at them when it is time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.lenses import events, news
from enishi.lenses.core import experiments as core
from enishi.lenses.core.experiments import Arm, Factor, Look, TrialState
from enishi.lenses.inputs import TITLE_LENGTH
from enishi.lenses.models import Trial, TrialPost
from enishi.lenses.queries.experiments import counted, find_trial, published_at

_NAME_LENGTH = 80
_MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class TrialInput:
    """What is tried. `per_arm` posts of each arm are planned; it cannot be changed later."""

    title: str
    factor: str
    first: str
    second: str
    measure: str = "reach"
    per_arm: int = 12
    ripe_days: int = 3
    hypothesis: str = ""


@transaction.atomic
def create_trial(actor: Actor, given: TrialInput) -> Trial:
    """Begin a trial. Its rule for stopping is fixed from here on."""
    actor.require(Permission.STRATEGY_EDIT)
    _require_valid(given)
    row = Trial.objects.create(
        workspace_id=actor.workspace_id,
        by_id=actor.user_id,
        at=clock.now(),
        **{name: _tidy(value) for name, value in asdict(given).items()},
    )
    events.happened(actor, "Create", "Trial", row.id, row.title)
    return row


def _tidy(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _require_valid(given: TrialInput) -> None:
    if not 1 <= len(given.title.strip()) <= TITLE_LENGTH:
        raise InvalidInputError(_("A title is needed."), field="title")
    if given.factor not in set(Factor):
        raise InvalidInputError(
            _("Say what differs between the arms."), field="factor", remedy=", ".join(Factor)
        )
    for name, field in ((given.first, "first"), (given.second, "second")):
        if not 1 <= len(name.strip()) <= _NAME_LENGTH:
            raise InvalidInputError(_("Name both arms."), field=field)
    if given.measure not in core.MEASURES:
        raise InvalidInputError(
            _("There is no such measure."), field="measure", remedy=", ".join(core.MEASURES)
        )
    if not core.LEAST_PER_ARM <= given.per_arm <= core.MOST_PER_ARM:
        raise InvalidInputError(
            _("Plan %(least)d to %(most)d posts for each arm.")
            % {"least": core.LEAST_PER_ARM, "most": core.MOST_PER_ARM},
            field="per_arm",
        )
    if not 1 <= given.ripe_days <= _MOST_DAYS:
        raise InvalidInputError(_("Choose 1 to 60 days."), field="ripe_days")


@transaction.atomic
def assign_post(actor: Actor, trial_id: UUID, *, post: str, arm: str) -> TrialPost | None:
    """Give a post to an arm; an empty arm takes it out. Only while its numbers are young.

    A post from before the trial, or one that counts already, could be chosen by its numbers:
    both are refused.
    """
    actor.require(Permission.STRATEGY_EDIT)
    row = _running(actor, trial_id)
    came_out = published_at(actor, post)
    if came_out is None or came_out < row.at:
        raise InvalidInputError(
            _("Only posts that came out since the trial began can take part."), field="post"
        )
    if clock.now() - came_out >= timedelta(days=row.ripe_days):
        raise ConflictError(
            _("The numbers of this post are known already: it can no longer be put in or out."),
            field="post",
        )
    TrialPost.objects.filter(trial=row, post=post).delete()
    if not arm:
        return None
    if arm not in set(Arm):
        raise InvalidInputError(_("There is no such arm."), field="arm", remedy=", ".join(Arm))
    return TrialPost.objects.create(trial=row, post=post, arm=arm, at=clock.now())


@transaction.atomic
def abandon_trial(actor: Actor, trial_id: UUID, *, reason: str) -> Trial:
    """Give a trial up. It has no result then, whatever its numbers look like."""
    actor.require(Permission.STRATEGY_EDIT)
    row = _running(actor, trial_id)
    if not reason.strip():
        raise InvalidInputError(_("Say why it is given up."), field="reason")
    row.state, row.reason, row.ended_at = TrialState.ABANDONED.value, reason.strip(), clock.now()
    row.save(update_fields=["state", "reason", "ended_at"])
    events.happened(actor, "Remove", "Trial", row.id, f"{row.title}: {row.reason}")
    return row


@transaction.atomic
def look_at_trial(actor: Actor, trial_id: UUID) -> Trial:
    """Make the looks whose posts are in; the trial ends at the first one that says so."""
    actor.require(Permission.STRATEGY_VIEW)
    row = find_trial(actor, trial_id, lock=True)
    while row.state == TrialState.RUNNING:
        first, second = counted(actor, row)
        found = core.next_look(first, second, row.per_arm, len(row.looks))
        if found is None:
            break
        _keep(actor, row, found)
    return row


def _keep(actor: Actor, row: Trial, found: Look) -> None:
    plan, compared = found.plan, found.compared
    row.looks = [
        *row.looks,
        {
            "number": plan.number,
            "per_arm": plan.per_arm,
            "risk": plan.risk,
            "at": clock.now().isoformat(),
            **asdict(compared),
        },
    ]
    if found.stops:
        early = plan.number < core.LOOKS
        row.state = (TrialState.STOPPED if early else TrialState.ENDED).value
        row.outcome, row.ended_at = found.outcome.value, clock.now()
    row.save(update_fields=["looks", "state", "outcome", "ended_at"])
    if found.stops:
        told = f"{row.title}: {row.outcome} ({plan.number}/{core.LOOKS})"
        events.happened(Actor.system(actor.workspace_id), "Offer", "Trial", row.id, told)
        news.trial_over(row)


def _running(actor: Actor, trial_id: UUID) -> Trial:
    row = find_trial(actor, trial_id, lock=True)
    if row.state != TrialState.RUNNING:
        raise ConflictError(_("This trial is over."))
    return row
