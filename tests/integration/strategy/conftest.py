"""A plan with one of each level, and a log that says how many follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.activities.log import Direction, NewActivity, NewObservation, observe, record
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.strategy import actions
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure

APRIL = Measure("followers", 4200, 5200, date(2026, 4, 1), date(2026, 4, 30))
DAY_12 = datetime(2026, 4, 12, 3, tzinfo=UTC)
"""Noon of 12 April in Tokyo, where the test's workspace lives."""


@dataclass(frozen=True, slots=True)
class Plan:
    goal: UUID
    strategy: UUID
    objective: UUID
    tactic: UUID


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`now(moment)` sets the clock; it begins on 12 April 2026."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_clock(DAY_12)
    return set_clock


@pytest.fixture
def channel(workspace: Workspace) -> Channel:
    return Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="喫茶えにし",
        remote_id="acct:us",
        state="active",
        connected_at=DAY_12,
    )


@pytest.fixture
def plan(owner: Actor, now: object) -> Plan:
    """One goal, strategy, objective (+1,000 followers in April) and tactic."""

    def make(level: Level, title: str, parent: UUID | None, measure: Measure | None = None) -> UUID:
        made = actions.create_node(
            owner, level=level, parent_id=parent, details=Details(title), measure=measure
        )
        return made.id

    goal = make(Level.GOAL, "店を知ってもらう", None)
    strategy = make(Level.STRATEGY, "毎日の一杯を見せる", goal)
    objective = make(Level.OBJECTIVE, "4月にフォロワー+1,000", strategy, measure=APRIL)
    return Plan(goal, strategy, objective, make(Level.TACTIC, "朝の写真", objective))


def followers(channel: Channel, values: dict[date, float]) -> None:
    """The network reports these numbers of followers, at noon of each day in Tokyo."""
    observe(
        NewObservation(
            workspace_id=channel.workspace_id,
            channel_id=channel.id,
            subject="",
            metric="followers",
            value=value,
            observed_at=datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
            source=str(channel.id),
        )
        for day, value in values.items()
    )


def report(channel: Channel, subject: str, values: dict[str, float], at: datetime) -> None:
    """The network reports numbers of a post (or of the account, with an empty subject)."""
    observe(
        NewObservation(
            workspace_id=channel.workspace_id,
            channel_id=channel.id,
            subject=subject,
            metric=metric,
            value=value,
            observed_at=at,
            source=str(channel.id),
        )
        for metric, value in values.items()
    )


def act(
    channel: Channel, kind: str, *, at: datetime, key: str, inbound: bool = True, about: str = ""
) -> None:
    """Something that happened, in the log."""
    record(
        [
            NewActivity(
                workspace_id=channel.workspace_id,
                type=kind,
                key=key,
                source=str(channel.id),
                occurred_at=at,
                channel_id=channel.id,
                direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
                actor_key=f"acct:{key}",
                actor_name=key.title(),
                object_key=about or key,
            )
        ]
    )


def history(until: date, days: int, *, start: float, daily: float) -> dict[date, float]:
    """A straight line of followers up to a day."""
    return {until - timedelta(days=days - n): start + daily * n for n in range(days + 1)}
