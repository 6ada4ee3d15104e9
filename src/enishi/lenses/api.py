"""REST: the lenses, what people decided with them, and plans of approach."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import ninja
from django.http import HttpRequest
from ninja import Field, Query, Schema, Status

from enishi.lenses import actions, plain, queries
from enishi.lenses.core.deciding import Purpose
from enishi.lenses.core.sight import Lens
from enishi.lenses.core.stages import Condition
from enishi.lenses.inputs import PlanInput
from enishi.lenses.scope_api import Scope
from enishi.lenses.trial_api import router as trial_router

router = ninja.Router(tags=["lenses"])
router.add_router("", trial_router)


class PlanIn(Schema):
    title: str
    approach: str
    topics: list[str] = Field(default_factory=list)
    channel_ids: list[UUID] = Field(default_factory=list)
    objective_id: UUID | None = None
    influencers: int = 0
    networking: int | None = None
    sns_share: int = 30

    def given(self) -> PlanInput:
        data = self.dict()
        return PlanInput(**(data | {"channel_ids": tuple(data["channel_ids"])}))


class ConditionIn(Schema):
    metric: str
    least: float


class TriggerIn(Schema):
    conditions: list[ConditionIn]
    proposed: int


class DecisionIn(Schema):
    accept: bool
    reason: str = ""


class AssessIn(Schema):
    purpose: str
    answers: dict[str, int]
    note: str = ""
    recheck_on: date | None = None


class SplitIn(Schema):
    purpose: str
    hours: float
    network: float | None = None
    reason: str = ""


class SupportIn(Schema):
    post: str
    kind: str


class PlacementIn(Schema):
    metric: str
    subject: str
    place: str = ""


class AuditIn(Schema):
    channel_id: UUID
    day: date
    is_genuine: bool
    note: str


@router.get("/lenses/balance", response=dict[str, Any])
def balance(request: HttpRequest, scope: Query[Scope]) -> Any:
    """Networking–media balance: five sub-scores with formulas, and the gap to each plan."""
    return plain.balance(queries.balance(request.actor, scope.asked()))  # type: ignore[attr-defined]


@router.get("/lenses/events", response=dict[str, Any])
def events(
    request: HttpRequest,
    scope: Query[Scope],
    lens: Lens = Lens.NETWORK,
    scheme: str = "mic-2015",
    level: str = "class",
) -> Any:
    """Every event of the window through a lens (network, media), by scheme and level."""
    found = queries.sight(
        request.actor,  # type: ignore[attr-defined]
        scope.asked(),
        lens=lens,
        scheme=scheme,
        level=level,
    )
    return plain.sight(found)


@router.get("/lenses/reach", response=dict[str, Any])
def reach(request: HttpRequest, scope: Query[Scope]) -> Any:
    """SNS and CNS index of organic reach, with the unknown part and paid reach apart."""
    return plain.reach(queries.reach(request.actor, scope.asked()))  # type: ignore[attr-defined]


@router.get("/lenses/levels", response=dict[str, Any])
def levels(request: HttpRequest, scope: Query[Scope]) -> Any:
    """Spend and results of SNS, CNS and other marketing, each item counted once."""
    return plain.levels(queries.levels(request.actor, scope.asked()))  # type: ignore[attr-defined]


@router.put("/lenses/placements", response={204: None})
def place_item(request: HttpRequest, body: PlacementIn) -> Any:
    """Say at which place a note counts; an empty place takes the choice back."""
    actions.place_item(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/lenses/scores", response=dict[str, Any])
def scores(request: HttpRequest, scope: Query[Scope], base: str = "reach", limit: int = 20) -> Any:
    """Posts beside what their accounts normally get, by reach, impressions, followers or views."""
    found = queries.scores(
        request.actor,  # type: ignore[attr-defined]
        scope.asked(),
        base=base,
        limit=max(1, min(limit, 200)),
    )
    return plain.scores(found)


@router.get("/lenses/lifts", response=dict[str, Any])
def lifts(request: HttpRequest, scope: Query[Scope]) -> Any:
    """What support by advertisements or other accounts adds, topic by topic."""
    return plain.lifts(queries.lifts(request.actor, scope.asked()))  # type: ignore[attr-defined]


@router.post("/lenses/support", response={201: dict[str, Any]})
def mark_support(request: HttpRequest, body: SupportIn) -> Any:
    """Say that an advertisement (ad) or another account helped a post (its name in the log)."""
    is_new = actions.mark_support(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, {"is_new": is_new})


@router.delete("/lenses/support", response={204: None})
def unmark_support(request: HttpRequest, post: str, kind: str = "") -> Any:
    """Take marks off a post."""
    actions.unmark_support(request.actor, post=post, kind=kind)  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/lenses/powers", response=dict[str, Any])
def powers(request: HttpRequest) -> Any:
    """Account power and content power by a mixed model, as last computed."""
    return plain.powers(queries.powers(request.actor))  # type: ignore[attr-defined]


@router.post("/lenses/powers", response={202: None})
def compute_powers(request: HttpRequest) -> Any:
    """Have the model computed by a worker soon."""
    actions.request_powers(request.actor)  # type: ignore[attr-defined]
    return Status(202, None)


@router.get("/lenses/evidence", response=dict[str, Any])
def evidence(
    request: HttpRequest, scope: Query[Scope], purpose: Purpose, hours: float = 10.0
) -> Any:
    """SNS or CNS for a purpose: both arms, window, uncertainty; and the division of hours."""
    found = queries.evidence(
        request.actor,  # type: ignore[attr-defined]
        scope.asked(),
        purpose=purpose,
        hours=hours,
    )
    return plain.evidence(found)


@router.get("/lenses/splits", response=list[dict[str, Any]])
def splits(request: HttpRequest) -> Any:
    """Divisions of effort that were decided."""
    return [plain.effort(one) for one in queries.splits(request.actor)]  # type: ignore[attr-defined]


@router.post("/lenses/splits", response={201: dict[str, Any]})
def divide_effort(request: HttpRequest, body: SplitIn) -> Any:
    """Decide how hours are divided; another share than the suggested one needs a reason."""
    made = actions.divide_effort(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, plain.effort(made))


@router.get("/lenses/assessments", response=list[dict[str, Any]])
def assessments(request: HttpRequest) -> Any:
    """Whether social media is needed at all, as it was judged."""
    return [plain.assessment(one) for one in queries.assessments(request.actor)]  # type: ignore[attr-defined]


@router.post("/lenses/assessments", response={201: dict[str, Any]})
def assess(request: HttpRequest, body: AssessIn) -> Any:
    """Answer audience, resources, purpose, content, answering, risk, measuring with 0, 1 or 2."""
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.assess(actor, **body.dict())
    return Status(201, plain.assessment(queries.assessment(actor, made.id)))


@router.get("/lenses/assessments/{assessment_id}", response=dict[str, Any])
def assessment(request: HttpRequest, assessment_id: UUID) -> Any:
    """One assessment."""
    return plain.assessment(queries.assessment(request.actor, assessment_id))  # type: ignore[attr-defined]


@router.get("/lenses/plans", response=list[dict[str, Any]])
def plans(request: HttpRequest) -> Any:
    """Plans of approach with their KPIs, by approach."""
    found = queries.plans(request.actor)  # type: ignore[attr-defined]
    return [plain.plan_row(row) for _approach, rows in found.groups for row in rows]


@router.post("/lenses/plans", response={201: dict[str, Any]})
def create_plan(request: HttpRequest, body: PlanIn) -> Any:
    """Keep a plan: approach account, content or hybrid; topics; declared balance; mix."""
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.create_plan(actor, body.given())
    return Status(201, plain.plan(queries.plan(actor, made.id)))


@router.get("/lenses/plans/{plan_id}", response=dict[str, Any])
def plan(request: HttpRequest, plan_id: UUID) -> Any:
    """A plan with its KPIs, what people say about its topics, its balance and its rules."""
    return plain.plan(queries.plan(request.actor, plan_id))  # type: ignore[attr-defined]


@router.put("/lenses/plans/{plan_id}", response=dict[str, Any])
def update_plan(request: HttpRequest, plan_id: UUID, body: PlanIn) -> Any:
    """Give a plan other contents."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.update_plan(actor, plan_id, body.given())
    return plain.plan(queries.plan(actor, plan_id))


