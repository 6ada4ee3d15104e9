"""`enishi lenses …`: balance, reach, evidence, plans and checks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts.terminal import current_actor, show
from enishi.lenses import actions, plain, queries
from enishi.lenses.core.deciding import Purpose
from enishi.lenses.core.needing import Question
from enishi.lenses.core.sight import Lens
from enishi.lenses.inputs import PlanInput
from enishi.lenses.queries import Asked

COMMAND = "lenses"
app = typer.Typer(no_args_is_help=True, help="Networking or media, SNS or CNS, account or content.")

_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
_Channels = Annotated[list[UUID] | None, typer.Option(help="May be repeated.")]


def _asked(first: datetime | None, last: datetime | None, channel: list[UUID] | None) -> Asked:
    return Asked(_day(first), _day(last), tuple(channel or ()))


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


@app.command()
def balance(
    context: typer.Context, first: _Day = None, last: _Day = None, channel: _Channels = None
) -> None:
    """The networking–media balance with its five indicators."""
    found = queries.balance(current_actor(context), _asked(first, last, channel))
    show(context, plain.balance(found))


@app.command()
def events(
    context: typer.Context,
    lens: Lens = Lens.NETWORK,
    scheme: str = "mic-2015",
    level: str = "class",
    first: _Day = None,
    last: _Day = None,
) -> None:
    """Every event of the window through a lens."""
    found = queries.sight(
        current_actor(context), _asked(first, last, None), lens=lens, scheme=scheme, level=level
    )
    show(context, plain.sight(found))


@app.command()
def reach(
    context: typer.Context, first: _Day = None, last: _Day = None, channel: _Channels = None
) -> None:
    """SNS and CNS index of organic reach."""
    show(context, plain.reach(queries.reach(current_actor(context), _asked(first, last, channel))))


@app.command()
def levels(context: typer.Context, first: _Day = None, last: _Day = None) -> None:
    """Spend and results at every level, each item counted once."""
    show(context, plain.levels(queries.levels(current_actor(context), _asked(first, last, None))))


@app.command()
def scores(
    context: typer.Context, base: str = "reach", first: _Day = None, last: _Day = None
) -> None:
    """Posts beside what their accounts normally get."""
    found = queries.scores(current_actor(context), _asked(first, last, None), base=base)
    show(context, plain.scores(found))


@app.command()
def powers(context: typer.Context) -> None:
    """Account power and content power, as last computed."""
    show(context, plain.powers(queries.powers(current_actor(context))))


@app.command()
def evidence(
    context: typer.Context,
    purpose: Purpose,
    hours: float = 10.0,
    first: _Day = None,
    last: _Day = None,
) -> None:
    """SNS or CNS for a purpose, and how to divide the hours."""
    found = queries.evidence(
        current_actor(context), _asked(first, last, None), purpose=purpose, hours=hours
    )
    show(context, plain.evidence(found))


@app.command()
def assess(
    context: typer.Context,
    purpose: str,
    answers: Annotated[
        str,
        typer.Argument(
            help="Seven digits 0 (no), 1 (partly), 2 (yes): audience, resources, purpose, "
            "content, answering, risk, measuring."
        ),
    ],
    note: str = "",
) -> None:
    """Judge whether to use social media at all, and keep the result."""
    actor = current_actor(context)
    given = {
        question.value: int(digit)
        for question, digit in zip(Question, answers, strict=False)
        if digit.isdigit()
    }
    made = actions.assess(actor, purpose=purpose, answers=given, note=note)
    show(context, plain.assessment(queries.assessment(actor, made.id)))


@app.command()
def assessments(context: typer.Context) -> None:
    """The assessments that were kept."""
    rows = [plain.assessment(one) for one in queries.assessments(current_actor(context))]
    show(context, rows, columns=("at", "verdict", "points", "purpose", "recheck_on"))


@app.command()
def plans(context: typer.Context) -> None:
    """Plans of approach."""
    found = queries.plans(current_actor(context))
    rows = [plain.plan_row(row) for _approach, some in found.groups for row in some]
    show(context, rows, columns=("id", "title", "approach", "state", "sns_share"))


@app.command()
def plan(context: typer.Context, plan_id: UUID) -> None:
    """A plan with its KPIs, topics, balance and rules."""
    show(context, plain.plan(queries.plan(current_actor(context), plan_id)))


@app.command()
def create_plan(
    context: typer.Context,
    title: str,
    approach: str,
    topic: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    channel: _Channels = None,
    networking: Annotated[int | None, typer.Option(help="Declared balance, 0 to 100.")] = None,
    sns_share: int = 30,
) -> None:
    """Keep a plan: approach account, content or hybrid."""
    given = PlanInput(
        title, approach, topic or (), tuple(channel or ()), None, 0, networking, sns_share
    )
    actor = current_actor(context)
    made = actions.create_plan(actor, given)
    show(context, plain.plan(queries.plan(actor, made.id)))


@app.command()
def start_plan(context: typer.Context, plan_id: UUID) -> None:
    """Begin a plan."""
    actor = current_actor(context)
    actions.start_plan(actor, plan_id)
    show(context, plain.plan(queries.plan(actor, plan_id)))


@app.command()
def check_rules(context: typer.Context) -> None:
    """Let rules fire whose conditions hold now."""
    fired = actions.check_triggers(current_actor(context))
    show(context, [plain.trigger(one) for one in fired], columns=("id", "plan_id", "proposed"))


@app.command()
def decide_rule(
    context: typer.Context,
    trigger_id: UUID,
    accept: Annotated[bool, typer.Option("--accept/--refuse")],
    reason: str = "",
) -> None:
    """Accept a proposal or refuse it with a reason."""
    made = actions.decide_trigger(current_actor(context), trigger_id, accept=accept, reason=reason)
    show(context, plain.trigger(made))


@app.command()
def growth(context: typer.Context, first: _Day = None, last: _Day = None) -> None:
    """Where followers came from."""
    show(context, plain.growth(queries.growth(current_actor(context), _asked(first, last, None))))


@app.command()
def cadence(context: typer.Context, first: _Day = None, last: _Day = None) -> None:
    """Planned and actual posts a week."""
    window, rows = queries.cadence(current_actor(context), _asked(first, last, None))
    show(context, plain.cadence(window, list(rows)))


@app.command()
def plausibility(context: typer.Context) -> None:
    """Targets beside the best month."""
    rows = [plain.target(one) for one in queries.plausibility(current_actor(context))]
    show(context, rows, columns=("title", "metric", "likelihood", "ratio"))


@app.command()
def jumps(context: typer.Context) -> None:
    """Jumps in followers that no reach explains."""
    rows = [plain.flag(one) for one in queries.jumps(current_actor(context), Asked())]
    show(context, rows, columns=("day", "channel", "change", "usual", "reach", "verdict"))


@app.command()
def awareness(context: typer.Context, first: _Day = None, last: _Day = None) -> None:
    """Awareness, loyalty, traffic and short videos."""
    found = queries.awareness(current_actor(context), _asked(first, last, None))
    show(context, plain.awareness(found))
