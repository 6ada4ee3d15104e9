"""Every write to the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from enishi.accounts import queries as accounts
from enishi.accounts.models import Membership
from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.publishing.models import Post
from enishi.strategy import events
from enishi.strategy.asking import request_outlook
from enishi.strategy.core.kinds import Approval, pack_of
from enishi.strategy.core.nodes import Level
from enishi.strategy.core.statement import read
from enishi.strategy.documents import document_of
from enishi.strategy.errors import has_bookings, no_such_node, not_empty
from enishi.strategy.facets import Facets, cleaned
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.models import DeletedNode, Goal, Objective, Strategy, Tactic, TacticPost
from enishi.strategy.queries import visible

Node: TypeAlias = Goal | Strategy | Objective | Tactic

_MODELS: dict[Level, type[Node]] = {
    Level.GOAL: Goal,
    Level.STRATEGY: Strategy,
    Level.OBJECTIVE: Objective,
    Level.TACTIC: Tactic,
}


# --- nodes ---------------------------------------------------------------------------------


@transaction.atomic
def create_node(
    actor: Actor,
    *,
    level: Level,
    details: Details,
    parent_id: UUID | None = None,
    measure: Measure | None = None,
    facets: Facets | None = None,
) -> Node:
    """Add a node below its parent, as the last one there.

    An objective takes what its measure leaves open from its own title, as far as that can
    be read: 「4/1–4/30に+1,000フォロワー(4,200→5,200)」 needs no further field.
    """
    actor.require(Permission.STRATEGY_EDIT)
    _require_details(actor, details)
    siblings = _below(actor, level, parent_id)
    last = siblings.aggregate(last=Max("position"))["last"]
    node = _MODELS[level](
        workspace_id=actor.workspace_id,
        position=0 if last is None else last + 1,
        **_parent_field(level, parent_id),
    )
    _set_details(node, details)
    _set_facets(node, level, facets or {})
    if isinstance(node, Objective):
        _set_measure(actor, node, _completed(actor, measure or Measure(), details.title))
    node.save(force_insert=True)
    if isinstance(node, Objective) and measure is not None:
        node.channels.set(_channels(actor, measure.channel_ids))
    if isinstance(node, Objective):
        request_outlook(actor.workspace_id)
    record([events.happened(actor, "Create", level, node.id, title=node.title, target=parent_id)])
    return node


@transaction.atomic
def update_node(
    actor: Actor,
    *,
    level: Level,
    node_id: UUID,
    details: Details,
    measure: Measure | None = None,
    facets: Facets | None = None,
) -> Node:
    """Give a node other details and facets, and an objective another measure.

    A strategy that was approved and now says something else is a draft again.
    """
    actor.require(Permission.STRATEGY_EDIT)
    node = _node(actor, level, node_id)
    _require_details(actor, details)
    _set_details(node, details)
    _set_facets(node, level, facets or {})
    if isinstance(node, Objective) and measure is not None:
        _set_measure(actor, node, measure)
        node.channels.set(_channels(actor, measure.channel_ids))
    if isinstance(node, Objective):
        request_outlook(actor.workspace_id)
    node.save()
    record([events.happened(actor, "Update", level, node.id, title=node.title)])
    return node


@transaction.atomic
def move_node(
    actor: Actor,
    *,
    level: Level,
    node_id: UUID,
    parent_id: UUID | None = None,
    position: int | None = None,
) -> Node:
    """Put a node below another parent, or at another place (counted from 0) below its own."""
    actor.require(Permission.STRATEGY_EDIT)
    node = _node(actor, level, node_id)
    if parent_id is not None and level.parent is not None:
        _node(actor, level.parent, parent_id)
        setattr(node, f"{level.parent.value}_id", parent_id)
    home = _parent_of(node, level)
    siblings = [one for one in _below(actor, level, home).order_by(*_ORDER) if one.pk != node.id]
    place = len(siblings) if position is None else max(0, min(position, len(siblings)))
    node.save()
    _number([*siblings[:place], node, *siblings[place:]], level)
    record([events.happened(actor, "Move", level, node.id, title=node.title, target=home)])
    return node


@transaction.atomic
def delete_node(actor: Actor, *, level: Level, node_id: UUID) -> DeletedNode:
    """Delete a node that has nothing below it; else raise ConflictError. Posts stay.

    Returns what `undelete_node` brings back. Where hours or costs are booked on a tactic,
    deleting is refused: they would lose what they were for.
    """
    actor.require(Permission.STRATEGY_EDIT)
    node = _node(actor, level, node_id)
    if level.child is not None and (count := _below(actor, level.child, node.id).count()):
        raise not_empty(level, count)
    if isinstance(node, Tactic) and (node.work.exists() or node.costs.exists()):
        raise has_bookings()
    record([events.happened(actor, "Delete", level, node.id, title=node.title)])
    kept = DeletedNode.objects.create(
        workspace_id=actor.workspace_id,
        title=node.title,
        document=document_of(level, node),
        by_id=actor.user_id,
        at=clock.now(),
    )
    node.delete()
    return kept


# --- posts ---------------------------------------------------------------------------------


@transaction.atomic
def link_post(actor: Actor, *, tactic_id: UUID, post_id: UUID) -> bool:
    """Say that a post carries out a tactic; returns whether that is new."""
    actor.require(Permission.STRATEGY_EDIT)
    tactic = _node(actor, Level.TACTIC, tactic_id)
    if not Post.objects.filter(workspace_id=actor.workspace_id, id=post_id).exists():
        raise NotFoundError(_("There is no such post."), field="post")
    _link, is_new = TacticPost.objects.get_or_create(tactic_id=tactic.id, post_id=post_id)
    if is_new:
        _linked(actor, "Add", tactic, post_id)
    return is_new


@transaction.atomic
def unlink_post(actor: Actor, *, tactic_id: UUID, post_id: UUID) -> bool:
    """Take a post off a tactic; returns whether it was on it."""
    actor.require(Permission.STRATEGY_EDIT)
    tactic = _node(actor, Level.TACTIC, tactic_id)
    removed, _rows = TacticPost.objects.filter(tactic_id=tactic.id, post_id=post_id).delete()
    if removed:
        _linked(actor, "Remove", tactic, post_id)
    return bool(removed)


def _linked(actor: Actor, kind: str, tactic: Node, post_id: UUID) -> None:
    record(
        [events.happened(actor, kind, Level.TACTIC, tactic.id, title=tactic.title, target=post_id)]
    )


# --- looking up and setting ----------------------------------------------------------------

_ORDER = ("position", "id")
_VISIBLE = {Level.OBJECTIVE: visible.objectives, Level.TACTIC: visible.tactics}


def _node(actor: Actor, level: Level, node_id: UUID) -> Node:
    rows: QuerySet[Any] = _MODELS[level]._default_manager.all()  # noqa: SLF001 - Django's public name
    seen = _VISIBLE[level](actor) if level in _VISIBLE else Q()
    found: Node | None = rows.filter(seen, workspace_id=actor.workspace_id, id=node_id).first()
    if found is None:
        raise no_such_node(level)
    return found


def _below(actor: Actor, level: Level, parent_id: UUID | None) -> QuerySet[Any]:
    """The nodes of a level below a parent, which must be the workspace's own."""
    rows: QuerySet[Any] = _MODELS[level]._default_manager.all()  # noqa: SLF001 - Django's public name
    rows = rows.filter(workspace_id=actor.workspace_id)
    if level.parent is None:
        return rows
    if parent_id is None:
        raise InvalidInputError(_("Say below what it belongs."), field=level.parent.value)
    _node(actor, level.parent, parent_id)
    return rows.filter(**{f"{level.parent.value}_id": parent_id})


