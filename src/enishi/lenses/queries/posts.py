"""Lenses on single posts: adjusted scores, support, powers, SNS or CNS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.analytics.facts import BASES
from enishi.analytics.kpi import Window
from enishi.analytics.powers import Powers, Refusal
from enishi.analytics.powers.questions import read
from enishi.channels import taxonomy
from enishi.kernel.errors import InvalidInputError
from enishi.lenses import evidence as log
from enishi.lenses.core.content import Lift, Score, Scores, adjusted, is_supported
from enishi.lenses.core.content import lifts as lift_of
from enishi.lenses.core.deciding import Evidence, Purpose, Split, split, weigh
from enishi.lenses.models import PowerReading, Support
from enishi.lenses.queries.asking import Asked, View, look

DAYS = 90
_YEAR = 365
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ScoresView:
    window: Window
    scores: Scores
    shown: Sequence[tuple[Score, str]]
    """The best posts with the names of their accounts."""
    baselines: Sequence[tuple[str, float]]
    too_few: Sequence[tuple[str, int]]


def scores(actor: Actor, asked: Asked, *, base: str = "reach", limit: int = _SHOWN) -> ScoresView:
    """Posts beside what their accounts normally get, by a named engagement rate."""
    if base not in BASES:
        raise InvalidInputError(
            _("There is no such variant of the engagement rate."),
            field="base",
            remedy=", ".join(BASES),
        )
    view = look(actor, asked, days=DAYS)
    found = adjusted(log.post_facts(view.place, view.channel_ids, view.window), base)
    return ScoresView(
        view.window,
        found,
        [(score, view.name_of(score.post.channel_id)) for score in found.scores[:limit]],
        sorted((view.name_of(one), value) for one, value in found.baselines.items()),
        sorted((view.name_of(one), count) for one, count in found.too_few.items()),
    )


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post that can be marked as supported."""

    post: str
    text: str
    topic: str
    published_at: datetime
    engagements: float
    kinds: Sequence[str]
    is_supported: bool


@dataclass(frozen=True, slots=True)
class LiftsView:
    window: Window
    lifts: Sequence[Lift]
    posts: Sequence[PostChoice]


def lifts(actor: Actor, asked: Asked) -> LiftsView:
    """What support by advertisements or other accounts adds, topic by topic."""
    view = look(actor, asked, days=_YEAR)
    marks: dict[str, list[str]] = {}
    for one in Support.objects.filter(workspace_id=actor.workspace_id).order_by("kind"):
        marks.setdefault(one.post, []).append(one.kind)
    posts = log.post_facts(view.place, view.channel_ids, view.window)
    choices = [
        PostChoice(
            one.post,
            one.text,
            one.topic,
            one.published_at,
            one.engagements,
            marks.get(one.post, ()),
            is_supported(one, marks),
        )
        for one in reversed(posts)
        if one.topic
    ]
    choices.sort(key=lambda one: not one.is_supported)
    return LiftsView(
        view.window, lift_of(posts, marks, view.limits.posts_per_lift), choices[: _SHOWN * 2]
    )


@dataclass(frozen=True, slots=True)
class PowersView:
    """The mixed model as it was last computed; None before the first time."""

    computed_at: datetime | None
    first: object
    last: object
    answer: Powers | Refusal | None
    names: Mapping[str, str]


def powers(actor: Actor) -> PowersView:
    """How much accounts and topics bring."""
    view = look(actor, Asked(), days=_YEAR)
    row = PowerReading.objects.filter(workspace_id=actor.workspace_id).first()
    names = {str(one.id): str(one) for one in view.channels}
    if row is None:
        return PowersView(None, None, None, None, names)
    return PowersView(row.computed_at, row.first, row.last, read(row.answer), names)


@dataclass(frozen=True, slots=True)
class EvidenceView:
    window: Window
    evidence: Evidence
    split: Split
    least: int
    """Fewer posts in an arm are insufficient."""


def evidence(actor: Actor, asked: Asked, *, purpose: Purpose, hours: float = 10.0) -> EvidenceView:
    """SNS or CNS for a purpose, by one's own posts; and the division of hours that follows."""
    view = look(actor, asked, days=DAYS)
    found = _weighed(view, purpose)
    least = round(view.limits.posts_per_arm)
    return EvidenceView(view.window, found, split(purpose, hours, found.verdict), least)


def suggested_split(actor: Actor, purpose: Purpose, hours: float) -> EvidenceView:
    """The division that is suggested today."""
    return evidence(actor, Asked(), purpose=purpose, hours=hours)


def _weighed(view: View, purpose: Purpose) -> Evidence:
    weights = {str(one.id): taxonomy.sns_weight_of(one) for one in view.channels}
    posts = log.post_facts(view.place, view.channel_ids, view.window)
    return weigh(posts, purpose, weights.get, view.limits.posts_per_arm)
