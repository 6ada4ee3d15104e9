"""REST: starter templates, pillars, purposes, approval."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from enishi.accounts.terminal import to_plain
from enishi.strategy import actions, plain, queries
from enishi.strategy.core.nodes import Level
from enishi.strategy.queries import sorting
from enishi.strategy.starters import all_starters

router = Router(tags=["Strategy"])


class StarterIn(Schema):
    language: str = ""


class ReasonIn(Schema):
    reason: str = ""


class KpiIn(Schema):
    key: str


@router.get("/strategy-starters", response=list[dict[str, Any]])
def starters(request: HttpRequest) -> Any:  # noqa: ARG001 - ninja gives it
    """The starter templates: five business purposes and six sample goals with their KPIs."""
    return [plain.starter(one) for one in all_starters()]


@router.post("/strategy-starters/{key}", response={201: dict[str, Any]})
def create_from_starter(request: HttpRequest, key: str, body: StarterIn) -> Any:
    """Make a template's whole branch; `use_id` undoes it."""
    use = actions.create_from_starter(
        request.actor,  # type: ignore[attr-defined]
        key=key,
        language=body.language,
    )
    return Status(201, {"use_id": str(use.id), "goal_id": str(use.goal_id), "nodes": use.nodes})


@router.delete("/strategy-starters/uses/{use_id}", response={204: None})
def undo_starter(request: HttpRequest, use_id: UUID) -> Any:
    """Take back what a template made, as long as nothing was added to it."""
    actions.undo_starter(request.actor, use_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/strategy-pillars", response=list[dict[str, Any]])
def pillars(request: HttpRequest) -> Any:
    """The three pillars; one without objectives is “not chosen” with a reason, never a zero."""
    found = sorting.pillars(request.actor)  # type: ignore[attr-defined]
    return [to_plain(one) | {"is_chosen": one.is_chosen} for one in found]


@router.put("/strategy-pillars/{pillar}/reason", response={204: None})
def set_pillar_reason(request: HttpRequest, pillar: str, body: ReasonIn) -> Any:
    """Say why a pillar was not chosen; empty takes the reason back."""
    actions.set_pillar_reason(
        request.actor,  # type: ignore[attr-defined]
        pillar=pillar,
        reason=body.reason,
    )
    return Status(204, None)


@router.get("/strategy-purposes", response=dict[str, Any])
def purposes(request: HttpRequest) -> Any:
    """What the objectives are for, in whole per cent that add up to 100."""
    return to_plain(sorting.purposes(request.actor))  # type: ignore[attr-defined]


@router.get("/strategy/objectives/{objective_id}/kpis", response=list[dict[str, Any]])
def pack(request: HttpRequest, objective_id: UUID) -> Any:
    """The KPIs that an objective watches, with their values and whether data stopped."""
    return [plain.pack(one) for one in sorting.pack(request.actor, objective_id)]  # type: ignore[attr-defined]


@router.post("/strategy/objectives/{objective_id}/kpis", response=list[dict[str, Any]])
def give_kpi(request: HttpRequest, objective_id: UUID, body: KpiIn) -> Any:
    """Put a KPI into an objective's pack."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.give_kpi(actor, objective_id=objective_id, key=body.key)
    return [plain.pack(one) for one in sorting.pack(actor, objective_id)]


@router.delete("/strategy/objectives/{objective_id}/kpis/{key}", response={204: None})
def take_kpi(request: HttpRequest, objective_id: UUID, key: str) -> Any:
    """Take a KPI out of an objective's pack."""
    actions.give_kpi(
        request.actor,  # type: ignore[attr-defined]
        objective_id=objective_id,
        key=key,
        on=False,
    )
    return Status(204, None)


@router.post("/strategy/strategies/{strategy_id}/approve", response=dict[str, Any])
def approve(request: HttpRequest, strategy_id: UUID) -> Any:
    """Approve a strategy that says what, who, how and why; else 409 naming what is missing."""
    actor = request.actor  # type: ignore[attr-defined]
    found = actions.approve_strategy(actor, strategy_id)
    return to_plain(queries.node(actor, Level.STRATEGY, strategy_id)) | plain.approval(found)


@router.delete("/strategy/strategies/{strategy_id}/approve", response=dict[str, Any])
def withdraw(request: HttpRequest, strategy_id: UUID) -> Any:
    """Make an approved strategy a draft again."""
    actor = request.actor  # type: ignore[attr-defined]
    found = actions.withdraw_approval(actor, strategy_id)
    return to_plain(queries.node(actor, Level.STRATEGY, strategy_id)) | plain.approval(found)
