"""The balance, declared and measured; and all events through either lens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.analytics.kpi import Reading, Window
from enishi.channels import taxonomy
from enishi.channels.core.taxonomy import OTHER, SOCIAL_MEDIA
from enishi.channels.models import Channel
from enishi.kernel.errors import InvalidInputError
from enishi.lenses import evidence
from enishi.lenses.core.balance import Balance, Behaviour, Gap, gap, measure
from enishi.lenses.core.sight import Lens, Sight
from enishi.lenses.core.sight import look as sort_events
from enishi.lenses.models import ApproachPlan
from enishi.lenses.queries.asking import Asked, View, look
from enishi.strategy import readings

DAYS = 28
LEVELS = ("class", "frame", "channel")
"""How finely columns divide the events: the classes of a scheme, Social media > SNS / other,
or single channels."""
NO_CHANNEL = ""
_FIGURES = {
    Lens.NETWORK: ("followers", "follower_growth", "returning_people", "response_rate"),
    Lens.MEDIA: ("posts", "reach", "engagement_rate_by_reach", "amplification_rate"),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """A plan's declared balance beside the behaviour on its channels."""

    plan_id: UUID
    title: str
    declared: float
    measured: float | None
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class BalanceView:
    window: Window
    behaviour: Behaviour
    balance: Balance
    declared: Sequence[Declared]


def balance(actor: Actor, asked: Asked) -> BalanceView:
    """Measured over what is asked, and for each plan that declares one over its own channels."""
    view = look(actor, asked, days=DAYS)
    seen = evidence.behaviour(view.place, view.channel_ids, view.window)
    rows = ApproachPlan.objects.filter(workspace_id=actor.workspace_id, networking__isnull=False)
    plans = rows.exclude(state="closed").prefetch_related("channels").order_by("-at")
    return BalanceView(view.window, seen, measure(seen), [_declared(view, one) for one in plans])


def _declared(view: View, plan: ApproachPlan) -> Declared:
    channels = tuple(sorted(one.id for one in plan.channels.all()))
    found = measure(evidence.behaviour(view.place, channels, view.window))
    wanted = (plan.networking or 0) / 100
    return Declared(
        plan.id, plan.title, wanted, found.value, gap(wanted, found, view.limits.balance_gap)
    )


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class SightView:
    """All events through a lens, and what the lens looks at most."""

    window: Window
    scheme: str
    level: str
    sight: Sight
    columns: Sequence[Column]
    figures: Sequence[tuple[str, Reading]]
    people: tuple[int, int]
    """Who did something, and how many of them came back."""
    threads: int
    formats: Sequence[tuple[str, int]]
    events: int
    """How many events there are, counted without any lens."""


def sight(
    actor: Actor, asked: Asked, *, lens: Lens, scheme: str = "mic-2015", level: str = "class"
) -> SightView:
    """Every event of the window once, whatever one looks through."""
    view = look(actor, asked, days=DAYS)
    _check(scheme, level)
    found = evidence.all_events(view.place, view.channel_ids, view.window)
    classes, labels = _classes(view.channels, scheme, level)
    seen = sort_events(found, lens, lambda one: classes.get(one, NO_CHANNEL), list(labels))
    did = evidence.behaviour(view.place, view.channel_ids, view.window)
    return SightView(
        view.window,
        scheme,
        level,
        seen,
        [Column(key, labels.get(key) or _("Without a channel")) for key in seen.columns],
        [
            (key, readings.value(view.place, key, view.channel_ids, view.window))
            for key in _FIGURES[lens]
        ],
        (did.people, did.regulars),
        did.threads,
        evidence.formats(view.place, view.channel_ids, view.window),
        sum(one.count for one in found),
    )


def _check(scheme: str, level: str) -> None:
    if scheme not in {one.id for one in taxonomy.registry().schemes}:
        raise InvalidInputError(_("There is no such scheme."), field="scheme")
    if level not in LEVELS:
        raise InvalidInputError(
            _("There is no such level."), field="level", remedy=", ".join(LEVELS)
        )


def _classes(
    channels: Sequence[Channel], scheme: str, level: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The column of each channel, and the labels of all columns in their order."""
    if level == "channel":
        labels = {str(one.id): str(one) for one in channels}
        return {key: key for key in labels}, labels
    if level == "frame":
        labels = {"sns": _("SNS"), OTHER: _("Other social media"), "none": _("No social media")}
        return _by(channels, lambda one: _frame(one, scheme)), labels
    found = taxonomy.registry().scheme(scheme)
    labels = {one.id: taxonomy.words(one.name) for one in found.classes}
    labels["none"] = _("Not classified")
    return _by(channels, lambda one: taxonomy.classes_of(one).get(scheme) or "none"), labels


def _by(channels: Sequence[Channel], key: Callable[[Channel], str]) -> dict[str, str]:
    return {str(one.id): key(one) for one in channels}


def _frame(channel: Channel, scheme: str) -> str:
    path = taxonomy.tree_path(channel, scheme)
    return path[-1] if path and path[0] == SOCIAL_MEDIA else "none"
