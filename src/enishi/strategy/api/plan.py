"""REST: the plan and its numbers."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from enishi.accounts.terminal import to_plain
from enishi.strategy import actions, explaining, facets, plain, queries
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure

router = Router(tags=["Strategy"])


class FacetsIn(Schema):
    """What a node says beyond title and measure; each level has its own of these.

    `budget` is in minor units of the plan's currency (yen, cents).
    """

    pillar: str | None = None
    review_on: date | None = None
    what: str | None = None
    who: str | None = None
    how: str | None = None
    why: str | None = None
    scope: str | None = None
    budget: int | None = None
    kind: str | None = None
    purpose: str | None = None
    function: str | None = None
    boxes: list[str] | None = None
    kpis: list[str] | None = None
    priority: int | None = None

    def facets(self) -> dict[str, Any]:
        """Only those that were given."""
        given = self.dict(exclude_unset=True)
        return {name: given[name] for name in facets.ALL if name in given}


class NodeIn(FacetsIn):
    """What every node has. For objectives, the fields of the measure come with it."""

    title: str
    description: str = ""
    owner_id: UUID | None = None
    status: str = "active"
    parent_id: UUID | None = None
    metric: str = ""
    baseline: float | None = None
    target: float | None = None
    start: date | None = None
    end: date | None = None
    relevance: str = ""
    channel_ids: tuple[UUID, ...] = ()
    upstream_id: UUID | None = None

    def details(self) -> Details:
        return Details(self.title, self.description, self.owner_id, self.status)

    def measure(self) -> Measure:
        return Measure(
            metric=self.metric,
            baseline=self.baseline,
            target=self.target,
            start=self.start,
            end=self.end,
            relevance=self.relevance,
            channel_ids=self.channel_ids,
            upstream_id=self.upstream_id,
        )


class NodePatch(FacetsIn):
    """Fields that are left out stay as they are."""

    title: str | None = None
    description: str | None = None
    owner_id: UUID | None = None
    status: str | None = None
    metric: str | None = None
    baseline: float | None = None
    target: float | None = None
    start: date | None = None
    end: date | None = None
    relevance: str | None = None
    channel_ids: list[UUID] | None = None
    upstream_id: UUID | None = None


class MoveIn(Schema):
    parent_id: UUID | None = None
    position: int | None = None


class LinkIn(Schema):
    post_id: UUID


class CheckIn(Schema):
    title: str
    strategy_id: UUID | None = None
    metric: str = ""
    baseline: float | None = None
    target: float | None = None
    start: date | None = None
    end: date | None = None
    relevance: str = ""


@router.get("/strategy", response=list[dict[str, Any]])
def tree(request: HttpRequest) -> Any:
    """The whole plan: goals with strategies, objectives (with their pace) and tactics."""
    return [plain.goal(one) for one in queries.tree(request.actor)]  # type: ignore[attr-defined]


@router.get("/strategy/objectives/{objective_id}", response=dict[str, Any])
def objective(request: HttpRequest, objective_id: UUID) -> Any:
    """An objective: pacing, SMART check, tactics, posts, and its chart in numbers."""
    return plain.detail(queries.objective(request.actor, objective_id))  # type: ignore[attr-defined]


@router.get("/strategy/tactics/{tactic_id}", response=dict[str, Any])
def tactic(request: HttpRequest, tactic_id: UUID) -> Any:
    """A tactic and its posts."""
    return to_plain(queries.tactic(request.actor, tactic_id))  # type: ignore[attr-defined]


@router.post("/strategy/{level}", response={201: dict[str, Any]})
def create_node(request: HttpRequest, level: Level, body: NodeIn) -> Any:
    """Add a goal, strategy, objective or tactic as the last one below `parent_id`.

    An objective takes what is left open from its title, as far as that can be read.
    """
    actor = request.actor  # type: ignore[attr-defined]
    made = actions.create_node(
        actor,
        level=level,
        parent_id=body.parent_id,
        details=body.details(),
        measure=body.measure() if level is Level.OBJECTIVE else None,
        facets=body.facets(),
    )
    return Status(201, to_plain(queries.node(actor, level, made.id)))


@router.patch("/strategy/{level}/{node_id}", response=dict[str, Any])
def update_node(request: HttpRequest, level: Level, node_id: UUID, body: NodePatch) -> Any:
    """Change a node; null takes a value away, what is left out stays."""
    actor = request.actor  # type: ignore[attr-defined]
    given = body.dict(exclude_unset=True)
    if "channel_ids" in given:
        given["channel_ids"] = tuple(given["channel_ids"] or ())
    details = queries.details(actor, level, node_id)
    measure = queries.measure(actor, node_id) if level is Level.OBJECTIVE else None
    actions.update_node(
        actor,
        level=level,
        node_id=node_id,
        details=replace(details, **_of(details, given)),
        measure=replace(measure, **_of(measure, given)) if measure else None,
        facets=body.facets(),
    )
    return to_plain(queries.node(actor, level, node_id))


def _of(value: Details | Measure, given: dict[str, Any]) -> dict[str, Any]:
    """The given fields that belong to this value."""
    return {name: given[name] for name in asdict(value) if name in given}


@router.post("/strategy/{level}/{node_id}/move", response=dict[str, Any])
def move_node(request: HttpRequest, level: Level, node_id: UUID, body: MoveIn) -> Any:
    """Put a node below another parent, or at another place (from 0)."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.move_node(actor, level=level, node_id=node_id, **body.dict())
    return to_plain(queries.node(actor, level, node_id))


