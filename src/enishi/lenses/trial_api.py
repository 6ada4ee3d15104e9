"""REST: trials of two ways, and the frequency response curve (R053)."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import ninja
from django.http import HttpRequest
from ninja import Query, Schema, Status

from enishi.lenses import actions, plain, queries
from enishi.lenses.actions import TrialInput
from enishi.lenses.scope_api import Scope

router = ninja.Router(tags=["lenses"])


class TrialIn(Schema):
    """What is tried; `measure` is engagements, or the base of an engagement rate.

    `per_arm` posts of each arm are planned. A post counts `ripe_days` days after it came out.
    """

    title: str
    factor: str
    first: str
    second: str
    measure: str = "reach"
    per_arm: int = 12
    ripe_days: int = 3
    hypothesis: str = ""


class ArmIn(Schema):
    """A post by its name in the log, and its arm: a, b, or empty to take it out."""

    post: str
    arm: Literal["a", "b", ""]


class ReasonIn(Schema):
    reason: str


@router.get("/lenses/experiments", response=list[dict[str, Any]])
def trials(request: HttpRequest) -> Any:
    """Every trial with its difference, interval and n at each look, the newest first."""
    return [plain.trial(one) for one in queries.trials(request.actor)]  # type: ignore[attr-defined]


@router.post("/lenses/experiments", response={201: dict[str, Any]})
def create_trial(request: HttpRequest, body: TrialIn) -> Any:
    """Begin a trial. Its rule for stopping cannot be changed afterwards."""
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.create_trial(actor, TrialInput(**body.dict()))
    return Status(201, plain.trial(queries.trial(actor, made.id)[0]))


@router.get("/lenses/experiments/{trial_id}", response=dict[str, Any])
def trial(request: HttpRequest, trial_id: UUID) -> Any:
    """One trial with its posts."""
    return plain.trial(*queries.trial(request.actor, trial_id))  # type: ignore[attr-defined]


@router.put("/lenses/experiments/{trial_id}/posts", response=dict[str, Any])
def assign_post(request: HttpRequest, trial_id: UUID, body: ArmIn) -> Any:
    """Give a post to an arm while its numbers are not known yet."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.assign_post(actor, trial_id, **body.dict())
    return plain.trial(*queries.trial(actor, trial_id))


@router.post("/lenses/experiments/{trial_id}/look", response=dict[str, Any])
def look(request: HttpRequest, trial_id: UUID) -> Any:
    """Make the looks whose posts are in; a worker does so every hour."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.look_at_trial(actor, trial_id)
    return plain.trial(*queries.trial(actor, trial_id))


@router.post("/lenses/experiments/{trial_id}/abandon", response=dict[str, Any])
def abandon(request: HttpRequest, trial_id: UUID, body: ReasonIn) -> Any:
    """Give a trial up, with a reason: it has no result then."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.abandon_trial(actor, trial_id, reason=body.reason)
    return plain.trial(*queries.trial(actor, trial_id))


@router.get("/lenses/frequency", response=dict[str, Any])
def frequency(
    request: HttpRequest,
    scope: Query[Scope],
    measure: Literal["engagements", "followers"] = "engagements",
) -> Any:
    """What whole weeks brought, by the number of posts in them."""
    found = queries.frequency(request.actor, scope.asked(), measure=measure)  # type: ignore[attr-defined]
    return plain.curve(found)