def _parent_field(level: Level, parent_id: UUID | None) -> dict[str, UUID | None]:
    return {} if level.parent is None else {f"{level.parent.value}_id": parent_id}


def _parent_of(node: Node, level: Level) -> UUID | None:
    if level.parent is None:
        return None
    parent: UUID = getattr(node, f"{level.parent.value}_id")
    return parent


def _number(nodes: Sequence[Any], level: Level) -> None:
    for position, node in enumerate(nodes):
        node.position = position
    _MODELS[level]._default_manager.bulk_update(nodes, ["position"])  # noqa: SLF001 - as above


def _require_details(actor: Actor, details: Details) -> None:
    details.require_valid()
    if details.owner_id is None:
        return
    rows = Membership.objects.filter(workspace_id=actor.workspace_id, user_id=details.owner_id)
    if not rows.exists():
        raise InvalidInputError(_("The owner must be a member of the workspace."), field="owner")


def _set_details(node: Node, details: Details) -> None:
    node.title = details.title.strip()
    node.description = details.description.strip()
    node.owner_id = details.owner_id
    node.status = details.status


_APPROVED = frozenset({"what", "who", "how", "why", "budget"})
"""What an approver agreed to."""


def _set_facets(node: Node, level: Level, given: Facets) -> None:
    """Set what is given. An objective that gets a type and has no KPIs is offered its pack."""
    new = cleaned(level, given)
    changed = {name for name, value in new.items() if getattr(node, name) != value}
    for name, value in new.items():
        setattr(node, name, value)
    if isinstance(node, Strategy) and changed & _APPROVED:
        node.approval = Approval.DRAFT.value
        node.approver_id = node.approved_at = None
    if isinstance(node, Objective) and "kind" in changed and not node.kpis:
        node.kpis = list(pack_of(node.kind))


def _completed(actor: Actor, measure: Measure, title: str) -> Measure:
    """The measure with its gaps filled from the title."""
    zone = ZoneInfo(accounts.workspace(actor).time_zone)
    found = measure.proposal("").completed_by(read(title, clock.now().astimezone(zone).date()))
    ordered = found.start is None or found.end is None or found.start <= found.end
    return replace(
        measure,
        metric=found.metric or "",
        baseline=found.baseline,
        target=found.target,
        start=found.start if ordered else measure.start,
        end=found.end if ordered else measure.end,
    )


def _set_measure(actor: Actor, objective: Objective, measure: Measure) -> None:
    measure.require_valid()
    _channels(actor, measure.channel_ids)
    _require_upstream(actor, objective, measure.upstream_id)
    objective.metric = measure.metric
    objective.baseline, objective.target = measure.baseline, measure.target
    objective.start, objective.end = measure.start, measure.end
    objective.relevance = measure.relevance.strip()
    objective.upstream_id = measure.upstream_id


def _channels(actor: Actor, channel_ids: Sequence[UUID]) -> list[Channel]:
    found = list(Channel.objects.filter(workspace_id=actor.workspace_id, id__in=channel_ids))
    if len(found) != len(set(channel_ids)):
        raise InvalidInputError(_("There is no such channel."), field="channels")
    return found


def _require_upstream(actor: Actor, objective: Objective, upstream_id: UUID | None) -> None:
    """The first level must be another objective, and no second level itself."""
    if upstream_id is None:
        return
    rows = Objective.objects.filter(workspace_id=actor.workspace_id, upstream=None)
    if not rows.filter(id=upstream_id).exclude(id=objective.id).exists():
        raise InvalidInputError(
            _("Only another objective of the first level can come before this one."),
            field="upstream",
        )
