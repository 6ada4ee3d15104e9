"""REST: canvas, risks, options, the world outside, alignment."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router, Schema, Status

from enishi.accounts.permissions import Permission
from enishi.accounts.terminal import to_plain
from enishi.strategy import actions, plain
from enishi.strategy.core.nodes import Level
from enishi.strategy.queries import alignment, thinking
from enishi.strategy.queries.resources import limits_of

router = Router(tags=["Strategy"])


class TextIn(Schema):
    text: str


class RiskIn(Schema):
    title: str
    probability: int
    impact: int
    strategy_id: UUID
    response: str = ""
    owner_id: UUID | None = None


class EvidenceIn(Schema):
    evidence: str


class OptionIn(Schema):
    strategy_id: UUID
    title: str
    note: str = ""


class DecisionIn(Schema):
    chosen: bool
    reason: str


class FactorIn(Schema):
    area: str
    title: str
    detail: str = ""
    effective: date | None = None
    source_url: str = ""
    keywords: tuple[str, ...] = ()
    objective_ids: tuple[UUID, ...] = ()
    tactic_ids: tuple[UUID, ...] = ()


class TouchIn(Schema):
    level: Level
    node_id: UUID


class FindingIn(Schema):
    finding: str


class ConversationIn(Schema):
    conversation_id: UUID


@router.get("/canvas", response=dict[str, Any])
def canvas(request: HttpRequest) -> Any:
    """The business canvas: six boxes, how complete they are, and which objective cites which."""
    return plain.canvas(thinking.canvas(request.actor))  # type: ignore[attr-defined]


@router.put("/canvas/{box}", response=dict[str, Any])
def set_box(request: HttpRequest, box: str, body: TextIn) -> Any:
    """Write into a box; an empty text empties it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.set_box(actor, box=box, text=body.text)
    return plain.canvas(thinking.canvas(actor))


@router.get("/canvas.csv")
def coverage_csv(request: HttpRequest) -> Any:
    """The coverage matrix as CSV."""
    text = thinking.coverage_csv(request.actor)  # type: ignore[attr-defined]
    return HttpResponse(text, content_type="text/csv; charset=utf-8")


@router.get("/risks", response=list[dict[str, Any]])
def risks(request: HttpRequest, strategy_id: UUID | None = None) -> Any:
    """The risk register: open ones first, by probability × impact."""
    found = thinking.risks(request.actor, strategy_id=strategy_id)  # type: ignore[attr-defined]
    return [plain.risk(one) for one in found]


@router.post("/risks", response={201: dict[str, Any]})
def add_risk(request: HttpRequest, body: RiskIn) -> Any:
    """Enter a risk; probability and impact from 1 to 5."""
    made = actions.save_risk(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, {"id": str(made.id), "score": made.probability * made.impact})


@router.post("/risks/{risk_id}/close", response=dict[str, Any])
def close_risk(request: HttpRequest, risk_id: UUID, body: EvidenceIn) -> Any:
    """Close a risk; without evidence this is refused."""
    made = actions.close_risk(request.actor, risk_id, evidence=body.evidence)  # type: ignore[attr-defined]
    return {"id": str(made.id), "closed_at": to_plain(made.closed_at)}


@router.get("/options", response=list[dict[str, Any]])
def options(request: HttpRequest) -> Any:
    """The log of options, open ones first."""
    return [plain.option(one) for one in thinking.options(request.actor)]  # type: ignore[attr-defined]


@router.post("/options", response={201: dict[str, Any]})
def add_option(request: HttpRequest, body: OptionIn) -> Any:
    """Note a way that could be gone."""
    return Status(201, plain.option(actions.add_option(request.actor, **body.dict())))  # type: ignore[attr-defined]


@router.post("/options/{option_id}/decide", response=dict[str, Any])
def decide_option(request: HttpRequest, option_id: UUID, body: DecisionIn) -> Any:
    """Choose or reject an option and say why."""
    return plain.option(actions.decide_option(request.actor, option_id, **body.dict()))  # type: ignore[attr-defined]


