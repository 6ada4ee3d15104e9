"""`enishi strategy …`: the plan and its numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from enishi.accounts.terminal import current_actor, show
from enishi.strategy import actions, explaining, plain, queries
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure

COMMAND = "strategy"
app = typer.Typer(no_args_is_help=True, help="Goals, strategies, objectives, tactics, KPIs.")

_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
_Number = Annotated[float | None, typer.Option()]


@app.command()
def tree(context: typer.Context) -> None:
    """The whole plan."""
    show(context, [plain.goal(one) for one in queries.tree(current_actor(context))])


@app.command()
def objective(context: typer.Context, objective_id: UUID) -> None:
    """An objective: pacing, SMART check, tactics, posts."""
    show(context, plain.detail(queries.objective(current_actor(context), objective_id)))


@app.command()
def create(  # noqa: PLR0913, PLR0917 - each field is an option
    context: typer.Context,
    level: Level,
    title: str,
    parent: Annotated[UUID | None, typer.Option(help="Below which node.")] = None,
    description: str = "",
    owner: Annotated[UUID | None, typer.Option(help="A member's user id.")] = None,
    status: str = "active",
    metric: Annotated[str, typer.Option(help="A KPI's key, for an objective.")] = "",
    baseline: _Number = None,
    target: _Number = None,
    start: _Day = None,
    end: _Day = None,
    relevance: str = "",
    channel: Annotated[list[UUID] | None, typer.Option(help="May be repeated.")] = None,
    upstream: Annotated[UUID | None, typer.Option(help="Second level of.")] = None,
) -> None:
    """Add a node; an objective's title is read for figures and dates."""
    measure = Measure(
        metric=metric,
        baseline=baseline,
        target=target,
        start=_day(start),
        end=_day(end),
        relevance=relevance,
        channel_ids=tuple(channel or ()),
        upstream_id=upstream,
    )
    made = actions.create_node(
        current_actor(context),
        level=level,
        parent_id=parent,
        details=Details(title, description, owner, status),
        measure=measure if level is Level.OBJECTIVE else None,
    )
    show(context, {"id": made.id, "level": level.value, "title": made.title})


@app.command()
def update(  # noqa: PLR0913, PLR0917 - each field is an option
    context: typer.Context,
    level: Level,
    node_id: UUID,
    title: str | None = None,
    description: str | None = None,
    status: str | None = None,
    metric: str | None = None,
    baseline: _Number = None,
    target: _Number = None,
    start: _Day = None,
    end: _Day = None,
    relevance: str | None = None,
) -> None:
    """Change a node; options that are left out stay as they are."""
    actor = current_actor(context)
    details = _changed(
        queries.details(actor, level, node_id),
        title=title,
        description=description,
        status=status,
    )
    measure = None
    if level is Level.OBJECTIVE:
        measure = _changed(
            queries.measure(actor, node_id),
            metric=metric,
            baseline=baseline,
            target=target,
            start=_day(start),
            end=_day(end),
            relevance=relevance,
        )
    actions.update_node(actor, level=level, node_id=node_id, details=details, measure=measure)
    show(context, queries.node(actor, level, node_id))


def _changed(value: Any, **given: object) -> Any:
    return replace(value, **{name: new for name, new in given.items() if new is not None})


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


@app.command()
def move(
    context: typer.Context,
    level: Level,
    node_id: UUID,
    parent: Annotated[UUID | None, typer.Option(help="Below which node.")] = None,
    position: Annotated[int | None, typer.Option(help="Counted from 0.")] = None,
) -> None:
    """Put a node below another parent, or at another place."""
    actions.move_node(
        current_actor(context), level=level, node_id=node_id, parent_id=parent, position=position
    )


@app.command()
def delete(context: typer.Context, level: Level, node_id: UUID) -> None:
    """Delete a node that has nothing below it."""
    actions.delete_node(current_actor(context), level=level, node_id=node_id)


@app.command()
def link(context: typer.Context, tactic_id: UUID, post_id: UUID) -> None:
    """Put a post on a tactic."""
    is_new = actions.link_post(current_actor(context), tactic_id=tactic_id, post_id=post_id)
    show(context, {"linked": is_new})


@app.command()
def unlink(context: typer.Context, tactic_id: UUID, post_id: UUID) -> None:
    """Take a post off a tactic."""
    was_on = actions.unlink_post(current_actor(context), tactic_id=tactic_id, post_id=post_id)
    show(context, {"unlinked": was_on})


@app.command()
def check(
    context: typer.Context,
    title: str,
    strategy: Annotated[UUID | None, typer.Option(help="Below which strategy.")] = None,
) -> None:
    """The SMART check of a sentence."""
    found = queries.check_statement(
        current_actor(context), title=title, measure=Measure(), strategy_id=strategy
    )
    show(context, plain.check(found)["letters"])


@app.command()
def kpis(context: typer.Context, first: _Day = None, last: _Day = None) -> None:
    """Every KPI over a window: the last 28 days unless told otherwise."""
    window, rows = explaining.kpis(current_actor(context), first=_day(first), last=_day(last))
    show(context, plain.kpis(window, rows)["items"], columns=("key", "name", "value", "as_of"))


@app.command()
def explain(
    context: typer.Context,
    key: str,
    first: _Day = None,
    last: _Day = None,
    channel: Annotated[list[UUID] | None, typer.Option(help="May be repeated.")] = None,
    limit: int = 50,
) -> None:
    """A KPI with formula, figures, source, window, freshness and rows."""
    found = explaining.explain(
        current_actor(context),
        key,
        first=_day(first),
        last=_day(last),
        channel_ids=tuple(channel or ()),
        limit=limit,
    )
    show(context, plain.explanation(found))
