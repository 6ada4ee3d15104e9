"""What has a path to a business goal, and what has none (R025).

A path is live when nothing on it was dropped: post → tactic → objective → strategy → goal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from enishi.accounts.permissions import Actor, Permission
from enishi.analytics.kpi import KPIS
from enishi.inbox.models import Conversation
from enishi.kernel import clock
from enishi.publishing.models import Post
from enishi.strategy.core.nodes import Status
from enishi.strategy.models import Objective, Tactic, TacticConversation, WatchedKpi
from enishi.strategy.queries import visible
from enishi.strategy.values import Choice, LinkedPost

_DROPPED = Status.DROPPED.value
_WHOLE = 100
_GONE = ("deleted", "cancelled")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many have no path."""

    orphans: int
    all: int

    @property
    def rate(self) -> float | None:
        """From 0 to 1; None when there is nothing at all."""
        return self.orphans / self.all if self.all else None

    @property
    def percent(self) -> int | None:
        return None if self.rate is None else round(self.rate * _WHOLE)


@dataclass(frozen=True, slots=True)
class OrphanTactic:
    id: UUID
    title: str
    dropped: str
    """The title of what was dropped above it."""


@dataclass(frozen=True, slots=True)
class Alignment:
    posts: Share
    tactics: Share
    kpis: Share
    orphan_posts: Sequence[LinkedPost]
    orphan_tactics: Sequence[OrphanTactic]
    orphan_kpis: Sequence[str]
    days: int | None
    """Posts of the last so many days; None for all."""


def alignment(actor: Actor, *, days: int | None = None, limit: int = 25) -> Alignment:
    """Orphans with their rates; the posts are those planned or published in the last days."""
    actor.require(Permission.STRATEGY_VIEW)
    posts = _posts(actor, days)
    orphans = posts.exclude(id__in=_aligned_posts(actor))
    tactics = Tactic.objects.filter(visible.tactics(actor), workspace_id=actor.workspace_id)
    tactics = tactics.exclude(status=_DROPPED)
    lost = list(tactics.filter(_above_dropped()).select_related("objective__strategy__goal"))
    used, known = (set(visible.kpis(actor, keys)) for keys in _kpis(actor))
    return Alignment(
        posts=Share(orphans.count(), posts.count()),
        tactics=Share(len(lost), tactics.count()),
        kpis=Share(len(known - used), len(known)),
        orphan_posts=[
            LinkedPost(one.id, one.text, one.state, one.due_at)
            for one in orphans.order_by("-due_at", "-id")[:limit]
        ],
        orphan_tactics=[OrphanTactic(one.id, one.title, _dropped_above(one)) for one in lost],
        orphan_kpis=sorted(known - used),
        days=days,
    )


def _posts(actor: Actor, days: int | None) -> QuerySet[Post]:
    rows = Post.objects.filter(workspace_id=actor.workspace_id).exclude(state__in=_GONE)
    if days is None:
        return rows
    since: datetime = clock.now() - timedelta(days=days)
    return rows.filter(Q(due_at__gte=since) | Q(due_at=None, created_at__gte=since))


def _above_dropped() -> Q:
    return (
        Q(objective__status=_DROPPED)
        | Q(objective__strategy__status=_DROPPED)
        | Q(objective__strategy__goal__status=_DROPPED)
    )


def _live_tactics(actor: Actor) -> QuerySet[Tactic]:
    rows = Tactic.objects.filter(workspace_id=actor.workspace_id).exclude(status=_DROPPED)
    return rows.exclude(_above_dropped())


def _aligned_posts(actor: Actor) -> QuerySet[Tactic, UUID]:
    linked = _live_tactics(actor).filter(links__isnull=False)
    found: QuerySet[Tactic, UUID] = linked.values_list("links__post_id", flat=True)
    return found


def _dropped_above(tactic: Tactic) -> str:
    objective = tactic.objective
    above = (objective, objective.strategy, objective.strategy.goal)
    return next((one.title for one in above if one.status == _DROPPED), "")


def _kpis(actor: Actor) -> tuple[set[str], set[str]]:
    """The KPIs that a live objective uses, and all that the workspace looks at."""
    rows = Objective.objects.filter(workspace_id=actor.workspace_id)
    live = rows.exclude(status=_DROPPED).exclude(strategy__status=_DROPPED)
    used = _keys(live.exclude(strategy__goal__status=_DROPPED))
    watched = WatchedKpi.objects.filter(workspace_id=actor.workspace_id)
    return used, used | _keys(rows) | set(watched.values_list("key", flat=True)) & set(KPIS)


def _keys(rows: Iterable[Objective]) -> set[str]:
    return {key for one in rows for key in (one.metric, *one.kpis) if key}


def live_tactics(actor: Actor) -> Sequence[Choice]:
    """The tactics to which something can be linked."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = _live_tactics(actor).filter(visible.tactics(actor))
    return [Choice(one.id, one.title) for one in rows.order_by("title", "id")]


def live_objectives(actor: Actor) -> Sequence[Choice]:
    """The objectives to which a KPI or a tactic can be given."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Objective.objects.filter(visible.objectives(actor), workspace_id=actor.workspace_id)
    rows = rows.exclude(status=_DROPPED)
    rows = rows.exclude(strategy__status=_DROPPED).exclude(strategy__goal__status=_DROPPED)
    return [Choice(one.id, one.title) for one in rows.order_by("title", "id")]


def watched(actor: Actor) -> set[str]:
    """The KPIs that the workspace keeps an eye on."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = WatchedKpi.objects.filter(workspace_id=actor.workspace_id)
    return set(rows.values_list("key", flat=True))


# --- conversations -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkedConversation:
    id: UUID
    person: str
    text: str
    state_label: str
    last_message_at: datetime


def conversations(actor: Actor, tactic_id: UUID, *, limit: int = 50) -> list[LinkedConversation]:
    """The conversations that carry out a tactic, the newest first."""
    actor.require(Permission.STRATEGY_VIEW)
    if not actor.can(Permission.INBOX_VIEW):
        return []
    rows = Conversation.objects.filter(
        workspace_id=actor.workspace_id, tactic_links__tactic_id=tactic_id
    )
    return [
        LinkedConversation(
            one.id,
            one.person_name or one.person_handle,
            one.last_text,
            str(one.get_state_display()),
            one.last_message_at,
        )
        for one in rows.order_by("-last_message_at", "-id")[:limit]
    ]


def conversation_tactics(actor: Actor, conversation_id: UUID) -> list[Choice]:
    """The tactics that a conversation carries out."""
    if not actor.can(Permission.STRATEGY_VIEW):
        return []
    rows = TacticConversation.objects.filter(
        visible.objectives(actor, "tactic__objective__"),
        tactic__workspace_id=actor.workspace_id,
        conversation_id=conversation_id,
    )
    found = rows.select_related("tactic").order_by("tactic__title", "id")
    return [Choice(one.tactic_id, one.tactic.title) for one in found]
