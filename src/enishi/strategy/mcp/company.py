"""MCP: templates, hours and cost, what the plan rests on, what it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import to_plain
from enishi.kernel.surfaces import ToolServer
from enishi.strategy import actions, plain, queries
from enishi.strategy.core.nodes import Level
from enishi.strategy.months import month_of
from enishi.strategy.queries import (
    alignment,
    resources,
    reviews,
    split,
    thinking,
    versions,
)
from enishi.strategy.starters import all_starters


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools."""
    _register_beginning(server, actor)
    _register_work(server, actor)
    _register_ground(server, actor)
    _register_keeping(server, actor)


def _register_beginning(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def strategy_templates() -> Any:
        """Templates to begin a plan with: five business purposes, six sample goals, their KPIs."""
        return [plain.starter(one) for one in all_starters()]

    @server.tool()
    def use_strategy_template(key: str, language: str = "") -> Any:
        """Put a template's goal, strategy, objectives and tactics into the plan."""
        use = actions.create_from_starter(actor(), key=key, language=language)
        return {"use_id": str(use.id), "goal_id": str(use.goal_id)}

    @server.tool()
    def describe_strategy(strategy_id: UUID, what: str, who: str, how: str, why: str) -> Any:
        """Say what, who, how and why of a strategy; all four are needed before approval."""
        acting = actor()
        actions.update_node(
            acting,
            level=Level.STRATEGY,
            node_id=strategy_id,
            details=queries.details(acting, Level.STRATEGY, strategy_id),
            facets={"what": what, "who": who, "how": how, "why": why},
        )
        return to_plain(queries.approval(acting, strategy_id))

    @server.tool()
    def alignment_check(days: int | None = None) -> Any:
        """Posts, tactics and KPIs that have no path to a business goal, with rates and lists."""
        return plain.alignment(alignment.alignment(actor(), days=days))


def _register_work(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def plan_capacity() -> Any:
        """Minutes a week that the plan needs against what people have; which tactics to drop."""
        found = resources.capacity(actor())
        return to_plain(found) | {"difference": found.difference}

    @server.tool()
    def log_hours(
        day: date, minutes: int, tactic_id: UUID | None = None, activity: str = ""
    ) -> Any:
        """Say how long the token's owner worked on a tactic, or on something named, on a day."""
        actions.log_work(actor(), day=day, minutes=minutes, tactic_id=tactic_id, activity=activity)
        return {"day": day.isoformat(), "minutes": minutes}

    @server.tool()
    def month_of_work(month: str) -> Any:
        """Operation within marketing in a month (2026-04): hours, money, one cost, open points."""
        who, first = actor(), month_of(month)
        found = split.plain(split.month(who, first))
        return found | {"blocking": to_plain(split.blocking(who, first))}

    @server.tool()
    def strategy_mixups() -> Any:
        """Strategies that mix operation up with marketing, and what to do about it."""
        return [plain.mixup(one) for one in split.mixups(actor())]


def _register_ground(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def business_canvas() -> Any:
        """Six boxes, how complete they are, and which objective rests on which."""
        return plain.canvas(thinking.canvas(actor()))

    @server.tool()
    def write_canvas_box(box: str, text: str) -> Any:
        """Write into customers, analysis, value, planning, resources or goals."""
        who = actor()
        actions.set_box(who, box=box, text=text)
        return plain.canvas(thinking.canvas(who))

    @server.tool()
    def risk_register() -> Any:
        """Risks by probability × impact, open ones first."""
        return [plain.risk(one) for one in thinking.risks(actor())]

    @server.tool()
    def add_risk(
        strategy_id: UUID, title: str, probability: int, impact: int, response: str = ""
    ) -> Any:
        """Enter a risk of a strategy; probability and impact from 1 to 5."""
        made = actions.save_risk(
            actor(),
            title=title,
            probability=probability,
            impact=impact,
            strategy_id=strategy_id,
            response=response,
        )
        return {"id": str(made.id), "score": made.probability * made.impact}

    @server.tool()
    def outside_changes() -> Any:
        """The PESTLE log: what changes outside, and which objectives and tactics need review."""
        return [plain.factor(one) for one in thinking.factors(actor())]


def _register_keeping(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def keep_strategy_version(label: str = "") -> Any:
        """Keep the plan as it is now, before changing it."""
        return plain.version(actions.keep_version(actor(), label=label))

    @server.tool()
    def compare_strategy_version(version_id: UUID) -> Any:
        """What differs between a version and the plan as it is now."""
        return to_plain(versions.compared(actor(), version_id).differences)

    @server.tool()
    def strategy_programme() -> Any:
        """Goal × KPI × owner × review date; says since when a KPI has no data."""
        return [plain.programme(one) for one in reviews.programme(actor())]