@router.delete("/strategy/{level}/{node_id}", response={204: None})
def delete_node(request: HttpRequest, level: Level, node_id: UUID) -> Any:
    """Delete a node without others below it; else 409."""
    actions.delete_node(request.actor, level=level, node_id=node_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/strategy/tactics/{tactic_id}/posts", response=dict[str, Any])
def link_post(request: HttpRequest, tactic_id: UUID, body: LinkIn) -> Any:
    """Say that a post carries out a tactic."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.link_post(actor, tactic_id=tactic_id, post_id=body.post_id)
    return to_plain(queries.tactic(actor, tactic_id))


@router.delete("/strategy/tactics/{tactic_id}/posts/{post_id}", response={204: None})
def unlink_post(request: HttpRequest, tactic_id: UUID, post_id: UUID) -> Any:
    """Take a post off a tactic."""
    actions.unlink_post(request.actor, tactic_id=tactic_id, post_id=post_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/strategy-check", response=dict[str, Any])
def check(request: HttpRequest, body: CheckIn) -> Any:
    """The SMART check of an objective that is still being written."""
    given = body.dict(exclude={"title", "strategy_id"})
    found = queries.check_statement(
        request.actor,  # type: ignore[attr-defined]
        title=body.title,
        measure=Measure(**given),
        strategy_id=body.strategy_id,
    )
    return plain.check(found)


@router.get("/kpis", response=dict[str, Any])
def kpis(
    request: HttpRequest,
    first: date | None = None,
    last: date | None = None,
    channel_id: list[UUID] = Query(default=[]),  # type: ignore[type-arg]  # noqa: B008 - ninja's way
) -> Any:
    """Every KPI over a window; the last 28 days unless told otherwise."""
    window, rows = explaining.kpis(
        request.actor,  # type: ignore[attr-defined]
        first=first,
        last=last,
        channel_ids=channel_id,
    )
    return plain.kpis(window, rows)


@router.get("/kpis/{key}", response=dict[str, Any])
def explain(
    request: HttpRequest,
    key: str,
    first: date | None = None,
    last: date | None = None,
    channel_id: list[UUID] = Query(default=[]),  # type: ignore[type-arg]  # noqa: B008 - ninja's way
    before: str = "",
    limit: int = 50,
) -> Any:
    """A KPI with formula, figures, source, window, freshness, and the rows behind it."""
    found = explaining.explain(
        request.actor,  # type: ignore[attr-defined]
        key,
        first=first,
        last=last,
        channel_ids=channel_id,
        before=before,
        limit=limit,
    )
    return plain.explanation(found)
