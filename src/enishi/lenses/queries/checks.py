"""Growth, cadence, and whether numbers can be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.analytics.kpi import KPIS, Window
from enishi.analytics.metrics.definition import Grain
from enishi.channels.models import Channel
from enishi.lenses import evidence
from enishi.lenses.core import plausible
from enishi.lenses.core.cadence import Cadence
from enishi.lenses.core.cadence import cadence as regularity
from enishi.lenses.core.plausible import MONTH, Judgement, Jump, judge
from enishi.lenses.models import Audit
from enishi.lenses.queries.asking import Asked, View, look
from enishi.publishing.models import Delivery
from enishi.strategy import readings
from enishi.strategy.core.smart import best_per_day, best_sum_per_day
from enishi.strategy.inputs import Measure
from enishi.strategy.models import Objective
from enishi.strategy.queries import measure_of

DAYS = 28
_JUMP_DAYS = 180
_YEAR = timedelta(days=365)
CAMPAIGN, POST = "campaign", "post"


@dataclass(frozen=True, slots=True)
class Source:
    """So many follows from one source; `name` is a tactic, or the start of a post."""

    kind: str
    name: str
    gained: int


@dataclass(frozen=True, slots=True)
class Growth:
    """Where followers came from. `opening`, `closing` and `net` are None if not observed."""

    window: Window
    opening: float | None
    closing: float | None
    sources: Sequence[Source]
    lost: int

    @property
    def net(self) -> float | None:
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening

    @property
    def attributed(self) -> int:
        return sum(source.gained for source in self.sources)

    @property
    def from_campaigns(self) -> int:
        return sum(source.gained for source in self.sources if source.kind == CAMPAIGN)

    @property
    def unattributed(self) -> float | None:
        """What is left of the net change: sources + losses + this make it up."""
        return None if self.net is None else self.net - self.attributed + self.lost

    @property
    def existing(self) -> float | None:
        """Followers at the end who came by no campaign of the window."""
        return None if self.closing is None else self.closing - self.from_campaigns


def growth(actor: Actor, asked: Asked) -> Growth:
    """Gains by source, losses, and what cannot be attributed."""
    view = look(actor, asked, days=DAYS)
    gained, lost = evidence.gains(view.place, view.channel_ids, view.window)
    found = readings.value(view.place, "follower_growth", view.channel_ids, view.window)
    closing = readings.value(view.place, "followers", view.channel_ids, view.window).value
    opening = None if found.value is None or closing is None else closing - found.value
    counts: Counter[tuple[str, str]] = Counter()
    tactics = _tactics([row["post"] for row in gained if row["post"]], actor.workspace_id)
    for row in gained:
        if row["source"]:
            counts[_source(row["source"], row["post"], tactics)] += int(row["gained"])
    texts = _texts(view, [name for kind, name in counts if kind == POST])
    sources = [
        Source(kind, texts.get(name, name) if kind == POST else name, count)
        for (kind, name), count in counts.most_common()
    ]
    return Growth(view.window, opening, closing, sources, sum(lost.values()))


def _source(kind: str, post: str, tactics: dict[str, str]) -> tuple[str, str]:
    if kind != POST:
        return kind, ""
    return (CAMPAIGN, tactics[post]) if post in tactics else (POST, post)


def _tactics(posts: Sequence[str], workspace_id: UUID) -> dict[str, str]:
    """The tactic of each post that carries one out."""
    rows = Delivery.objects.filter(
        post__workspace_id=workspace_id,
        remote_id__in=set(posts),
        post__tactic_links__isnull=False,
    )
    return dict(rows.values_list("remote_id", "post__tactic_links__tactic__title"))


def _texts(view: View, posts: Sequence[str]) -> dict[str, str]:
    rows = Delivery.objects.filter(
        post__workspace_id=view.place.workspace_id, remote_id__in=set(posts)
    )
    return {remote: text for remote, text in rows.values_list("remote_id", "post__text") if text}


@dataclass(frozen=True, slots=True)
class ChannelCadence:
    channel_id: UUID
    name: str
    per_week: int | None
    cadence: Cadence


def cadence(actor: Actor, asked: Asked) -> tuple[Window, Sequence[ChannelCadence]]:
    """Planned and actual posts of each channel, week by week; today does not count yet."""
    view = look(actor, asked, days=DAYS + 1)
    last = min(view.window.last, view.place.today - timedelta(days=1))
    window = Window(min(view.window.first, last), last, view.window.zone)
    found = evidence.post_days(view.place, view.channel_ids, window)
    return window, [
        ChannelCadence(
            one.id,
            str(one),
            one.posts_per_week,
            regularity(found.get(str(one.id), {}), list(window), one.posts_per_week),
        )
        for one in view.channels
        if one.posts_per_week or str(one.id) in found
    ]


# --- plausibility ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """An objective's target beside the best month of its KPI."""

    objective_id: UUID
    title: str
    metric: str
    judgement: Judgement