@router.post("/lenses/plans/{plan_id}/start", response=dict[str, Any])
def start_plan(request: HttpRequest, plan_id: UUID) -> Any:
    """Begin; 409 while an account plan has no account or a content plan no topic."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.start_plan(actor, plan_id)
    return plain.plan(queries.plan(actor, plan_id))


@router.delete("/lenses/plans/{plan_id}", response={204: None})
def close_plan(request: HttpRequest, plan_id: UUID) -> Any:
    """Put a plan away."""
    actions.close_plan(request.actor, plan_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/lenses/plans/{plan_id}/rules", response={201: dict[str, Any]})
def add_trigger(request: HttpRequest, plan_id: UUID, body: TriggerIn) -> Any:
    """Add a rule: when all conditions hold, it proposes this SNS share, once."""
    made = actions.add_trigger(
        request.actor,  # type: ignore[attr-defined]
        plan_id,
        conditions=[Condition(one.metric, one.least) for one in body.conditions],
        proposed=body.proposed,
    )
    return Status(201, plain.trigger(made))


@router.post("/lenses/rules/check", response=list[dict[str, Any]])
def check_triggers(request: HttpRequest) -> Any:
    """Let rules fire whose conditions hold now; those that fired."""
    return [plain.trigger(one) for one in actions.check_triggers(request.actor)]  # type: ignore[attr-defined]


@router.post("/lenses/rules/{trigger_id}/decide", response=dict[str, Any])
def decide_trigger(request: HttpRequest, trigger_id: UUID, body: DecisionIn) -> Any:
    """Accept a proposal or refuse it; a refusal needs a reason."""
    made = actions.decide_trigger(
        request.actor,  # type: ignore[attr-defined]
        trigger_id,
        accept=body.accept,
        reason=body.reason,
    )
    return plain.trigger(made)


@router.delete("/lenses/rules/{trigger_id}", response={204: None})
def remove_trigger(request: HttpRequest, trigger_id: UUID) -> Any:
    """Take a rule away that has not fired."""
    actions.remove_trigger(request.actor, trigger_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/lenses/growth", response=dict[str, Any])
def growth(request: HttpRequest, scope: Query[Scope]) -> Any:
    """Where followers came from: sources − losses + unattributed = net change."""
    return plain.growth(queries.growth(request.actor, scope.asked()))  # type: ignore[attr-defined]


@router.get("/lenses/cadence", response=dict[str, Any])
def cadence(request: HttpRequest, scope: Query[Scope]) -> Any:
    """Planned and actual posts a week, with the longest gap."""
    window, rows = queries.cadence(request.actor, scope.asked())  # type: ignore[attr-defined]
    return plain.cadence(window, list(rows))


@router.get("/lenses/plausibility", response=list[dict[str, Any]])
def plausibility(request: HttpRequest) -> Any:
    """Every objective's target beside the best month of its KPI."""
    return [plain.target(one) for one in queries.plausibility(request.actor)]  # type: ignore[attr-defined]


@router.get("/lenses/jumps", response=list[dict[str, Any]])
def jumps(request: HttpRequest, scope: Query[Scope]) -> Any:
    """Jumps in followers that no reach explains."""
    return [plain.flag(one) for one in queries.jumps(request.actor, scope.asked())]  # type: ignore[attr-defined]


@router.put("/lenses/audits", response={204: None})
def audit_jump(request: HttpRequest, body: AuditIn) -> Any:
    """Write down what a jump was."""
    actions.audit_jump(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/lenses/awareness", response=dict[str, Any])
def awareness(request: HttpRequest, scope: Query[Scope]) -> Any:
    """Awareness, loyalty, traffic and video packs; searches and mentions day by day."""
    return plain.awareness(queries.awareness(request.actor, scope.asked()))  # type: ignore[attr-defined]
