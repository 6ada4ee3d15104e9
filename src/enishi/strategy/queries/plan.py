"""Every read of the plan: few statements, readings from the cache of the log's revision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from enishi.accounts import queries as accounts
from enishi.accounts.models import Membership
from enishi.accounts.permissions import Actor, Permission
from enishi.channels.models import Channel
from enishi.publishing.models import Post
from enishi.strategy import readings
from enishi.strategy.core.nodes import Level
from enishi.strategy.core.pacing import Pacing, convert, pace
from enishi.strategy.core.smart import Proposal, check
from enishi.strategy.core.statement import read
from enishi.strategy.errors import no_such_node
from enishi.strategy.facets import facets_of
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.models import Goal, Objective, Outlook, Strategy, Tactic, TacticPost
from enishi.strategy.pictures import pacing_picture
from enishi.strategy.queries import visible
from enishi.strategy.queries.resources import limits_of
from enishi.strategy.readings import Place
from enishi.strategy.values import (
    Check,
    Choice,
    GoalRow,
    Leaf,
    LinkedPost,
    ObjectiveDetail,
    ObjectiveRow,
    OutlookRow,
    SecondLevel,
    StrategyRow,
    TacticDetail,
    TacticRow,
)

T = TypeVar("T")
_ORDER = ("position", "id")


def place_of(actor: Actor) -> Place:
    """The actor's workspace as readings see it."""
    return Place.of(actor.workspace_id, accounts.workspace(actor).time_zone)


# --- the tree ------------------------------------------------------------------------------


def tree(actor: Actor) -> Sequence[GoalRow]:
    """The whole plan, in its order."""
    actor.require(Permission.STRATEGY_VIEW)
    place = place_of(actor)
    tactics = _grouped(_tactics(actor), "objective_id", _tactic_row)
    objectives = defaultdict(list)
    for one in _objectives(actor):
        objectives[one.strategy_id].append(_objective_row(place, one, tactics[one.id]))
    strategies = defaultdict(list)
    for each in _rows(Strategy, actor):
        row = StrategyRow(_leaf(each, Level.STRATEGY), objectives[each.id])
        strategies[each.goal_id].append(row)
    return [GoalRow(_leaf(one, Level.GOAL), strategies[one.id]) for one in _rows(Goal, actor)]


def pacing_overview(actor: Actor, *, limit: int = 5) -> Sequence[ObjectiveRow]:
    """The active objectives that have a plan, those that end first before others."""
    actor.require(Permission.STRATEGY_VIEW)
    place = place_of(actor)
    rows = _objectives(actor).filter(status="active", end__gte=place.today)
    planned = rows.exclude(metric="").filter(
        start__isnull=False, baseline__isnull=False, target__isnull=False
    )
    return [_objective_row(place, one, ()) for one in planned.order_by("end", "id")[:limit]]


