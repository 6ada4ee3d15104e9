"""Today: what goes out, who waits, how objectives pace, what needs a hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.channels import queries as channels
from enishi.inbox import queries as inbox
from enishi.kernel import clock
from enishi.publishing import queries as publishing
from enishi.publishing.values import PostCard
from enishi.strategy import queries as strategy
from enishi.strategy import shown

_MORNING, _NOON, _EVENING = 4, 11, 18
_POSTS, _WAITING, _OBJECTIVES, _ATTENTION = 6, 5, 4, 4


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Something that a new workspace still needs."""

    key: str
    path: str
    done: bool


@dataclass(frozen=True, slots=True)
class Today:
    """Everything on the page; what the actor may not see stays empty."""

    upcoming: Sequence[PostCard] = ()
    attention: Sequence[PostCard] = ()
    connected: Sequence[channels.Brief] = ()
    ailing: Sequence[channels.Brief] = ()
    waiting: Sequence[inbox.Row] = ()
    counts: inbox.Counts = field(default_factory=inbox.Counts)
    objectives: Sequence[shown.Card] = ()

    @property
    def problems(self) -> int:
        return len(self.attention) + len(self.ailing)

    @property
    def steps(self) -> list[FirstStep]:
        """What to do first, until all of it is done."""
        return [
            FirstStep("channel", "channels/connect/", bool(self.connected)),
            FirstStep("objective", "strategy/", bool(self.objectives)),
            FirstStep("post", "posts/new/", bool(self.upcoming or self.attention)),
        ]

    @property
    def is_new(self) -> bool:
        return not self.connected or not self.objectives


def today(request: WorkspaceRequest) -> HttpResponse:
    """The first page of a workspace."""
    found = _today(request.actor)
    now = timezone.localtime(clock.now())
    groups = _by_day(found.upcoming, now)
    context = {"today": found, "now": now, "greeting": _greeting(now), "groups": groups}
    template = "site/_home_body.html" if _is_refresh(request) else "site/home.html"
    return render(request, template, context)


def _is_refresh(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "home-body"


def _today(actor: Actor) -> Today:
    parts: dict[str, Any] = {}
    if actor.can(Permission.POSTS_VIEW):
        parts["upcoming"], parts["attention"] = publishing.today(
            actor, upcoming=_POSTS, attention=_ATTENTION
        )
    if actor.can(Permission.CHANNELS_VIEW):
        parts["connected"] = found = channels.briefs(actor)
        parts["ailing"] = [each for each in found if each.ails]
    if actor.can(Permission.INBOX_VIEW):
        wanted = inbox.Filters(state="open")
        parts["waiting"] = inbox.conversations(actor, wanted, limit=_WAITING).rows
        parts["counts"] = inbox.counts(actor)
    if actor.can(Permission.STRATEGY_VIEW):
        rows = strategy.pacing_overview(actor, limit=_OBJECTIVES)
        parts["objectives"] = [shown.card(row) for row in rows]
    return Today(**parts)


def _greeting(now: datetime) -> str:
    if now.hour < _MORNING or now.hour >= _EVENING:
        return "evening"
    return "morning" if now.hour < _NOON else "day"


def _by_day(
    cards: Sequence[PostCard], now: datetime
) -> list[tuple[datetime, bool, list[PostCard]]]:
    """The next posts under the days on which they go out."""
    groups: dict[object, tuple[datetime, bool, list[PostCard]]] = {}
    for card in cards:
        local = card.local or now
        is_today = local.date() == now.date()
        groups.setdefault(local.date(), (local, is_today, []))[2].append(card)
    return list(groups.values())
