"""MCP: the plan and its numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.kernel.surfaces import ToolServer
from enishi.strategy import actions, explaining, plain, queries
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    _register_reading(server, actor)
    _register_numbers(server, actor)
    _register_writing(server, actor)
    _register_order(server, actor)


def _register_reading(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def strategy_tree() -> Any:
        """The whole plan: goals, strategies, objectives with their pace, tactics."""
        return [plain.goal(one) for one in queries.tree(actor())]

    @server.tool()
    def objective(objective_id: UUID) -> Any:
        """An objective: pacing, SMART check, tactics and posts, day by day."""
        return plain.detail(queries.objective(actor(), objective_id))

    @server.tool()
    def check_objective(title: str, strategy_id: UUID | None = None) -> Any:
        """The SMART check of an objective in words, e.g. “+500 followers, 4/1–4/30 (100→600)”."""
        found = queries.check_statement(
            actor(), title=title, measure=Measure(), strategy_id=strategy_id
        )
        return plain.check(found)


def _register_numbers(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def kpis(first: date | None = None, last: date | None = None) -> Any:
        """Every KPI over a window. A value of null means: not observed. That is not zero."""
        window, rows = explaining.kpis(actor(), first=first, last=last)
        return plain.kpis(window, rows)

    @server.tool()
    def explain_kpi(
        key: str, first: date | None = None, last: date | None = None, limit: int = 20
    ) -> Any:
        """A KPI with formula, figures, source, window, freshness and the rows behind it."""
        found = explaining.explain(actor(), key, first=first, last=last, limit=limit)
        return plain.explanation(found)


def _register_writing(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def create_strategy_node(
        level: Level, title: str, parent_id: UUID | None = None, description: str = ""
    ) -> Any:
        """Add a goal, strategy, objective or tactic below its parent.

        An objective's title is read for its figures: “4/1–4/30: +1,000 followers (4,200→5,200)”.
        """
        who = actor()
        details = Details(title, description)
        made = actions.create_node(who, level=level, parent_id=parent_id, details=details)
        return queries.node(who, level, made.id)

    @server.tool()
    def set_objective_measure(
        objective_id: UUID,
        metric: str,
        baseline: float,
        target: float,
        start: date,
        end: date,
        relevance: str = "",
    ) -> Any:
        """Say how an objective is measured: a KPI's key, from where to where, from when to when."""
        who = actor()
        actions.update_node(
            who,
            level=Level.OBJECTIVE,
            node_id=objective_id,
            details=queries.details(who, Level.OBJECTIVE, objective_id),
            measure=Measure(metric, baseline, target, start, end, relevance),
        )
        return plain.detail(queries.objective(who, objective_id))

    @server.tool()
    def link_post_to_tactic(tactic_id: UUID, post_id: UUID) -> Any:
        """Say that a post carries out a tactic."""
        who = actor()
        actions.link_post(who, tactic_id=tactic_id, post_id=post_id)
        return queries.tactic(who, tactic_id)

    @server.tool()
    def unlink_post_from_tactic(tactic_id: UUID, post_id: UUID) -> Any:
        """Take a post off a tactic."""
        who = actor()
        actions.unlink_post(who, tactic_id=tactic_id, post_id=post_id)
        return queries.tactic(who, tactic_id)


def _register_order(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def rename_strategy_node(
        level: Level, node_id: UUID, title: str, description: str, status: str
    ) -> Any:
        """Give a node another title, description and status (planned, active, done, dropped)."""
        who = actor()
        owner_id = queries.details(who, level, node_id).owner_id
        details = Details(title, description, owner_id, status)
        actions.update_node(who, level=level, node_id=node_id, details=details)
        return queries.node(who, level, node_id)

    @server.tool()
    def move_strategy_node(
        level: Level, node_id: UUID, parent_id: UUID | None = None, position: int | None = None
    ) -> Any:
        """Put a node below another parent, or at another place (counted from 0)."""
        who = actor()
        actions.move_node(who, level=level, node_id=node_id, parent_id=parent_id, position=position)
        return queries.node(who, level, node_id)

    @server.tool()
    def delete_strategy_node(level: Level, node_id: UUID) -> dict[str, bool]:
        """Delete a node that has nothing below it."""
        actions.delete_node(actor(), level=level, node_id=node_id)
        return {"deleted": True}
