"""MCP: the lenses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.kernel.surfaces import ToolServer
from enishi.lenses import actions, plain, queries
from enishi.lenses.core.deciding import Purpose
from enishi.lenses.core.sight import Lens
from enishi.lenses.inputs import PlanInput
from enishi.lenses.queries import Asked


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    _register_looking(server, actor)
    _register_checking(server, actor)
    _register_deciding(server, actor)


def _register_looking(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def networking_media_balance(first: date | None = None, last: date | None = None) -> Any:
        """Whether accounts care for ties (100) or content (0): five indicators with formulas."""
        return plain.balance(queries.balance(actor(), Asked(first, last)))

    @server.tool()
    def events_through_lens(
        lens: Lens, level: str = "class", first: date | None = None, last: date | None = None
    ) -> Any:
        """All events of a window through the network or the media lens."""
        found = queries.sight(actor(), Asked(first, last), lens=lens, level=level)
        return plain.sight(found)

    @server.tool()
    def sns_cns_reach(first: date | None = None, last: date | None = None) -> Any:
        """How much organic reach came by people (SNS), by content (CNS), or nobody knows."""
        return plain.reach(queries.reach(actor(), Asked(first, last)))

    @server.tool()
    def content_scores(
        base: str = "reach", first: date | None = None, last: date | None = None
    ) -> Any:
        """Posts beside what their accounts normally get (100), by a named engagement rate."""
        return plain.scores(queries.scores(actor(), Asked(first, last), base=base))

    @server.tool()
    def account_and_content_power() -> Any:
        """How many times the typical engagement accounts and topics bring, with intervals."""
        return plain.powers(queries.powers(actor()))

    @server.tool()
    def awareness_pack(first: date | None = None, last: date | None = None) -> Any:
        """Awareness, loyalty and traffic; branded searches and mentions day by day."""
        return plain.awareness(queries.awareness(actor(), Asked(first, last)))


def _register_checking(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def follower_growth_sources(first: date | None = None, last: date | None = None) -> Any:
        """Where followers came from: sources − losses + unattributed = net change."""
        return plain.growth(queries.growth(actor(), Asked(first, last)))

    @server.tool()
    def posting_cadence(first: date | None = None, last: date | None = None) -> Any:
        """Planned and actual posts a week, and the longest gap."""
        window, rows = queries.cadence(actor(), Asked(first, last))
        return plain.cadence(window, list(rows))

    @server.tool()
    def plausibility_of_targets() -> Any:
        """Targets beside the best month, and jumps in followers that nothing explains."""
        who = actor()
        return {
            "targets": [plain.target(one) for one in queries.plausibility(who)],
            "jumps": [plain.flag(one) for one in queries.jumps(who, Asked())],
        }


def _register_deciding(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def sns_or_cns(
        purpose: Purpose, hours: float = 10.0, first: date | None = None, last: date | None = None
    ) -> Any:
        """Evidence for SNS and CNS on own posts, and how to divide hours. May be insufficient."""
        found = queries.evidence(actor(), Asked(first, last), purpose=purpose, hours=hours)
        return plain.evidence(found)

    @server.tool()
    def assess_need_for_social_media(purpose: str, answers: dict[str, int], note: str = "") -> Any:
        """Go, trial or “do not use now”, kept with its reasons.

        Answers 0 (no), 1 (partly), 2 (yes) to: audience, resources, purpose, content,
        answering, risk, measuring.
        """
        who = actor()
        made = actions.assess(who, purpose=purpose, answers=answers, note=note)
        return plain.assessment(queries.assessment(who, made.id))

    @server.tool()
    def approach_plans() -> Any:
        """Plans of approach (account, content, hybrid) with KPIs."""
        found = queries.plans(actor())
        return [plain.plan_row(row) for _approach, rows in found.groups for row in rows]

    @server.tool()
    def create_approach_plan(
        title: str, approach: str, topics: list[str] | None = None, networking: int | None = None
    ) -> Any:
        """Keep a plan: approach account, content or hybrid; declared balance 0 to 100."""
        who = actor()
        given = PlanInput(title, approach, topics or (), networking=networking)
        made = actions.create_plan(who, given)
        return plain.plan(queries.plan(who, made.id))

    @server.tool()
    def decide_stage_proposal(trigger_id: UUID, *, accept: bool, reason: str = "") -> Any:
        """Accept or refuse the shift of the mix that a rule proposes."""
        made = actions.decide_trigger(actor(), trigger_id, accept=accept, reason=reason)
        return plain.trigger(made)