def plausibility(actor: Actor) -> Sequence[Target]:
    """Every objective with a target, the least plausible first."""
    view = look(actor, Asked(), days=DAYS)
    rows = Objective.objects.filter(workspace_id=actor.workspace_id).exclude(metric="")
    found = [_target(view, one) for one in rows.prefetch_related("channels")]
    return sorted(found, key=lambda one: -(one.judgement.ratio or 0))


def _target(view: View, row: Objective) -> Target:
    measure = measure_of(row)
    return Target(row.id, row.title, row.metric, judge_measure(view, measure))


def judge_measure(view: View, measure: Measure) -> Judgement:
    """What a measure needs in a month beside the best month of the year before it."""
    plan = measure.plan()
    if plan is None or measure.metric not in KPIS:
        return judge(None, None)
    last = min(view.place.today, plan.start)
    window = Window(last - _YEAR, last, view.place.zone)
    points = readings.series(view.place, measure.metric, measure.channel_ids, window)
    pairs = [(point.day, point.value) for point in points]
    grain = KPIS[measure.metric].definition.grain
    best: float | None = None
    if grain is Grain.LEVEL:
        best = best_per_day(pairs, MONTH, falls=plan.change < 0)
    if grain is Grain.FLOW:
        begun = next((at for at, (_day, value) in enumerate(pairs) if value is not None), None)
        best = None if begun is None else best_sum_per_day(pairs[begun:], MONTH)
    needed, known = plan.change / plan.days * MONTH, None if best is None else best * MONTH
    return judge(needed, known, view.limits.implausible)


@dataclass(frozen=True, slots=True)
class Flag:
    """A jump on a channel; `audit` is what a person found out."""

    channel_id: UUID
    channel: str
    jump: Jump
    audit: Audit | None


def jumps(actor: Actor, asked: Asked) -> Sequence[Flag]:
    """Jumps in followers that no reach explains, the newest first."""
    view = look(actor, asked, days=_JUMP_DAYS)
    rows = Audit.objects.filter(workspace_id=actor.workspace_id).select_related("by")
    audits = {(one.channel_id, one.day): one for one in rows}
    found = [
        Flag(channel.id, str(channel), jump, audits.get((channel.id, jump.day)))
        for channel in view.channels
        for jump in _jumps(view, channel)
    ]
    return sorted(found, key=lambda flag: flag.jump.day, reverse=True)


def _jumps(view: View, channel: Channel) -> list[Jump]:
    return plausible.jumps(
        _daily(view, "followers", channel.id),
        _daily(view, "reach", channel.id),
        view.limits.jump_times,
        view.limits.jump_least,
    )


def _daily(view: View, metric: str, channel_id: UUID) -> dict[date, float]:
    points = readings.series(view.place, metric, (channel_id,), view.window)
    return {point.day: point.value for point in points if point.value is not None}


def quality_followers(actor: Actor, channel_ids: Sequence[UUID]) -> float | None:
    """Followers less those of jumps that nobody could explain; None if not observed."""
    asked = Asked(channel_ids=tuple(channel_ids))
    view = look(actor, asked, days=DAYS)
    level = readings.value(view.place, "followers", channel_ids, view.window).value
    if level is None:
        return None
    flags = jumps(actor, asked)
    return level - sum(
        flag.jump.change for flag in flags if flag.audit is None or not flag.audit.is_genuine
    )
