"""Beginning with a template, taking that back, and saying why a pillar was not chosen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.strategy import events
from enishi.strategy.actions.nodes import create_node, delete_node
from enishi.strategy.core.kinds import Pillar
from enishi.strategy.core.nodes import Level, Status
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.models import (
    Goal,
    Objective,
    PillarReason,
    ResourceLine,
    Strategy,
    Tactic,
    TemplateUse,
)
from enishi.strategy.starters import ObjectiveStart, Starter, starter


@transaction.atomic
def create_from_starter(actor: Actor, *, key: str, language: str = "") -> TemplateUse:
    """Make the whole branch of a template: goal, strategy, objectives with KPIs, tactics."""
    actor.require(Permission.STRATEGY_EDIT)
    chosen = starter(key, language)
    made: list[tuple[Level, UUID]] = []
    goal = _add(actor, made, Level.GOAL, chosen.goal, facets={"pillar": chosen.pillar})
    strategy = _add(
        actor, made, Level.STRATEGY, chosen.strategy, goal, facets=chosen.strategy_facets
    )
    _add_objectives(actor, made, chosen, strategy)
    return TemplateUse.objects.create(
        workspace_id=actor.workspace_id,
        key=key,
        goal_id=goal,
        nodes=[[level.value, str(identifier)] for level, identifier in reversed(made)],
        by_id=actor.user_id,
        at=clock.now(),
    )


def _add_objectives(
    actor: Actor, made: list[tuple[Level, UUID]], chosen: Starter, strategy: UUID
) -> None:
    before: UUID | None = None
    for one in chosen.objectives:
        upstream = before if one.is_second_level else None
        before = _add_objective(actor, made, one, strategy, upstream)


def _add_objective(
    actor: Actor,
    made: list[tuple[Level, UUID]],
    one: ObjectiveStart,
    strategy: UUID,
    upstream: UUID | None,
) -> UUID:
    objective = _add(
        actor,
        made,
        Level.OBJECTIVE,
        one.title,
        strategy,
        measure=Measure(metric=one.metric, upstream_id=upstream),
        facets=one.facets,
    )
    for each in one.tactics:
        tactic = _add(
            actor, made, Level.TACTIC, each.title, objective, facets={"scope": each.scope}
        )
        ResourceLine.objects.create(
            tactic_id=tactic, kind="hours", amount=each.minutes, rhythm="weekly"
        )
    return objective


def _add(
    actor: Actor,
    made: list[tuple[Level, UUID]],
    level: Level,
    title: str,
    parent: UUID | None = None,
    **more: Any,
) -> UUID:
    details = Details(title, owner_id=actor.user_id, status=Status.PLANNED.value)
    node = create_node(actor, level=level, details=details, parent_id=parent, **more)
    made.append((level, node.id))
    return node.id


@transaction.atomic
def undo_starter(actor: Actor, use_id: UUID) -> None:
    """Take back what a template made, as long as nothing was added to it."""
    actor.require(Permission.STRATEGY_EDIT)
    use = TemplateUse.objects.filter(workspace_id=actor.workspace_id, id=use_id).first()
    if use is None:
        raise NotFoundError(_("There is nothing left to undo."))
    nodes = [(Level(level), UUID(identifier)) for level, identifier in use.nodes]
    _require_untouched(nodes)
    for level, identifier in nodes:
        if _MODELS[level].objects.filter(id=identifier).exists():
            delete_node(actor, level=level, node_id=identifier)
    use.delete()


_MODELS: dict[Level, Any] = {
    Level.GOAL: Goal,
    Level.STRATEGY: Strategy,
    Level.OBJECTIVE: Objective,
    Level.TACTIC: Tactic,
}


def _require_untouched(nodes: list[tuple[Level, UUID]]) -> None:
    ids = {identifier for _level, identifier in nodes}
    tactics = Tactic.objects.filter(objective_id__in=ids).exclude(id__in=ids)
    objectives = Objective.objects.filter(strategy_id__in=ids).exclude(id__in=ids)
    strategies = Strategy.objects.filter(goal_id__in=ids).exclude(id__in=ids)
    carried = Tactic.objects.filter(id__in=ids, links__isnull=False)
    if any(rows.exists() for rows in (tactics, objectives, strategies, carried)):
        raise ConflictError(
            _("Something was added to it since."),
            remedy=_("Delete what you do not need in the plan, one by one."),
        )


@transaction.atomic
def set_pillar_reason(actor: Actor, *, pillar: str, reason: str) -> None:
    """Say why a pillar was not chosen; an empty reason takes it back."""
    actor.require(Permission.STRATEGY_EDIT)
    if pillar not in set(Pillar):
        raise InvalidInputError(
            _("There is no such pillar."),
            field="pillar",
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(Pillar)},
        )
    rows = PillarReason.objects.filter(workspace_id=actor.workspace_id, pillar=pillar)
    rows.delete()
    if reason.strip():
        PillarReason.objects.create(
            workspace_id=actor.workspace_id,
            pillar=pillar,
            reason=reason.strip()[:300],
            by_id=actor.user_id,
            at=clock.now(),
        )
    record([events.noted(actor, "Update", "Pillar", pillar, text=reason.strip())])