def _rows(model: type[Any], actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(workspace_id=actor.workspace_id)
    rows = rows.filter(_VISIBLE.get(model, _all)(actor))
    ordered: QuerySet[Any] = rows.select_related("owner").order_by(*_ORDER)
    return ordered


def _all(_actor: Actor) -> Q:
    return Q()


_VISIBLE: Mapping[type[Any], Callable[[Actor], Q]] = {
    Objective: visible.objectives,
    Tactic: visible.tactics,
}


def _objectives(actor: Actor) -> QuerySet[Objective]:
    return _rows(Objective, actor).prefetch_related("channels")


def _tactics(actor: Actor) -> QuerySet[Any]:
    counted: QuerySet[Any] = _rows(Tactic, actor).annotate(post_count=Count("links"))
    return counted


def _grouped(rows: Iterable[Any], key: str, make: Any) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(make(row))
    return found


def _tactic_row(tactic: Any) -> TacticRow:
    return TacticRow(_leaf(tactic, Level.TACTIC), tactic.post_count)


def _leaf(node: Any, level: Level) -> Leaf:
    return Leaf(
        id=node.id,
        level=level,
        title=node.title,
        description=node.description,
        status=node.status,
        status_label=node.get_status_display(),
        owner_id=node.owner_id,
        owner_name=str(node.owner or ""),
        position=node.position,
        facets=facets_of(level, node),
    )


def _objective_row(
    place: Place, objective: Objective, tactics: Sequence[TacticRow]
) -> ObjectiveRow:
    measure = measure_of(objective)
    found = readings.measured(place, measure)
    return ObjectiveRow(
        node=_leaf(objective, Level.OBJECTIVE),
        measure=measure,
        value=found.value,
        reading=found.reading,
        pacing=_paced(place, measure, found.value),
        tactics=tactics,
    )


def measure_of(objective: Objective) -> Measure:
    """How an objective is measured."""
    return Measure(
        metric=objective.metric,
        baseline=objective.baseline,
        target=objective.target,
        start=objective.start,
        end=objective.end,
        relevance=objective.relevance,
        channel_ids=tuple(sorted(channel.id for channel in objective.channels.all())),
        upstream_id=objective.upstream_id,
    )


def _paced(place: Place, measure: Measure, value: float | None) -> Pacing | None:
    plan = measure.plan()
    return None if plan is None or not measure.metric else pace(plan, value, place.today)


# --- one node ------------------------------------------------------------------------------


def node(actor: Actor, level: Level, node_id: UUID) -> Leaf:
    """A node by itself."""
    return _leaf(_found(actor, level, node_id), level)


def facets(actor: Actor, level: Level, node_id: UUID) -> dict[str, Any]:
    """What a node says beyond title and measure."""
    return facets_of(level, _found(actor, level, node_id))


def details(actor: Actor, level: Level, node_id: UUID) -> Details:
    """What a node's form begins with."""
    found = _found(actor, level, node_id)
    return Details(found.title, found.description, found.owner_id, found.status)


def measure(actor: Actor, objective_id: UUID) -> Measure:
    """What an objective's form begins with."""
    return measure_of(_found(actor, Level.OBJECTIVE, objective_id))


def _found(actor: Actor, level: Level, node_id: UUID) -> Any:
    actor.require(Permission.STRATEGY_VIEW)
    models: dict[Level, type[Any]] = {
        Level.GOAL: Goal,
        Level.STRATEGY: Strategy,
        Level.OBJECTIVE: Objective,
        Level.TACTIC: Tactic,
    }
    found = _rows(models[level], actor).filter(id=node_id).first()
    if found is None:
        raise no_such_node(level)
    return found


def objective(actor: Actor, objective_id: UUID) -> ObjectiveDetail:
    """An objective with its pacing, its check, its tactics and their posts."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = _objectives(actor).select_related("strategy__goal__owner", "strategy__owner")
    found = rows.select_related("owner", "upstream", "outlook").filter(id=objective_id).first()
    if found is None:
        raise no_such_node(Level.OBJECTIVE)
    place = place_of(actor)
    tactics = list(_tactics(actor).filter(objective_id=found.id))
    row = _objective_row(place, found, [_tactic_row(one) for one in tactics])
    outlook = _outlook(found)
    picture = pacing_picture(place, row.measure, outlook)
    return ObjectiveDetail(
        row=row,
        goal=_leaf(found.strategy.goal, Level.GOAL),
        strategy=_leaf(found.strategy, Level.STRATEGY),
        channels=[str(channel) for channel in found.channels.all()],
        tactics=_with_posts(tactics),
        check=checked(place, row.measure, found.title, found.strategy.goal.title),
        chart=picture.chart if picture else None,
        table=picture.table if picture else (),
        second_levels=_second_levels(actor, place, found, row),
        outlook=outlook,
    )


def _outlook(found: Objective) -> OutlookRow | None:
    """What a worker last computed, unless the objective lies behind or was never forecast."""
    kept: Outlook | None = getattr(found, "outlook", None)
    if kept is None:
        return None
    return OutlookRow(
        computed_at=kept.computed_at,
        through=kept.through,
        refusal=kept.refusal,
        observed=kept.observed,
        needed=kept.needed,
        method=kept.method,
        level=kept.level,
        probability=kept.probability,
        folds=kept.folds,
        scores=kept.scores,
        days=[(mean, low, high) for mean, low, high in kept.days],
    )


def _with_posts(tactics: Sequence[Any]) -> list[TacticDetail]:
    links = TacticPost.objects.filter(tactic__in=tactics).select_related("post")
    posts = _grouped(links.order_by("post__due_at", "id"), "tactic_id", lambda one: one.post)
    return [
        TacticDetail(
            _leaf(one, Level.TACTIC), one.objective_id, [_linked(post) for post in posts[one.id]]
        )
        for one in tactics
    ]


def _linked(post: Post) -> LinkedPost:
    return LinkedPost(post.id, post.text, post.state, post.due_at)


def tactic(actor: Actor, tactic_id: UUID) -> TacticDetail:
    """A tactic with its posts."""
    found = _found(actor, Level.TACTIC, tactic_id)
    (detail,) = _with_posts([found])
    return detail


def _second_levels(
    actor: Actor, place: Place, found: Objective, row: ObjectiveRow
) -> list[SecondLevel]:
    """What goes on from this objective, and what it goes on from itself."""
    pairs = [
        (found, row, each, _objective_row(place, each, ()))
        for each in _objectives(actor).filter(upstream_id=found.id)
    ]
    if found.upstream is not None and _objectives(actor).filter(downstream=found).exists():
        pairs.append((found.upstream, _objective_row(place, found.upstream, ()), found, row))
    return [
        SecondLevel(
            first.id, first.title, second.id, second.title, convert(above.pacing, below.pacing)
        )
        for first, above, second, below in pairs
        if above.pacing is not None and below.pacing is not None
    ]


# --- the SMART check -----------------------------------------------------------------------


def checked(place: Place, given: Measure, title: str, serves: str) -> Check:
    """The five letters for an objective as it stands in a form or in the plan."""
    proposal = given.proposal(serves).completed_by(read(title, place.today))
    completed = _as_measure(given, proposal)
    now = readings.measured(place, Measure(metric=completed.metric, channel_ids=given.channel_ids))
    return Check(
        findings=check(
            proposal,
            best_per_day=readings.best_rate(place, completed),
            implausible=limits_of(place.workspace_id).implausible,
        ),
        metric=completed.metric,
        current=now.value,
    )


def check_statement(
    actor: Actor, *, title: str, measure: Measure, strategy_id: UUID | None
) -> Check:
    """The SMART check of something that is still being written."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Strategy.objects.filter(workspace_id=actor.workspace_id).select_related("goal")
    above = rows.filter(id=strategy_id).first() if strategy_id else None
    place, serves = place_of(actor), above.goal.title if above else ""
    said = measure.proposal(serves).completed_by(read(title, place.today))
    visible.require_kpi(actor, said.metric or "")
    return checked(place, measure, title, serves)


def _as_measure(given: Measure, proposal: Proposal) -> Measure:
    ordered = proposal.start is None or proposal.end is None or proposal.start <= proposal.end
    return Measure(
        metric=proposal.metric or "",
        baseline=proposal.baseline,
        target=proposal.target,
        start=proposal.start if ordered else None,
        end=proposal.end if ordered else None,
        channel_ids=given.channel_ids,
    )


# --- choices for forms ---------------------------------------------------------------------


def owners(actor: Actor) -> Sequence[Choice]:
    """Who can own a node."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Membership.objects.select_related("user").filter(workspace_id=actor.workspace_id)
    return [Choice(one.user_id, str(one.user)) for one in rows.order_by("user__name", "id")]


def channels(actor: Actor) -> Sequence[Choice]:
    """Where a KPI can be measured."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id).order_by("name", "id")
    return [Choice(one.id, str(one)) for one in rows]


def strategies(actor: Actor) -> Sequence[Choice]:
    """Every strategy of the workspace, for choosing one."""
    actor.require(Permission.STRATEGY_VIEW)
    return [Choice(one.id, one.title) for one in _rows(Strategy, actor)]


def upstreams(actor: Actor, *, but: UUID | None = None) -> Sequence[Choice]:
    """The objectives of which another one can be the second level."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Objective.objects.filter(workspace_id=actor.workspace_id, upstream=None)
    found = rows.filter(visible.objectives(actor)).order_by("title", "id")
    return [Choice(one.id, one.title) for one in found if one.id != but]


def linkable_posts(actor: Actor, tactic_id: UUID, *, limit: int = 30) -> Sequence[LinkedPost]:
    """The newest posts that are not on the tactic yet."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Post.objects.filter(workspace_id=actor.workspace_id)
    rows = rows.exclude(tactic_links__tactic_id=tactic_id)
    return [_linked(post) for post in rows.order_by("-updated_at", "-id")[:limit]]


def post_tactics(actor: Actor, post_id: UUID) -> Sequence[Leaf]:
    """The tactics that a post carries out."""
    if not actor.can(Permission.STRATEGY_VIEW):
        return []
    return [_leaf(one, Level.TACTIC) for one in _rows(Tactic, actor).filter(posts=post_id)]


def tactics(actor: Actor) -> Sequence[Choice]:
    """Every tactic of the workspace, for choosing one."""
    actor.require(Permission.STRATEGY_VIEW)
    return [Choice(one.id, one.title) for one in _rows(Tactic, actor).order_by("title")]


# --- places --------------------------------------------------------------------------------


def parent(actor: Actor, objective_id: UUID) -> UUID:
    """The strategy of an objective."""
    strategy_id: UUID = _found(actor, Level.OBJECTIVE, objective_id).strategy_id
    return strategy_id


def place_among(actor: Actor, level: Level, node_id: UUID) -> int:
    """The place of a node below its parent, counted from 0."""
    found = _found(actor, level, node_id)
    rows = _rows(type(found), actor)
    if level.parent is not None:
        name = f"{level.parent.value}_id"
        rows = rows.filter(**{name: getattr(found, name)})
    return list(rows.values_list("id", flat=True)).index(node_id)