@router.get("/budgets", response=list[dict[str, Any]])
def budgets(request: HttpRequest) -> Any:
    """Budgets and what was spent of them, in minor units."""
    found = thinking.budgets(request.actor)  # type: ignore[attr-defined]
    return [to_plain(one) | {"share": one.share} for one in found]


@router.get("/factors", response=list[dict[str, Any]])
def factors(request: HttpRequest) -> Any:
    """The PESTLE log with what each entry touches."""
    return [plain.factor(one) for one in thinking.factors(request.actor)]  # type: ignore[attr-defined]


@router.post("/factors", response={201: dict[str, Any]})
def add_factor(request: HttpRequest, body: FactorIn) -> Any:
    """Enter something that changes outside; what it touches needs a review."""
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.add_factor(actor, **body.dict())
    (found,) = [one for one in thinking.factors(actor) if one.factor.id == made.id]
    return Status(201, plain.factor(found))


@router.post("/factors/{factor_id}/links", response={201: dict[str, Any]})
def touch(request: HttpRequest, factor_id: UUID, body: TouchIn) -> Any:
    """Say that an entry touches one more objective or tactic."""
    made = actions.touch_node(request.actor, factor_id, level=body.level, node_id=body.node_id)  # type: ignore[attr-defined]
    return Status(201, {"id": str(made.id)})


@router.post("/factors/links/{link_id}/review", response={204: None})
def review(request: HttpRequest, link_id: UUID, body: FindingIn) -> Any:
    """Say what came of the review."""
    actions.review_link(request.actor, link_id, finding=body.finding)  # type: ignore[attr-defined]
    return Status(204, None)


@router.delete("/factors/{factor_id}", response={204: None})
def delete_factor(request: HttpRequest, factor_id: UUID) -> Any:
    """Take an entry out of the log."""
    actions.delete_factor(request.actor, factor_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/strategy-alignment", response=dict[str, Any])
def align(request: HttpRequest, days: int | None = None) -> Any:
    """Posts, tactics and KPIs without a path to a goal, with their rates and lists."""
    return plain.alignment(alignment.alignment(request.actor, days=days))  # type: ignore[attr-defined]


@router.get("/strategy-thresholds", response=dict[str, float])
def thresholds(request: HttpRequest) -> Any:
    """From where on things are flagged."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.STRATEGY_VIEW)
    return asdict(limits_of(actor.workspace_id))


@router.put("/strategy-thresholds", response=dict[str, float])
def set_thresholds(request: HttpRequest, body: Body[dict[str, float | None]]) -> Any:
    """Set thresholds by name; null goes back to the usual one."""
    return asdict(actions.set_thresholds(request.actor, body))  # type: ignore[attr-defined]


@router.put("/kpis/{key}/watch", response={204: None})
def watch(request: HttpRequest, key: str) -> Any:
    """Keep an eye on a KPI."""
    actions.watch_kpi(request.actor, key)  # type: ignore[attr-defined]
    return Status(204, None)


@router.delete("/kpis/{key}/watch", response={204: None})
def unwatch(request: HttpRequest, key: str) -> Any:
    """No longer keep an eye on a KPI."""
    actions.watch_kpi(request.actor, key, on=False)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/strategy/tactics/{tactic_id}/conversations", response=dict[str, bool])
def link_conversation(request: HttpRequest, tactic_id: UUID, body: ConversationIn) -> Any:
    """Say that a conversation carries out a tactic."""
    is_new = actions.link_conversation(
        request.actor,  # type: ignore[attr-defined]
        tactic_id=tactic_id,
        conversation_id=body.conversation_id,
    )
    return {"is_new": is_new}


@router.delete("/strategy/tactics/{tactic_id}/conversations/{item_id}", response={204: None})
def unlink_conversation(request: HttpRequest, tactic_id: UUID, item_id: UUID) -> Any:
    """Take a conversation off a tactic."""
    actions.unlink_conversation(
        request.actor,  # type: ignore[attr-defined]
        tactic_id=tactic_id,
        conversation_id=item_id,
    )
    return Status(204, None)
