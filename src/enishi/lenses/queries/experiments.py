"""Trials with their posts and looks, and what posting more or less often brings (R053)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.analytics.facts import PostFacts
from enishi.analytics.kpi import Window
from enishi.kernel import clock
from enishi.kernel.errors import NotFoundError
from enishi.lenses import evidence
from enishi.lenses.core import experiments as core
from enishi.lenses.core.cadence import Response, responses
from enishi.lenses.core.experiments import Arm, Plan, TrialState
from enishi.lenses.models import Trial
from enishi.lenses.queries.asking import Asked, View, look
from enishi.strategy import readings

_YEAR = 365
_WEEK = 7
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class TrialView:
    """A trial: the posts of both arms, those that count, and the rule."""

    row: Trial
    assigned: tuple[int, int]
    counts: tuple[int, int]
    """How many of them are old enough and have the measure."""
    plans: Sequence[Plan]
    next_plan: Plan | None
    next_arm: Arm
    """Where the next post belongs, as it was drawn."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post of the trial's time and its arm; `is_open` while it can be put in or out."""

    post: str
    text: str
    published_at: datetime
    arm: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """What weeks brought by how often was posted in them."""

    window: Window
    measure: str
    steps: Sequence[Response]
    weeks: int


def trials(actor: Actor) -> list[TrialView]:
    """Every trial, the newest first."""
    view = look(actor, Asked(), days=_YEAR)
    rows = Trial.objects.filter(workspace_id=actor.workspace_id).prefetch_related("posts")
    return [_view(view, row) for row in rows.order_by("-at", "-id")]


def trial(actor: Actor, trial_id: UUID) -> tuple[TrialView, list[Candidate]]:
    """One trial and the posts of its time."""
    view = look(actor, Asked(), days=_YEAR)
    row = find_trial(actor, trial_id)
    arms = dict(row.posts.values_list("post", "arm"))
    ripe = clock.now() - timedelta(days=row.ripe_days)
    posts = [one for one in _facts(view) if one.published_at >= row.at]
    return _view(view, row), [
        Candidate(
            one.post,
            one.text,
            one.published_at,
            arms.get(one.post, ""),
            row.state == TrialState.RUNNING and one.published_at > ripe,
        )
        for one in reversed(posts)
    ][:_SHOWN]


def find_trial(actor: Actor, trial_id: UUID, *, lock: bool = False) -> Trial:
    """The trial, which must be the workspace's own."""
    rows = Trial.objects.select_for_update() if lock else Trial.objects.all()
    found = rows.filter(workspace_id=actor.workspace_id, id=trial_id).first()
    if found is None:
        raise NotFoundError(_("There is no such trial."), field="trial")
    return found


def counted(actor: Actor, row: Trial) -> tuple[list[float], list[float]]:
    """The measure of the posts of both arms that are old enough, in the order of time."""
    return _counted(look(actor, Asked(), days=_YEAR), row)


def published_at(actor: Actor, post: str) -> datetime | None:
    """When a post came out; None when the log knows no such post of ours."""
    view = look(actor, Asked(), days=_YEAR)
    return next((one.published_at for one in _facts(view) if one.post == post), None)


def _facts(view: View) -> list[PostFacts]:
    found = evidence.post_facts(view.place, (), view.window)
    return sorted(found, key=lambda one: (one.published_at, one.post))


def _view(view: View, row: Trial) -> TrialView:
    arms = [one.arm for one in row.posts.all()]
    first, second = _counted(view, row)
    plans = core.plans(row.per_arm)
    done = len(row.looks)
    running = row.state == TrialState.RUNNING and done < len(plans)
    return TrialView(
        row,
        (arms.count(Arm.FIRST), arms.count(Arm.SECOND)),
        (len(first), len(second)),
        plans,
        plans[done] if running else None,
        core.arm_of(str(row.id), len(arms)),
    )


def _counted(view: View, row: Trial) -> tuple[list[float], list[float]]:
    arms = {one.post: one.arm for one in row.posts.all()}
    ripe = clock.now() - timedelta(days=row.ripe_days)
    values: dict[str, list[float]] = {Arm.FIRST.value: [], Arm.SECOND.value: []}
    for post in _facts(view) if arms else []:
        value = _value(post, row.measure)
        if post.post in arms and post.published_at <= ripe and value is not None:
            values[arms[post.post]].append(value)
    return values[Arm.FIRST.value], values[Arm.SECOND.value]


def _value(post: PostFacts, measure: str) -> float | None:
    return post.engagements if measure == "engagements" else post.rate(measure)


# --- frequency -----------------------------------------------------------------------------


def frequency(actor: Actor, asked: Asked, *, measure: str = "engagements") -> Curve:
    """What whole weeks brought, by the number of posts in them.

    `measure` is `engagements` of the week's posts, or `followers`: by how many they grew.
    """
    view = look(actor, asked, days=_YEAR)
    posts = _daily(view, "posts")
    values = _daily(view, "followers" if measure == "followers" else "engagements")
    weeks = [
        (sum(posts.get(day) or 0 for day in days), value)
        for days in _whole_weeks(view.window)
        if (value := _of_week(values, days, measure)) is not None
    ]
    pairs = [(round(count), value) for count, value in weeks]
    return Curve(view.window, measure, responses(pairs), len(pairs))


def _daily(view: View, key: str) -> dict[date, float | None]:
    points = readings.series(view.place, key, view.channel_ids, view.window)
    return {point.day: point.value for point in points}


def _whole_weeks(window: Window) -> list[list[date]]:
    days = list(window)
    return [
        days[start : start + _WEEK]
        for start, day in enumerate(days)
        if day.weekday() == 0 and start + _WEEK <= len(days)
    ]


def _of_week(values: dict[date, float | None], days: list[date], measure: str) -> float | None:
    if measure != "followers":
        known = [value for day in days if (value := values.get(day)) is not None]
        return sum(known) if known else 0.0
    before, after = values.get(days[0] - timedelta(days=1)), values.get(days[-1])
    return None if before is None or after is None else after - before
