"""`enishi strategy …`: templates, hours and cost, what the plan rests on, what it was."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts.terminal import current_actor, show
from enishi.strategy import actions, plain
from enishi.strategy.months import month_of
from enishi.strategy.queries import (
    alignment,
    resources,
    reviews,
    sorting,
    split,
    thinking,
    versions,
)
from enishi.strategy.starters import all_starters

app = typer.Typer()
_Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])]
_Scope = Annotated[str, typer.Option(help="operation or marketing.")]


@app.command()
def starters(context: typer.Context) -> None:
    """The templates to begin with."""
    rows = [plain.starter(one) for one in all_starters()]
    show(context, rows, columns=("key", "group", "name", "note"))


@app.command()
def start(context: typer.Context, key: str, language: str = "") -> None:
    """Put a template into the plan."""
    use = actions.create_from_starter(current_actor(context), key=key, language=language)
    show(context, {"use_id": use.id, "goal_id": use.goal_id})


@app.command()
def pillars(context: typer.Context) -> None:
    """The three pillars, chosen or not."""
    show(context, sorting.pillars(current_actor(context)))


@app.command()
def approve(context: typer.Context, strategy_id: UUID) -> None:
    """Approve a strategy that says what, who, how and why."""
    found = actions.approve_strategy(current_actor(context), strategy_id)
    show(context, plain.approval(found))


@app.command()
def capacity(context: typer.Context) -> None:
    """Minutes a week that the plan needs and that there are, and what to drop."""
    found = resources.capacity(current_actor(context))
    show(
        context,
        {
            "needed": found.needed,
            "available": found.available,
            "difference": found.difference,
            "drops": [one.title for one in found.drops],
        },
    )


@app.command()
def hours(
    context: typer.Context,
    day: _Day,
    minutes: int,
    tactic: UUID | None = None,
    activity: str = "",
    scope: _Scope = "",
) -> None:
    """Say how long one worked on something on a day; 0 takes it away."""
    actions.log_work(
        current_actor(context),
        day=day.date(),
        minutes=minutes,
        tactic_id=tactic,
        activity=activity,
        scope=scope or None,
    )


@app.command()
def spend(
    context: typer.Context,
    day: _Day,
    amount: Annotated[int, typer.Argument(help="In minor units: yen, cents.")],
    label: str,
    kind: str = "other",
    tactic: UUID | None = None,
    scope: _Scope = "",
) -> None:
    """Enter money that was spent."""
    made = actions.add_cost(
        current_actor(context),
        day=day.date(),
        amount=amount,
        label=label,
        kind=kind,
        tactic_id=tactic,
        scope=scope,
    )
    show(context, plain.cost(made))


@app.command()
def month(context: typer.Context, month: str) -> None:
    """Operation within marketing in a month (2026-04), and what blocks its close."""
    actor, first = current_actor(context), month_of(month)
    found = split.plain(split.month(actor, first))
    show(context, found | {"blocking": split.blocking(actor, first)})


@app.command("close-month")
def close_month(context: typer.Context, month: str) -> None:
    """Make a month final."""
    show(context, actions.close_month(current_actor(context), month_of(month)).totals)


@app.command()
def align(context: typer.Context, days: int | None = None) -> None:
    """Posts, tactics and KPIs without a path to a goal."""
    show(context, plain.alignment(alignment.alignment(current_actor(context), days=days)))


@app.command()
def canvas(context: typer.Context) -> None:
    """The business canvas and its coverage."""
    show(context, plain.canvas(thinking.canvas(current_actor(context))))


@app.command()
def risks(context: typer.Context) -> None:
    """The risk register, the greatest first."""
    rows = [plain.risk(one) for one in thinking.risks(current_actor(context))]
    show(context, rows, columns=("score", "probability", "impact", "title", "closed_at"))


@app.command()
def outside(context: typer.Context) -> None:
    """What changes in the world outside, and what it touches."""
    show(context, [plain.factor(one) for one in thinking.factors(current_actor(context))])


@app.command("versions")
def list_versions(context: typer.Context) -> None:
    """The versions of the plan."""
    rows = [plain.version(one.version) for one in versions.versions(current_actor(context))]
    show(context, rows)


@app.command()
def keep(context: typer.Context, label: str = "") -> None:
    """Keep the plan as it is now."""
    show(context, plain.version(actions.keep_version(current_actor(context), label=label)))


@app.command()
def restore(context: typer.Context, version_id: UUID) -> None:
    """Go back to a version; the plan as it is now is kept as one."""
    show(context, plain.version(actions.restore_version(current_actor(context), version_id)))


@app.command()
def programme(context: typer.Context) -> None:
    """Goal × KPI × owner × review date."""
    show(context, [plain.programme(one) for one in reviews.programme(current_actor(context))])


@app.command()
def review(context: typer.Context, month: str) -> None:
    """The review of a month (2026-04), drafted if it was not yet."""
    show(context, plain.review(actions.draft_review(current_actor(context), month_of(month))))
