"""The plan as plain values and back: for versions, and for undoing a deletion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from enishi.accounts.models import Membership
from enishi.accounts.terminal import to_plain
from enishi.channels.models import Channel
from enishi.inbox.models import Conversation
from enishi.publishing.models import Post
from enishi.strategy.core.nodes import Level
from enishi.strategy.facets import cleaned, facets_of
from enishi.strategy.models import (
    Goal,
    Objective,
    ResourceLine,
    Strategy,
    Tactic,
    TacticConversation,
    TacticPost,
)

Document: TypeAlias = dict[str, Any]
MODELS: dict[Level, Any] = {
    Level.GOAL: Goal,
    Level.STRATEGY: Strategy,
    Level.OBJECTIVE: Objective,
    Level.TACTIC: Tactic,
}
_MEASURE = ("metric", "baseline", "target", "start", "end", "relevance")
_ORDER = ("position", "id")


def whole_plan(workspace_id: UUID) -> list[Document]:
    """Every node, parents before children."""
    found: list[Document] = []
    for level, model in MODELS.items():
        rows = model.objects.filter(workspace_id=workspace_id).order_by(*_ORDER)
        found += [document_of(level, node) for node in rows]
    return found


def document_of(level: Level, node: Any) -> Document:
    """A node with all that belongs to it."""
    parent = level.parent
    found = {
        "id": node.id,
        "level": level.value,
        "parent": getattr(node, f"{parent.value}_id") if parent else None,
        "position": node.position,
        "title": node.title,
        "description": node.description,
        "owner": node.owner_id,
        "status": node.status,
        **facets_of(level, node),
    }
    if isinstance(node, Objective):
        found |= {name: getattr(node, name) for name in _MEASURE}
        found |= {"upstream": node.upstream_id}
        found |= {"channels": sorted(str(one.id) for one in node.channels.all())}
    if isinstance(node, Tactic):
        found |= _carried(node)
    plain: Document = to_plain(found)
    return plain


def _carried(tactic: Tactic) -> Document:
    return {
        "lines": [
            {"kind": one.kind, "label": one.label, "amount": one.amount, "rhythm": one.rhythm}
            for one in tactic.lines.order_by("kind", "id")
        ],
        "posts": sorted(str(one.post_id) for one in tactic.links.all()),
        "conversations": sorted(
            str(one.conversation_id) for one in tactic.conversation_links.all()
        ),
    }


def put_back(workspace_id: UUID, document: Document) -> Any:
    """Make a node what a document says, anew or in place; its parent must be there.

    What a document links to and is gone by now (a post, a channel, a member) stays away.
    """
    level = Level(document["level"])
    model = MODELS[level]
    node = model.objects.filter(workspace_id=workspace_id, id=document["id"]).first()
    is_new = node is None
    node = node or model(workspace_id=workspace_id, id=UUID(document["id"]))
    _set_plain(node, level, document, workspace_id)
    node.save(force_insert=is_new)
    if isinstance(node, Objective):
        node.channels.set(
            Channel.objects.filter(workspace_id=workspace_id, id__in=document["channels"])
        )
    if isinstance(node, Tactic):
        _set_carried(node, document)
    return node


def _set_plain(node: Any, level: Level, document: Document, workspace_id: UUID) -> None:
    for name in ("position", "title", "description", "status"):
        setattr(node, name, document[name])
    node.owner_id = _member(workspace_id, document["owner"])
    if level.parent is not None:
        setattr(node, f"{level.parent.value}_id", UUID(document["parent"]))
    known = {name: document[name] for name in facets_of(level, node) if name in document}
    for name, value in cleaned(level, known).items():
        setattr(node, name, value)
    if isinstance(node, Objective):
        for name in _MEASURE:
            value = document[name]
            is_day = name in {"start", "end"} and value is not None
            setattr(node, name, date.fromisoformat(value) if is_day else value)
        rows = Objective.objects.filter(workspace_id=workspace_id, id=document["upstream"])
        node.upstream = rows.first()


def _member(workspace_id: UUID, user_id: str | None) -> UUID | None:
    if user_id is None:
        return None
    rows = Membership.objects.filter(workspace_id=workspace_id, user_id=user_id)
    return UUID(user_id) if rows.exists() else None


def _set_carried(tactic: Tactic, document: Document) -> None:
    tactic.lines.all().delete()
    ResourceLine.objects.bulk_create(
        ResourceLine(tactic=tactic, **line) for line in document["lines"]
    )
    _relink(TacticPost, tactic, "post_id", Post, document["posts"])
    _relink(TacticConversation, tactic, "conversation_id", Conversation, document["conversations"])


def _relink(link: Any, tactic: Tactic, field: str, model: Any, wanted: Sequence[str]) -> None:
    link.objects.filter(tactic=tactic).delete()
    rows = model.objects.filter(workspace_id=tactic.workspace_id, id__in=wanted)
    link.objects.bulk_create(
        link(tactic=tactic, **{field: identifier})
        for identifier in rows.values_list("id", flat=True)
    )
