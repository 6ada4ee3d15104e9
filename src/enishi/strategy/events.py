"""The activities that strategy records, all in the house.

Create, Update, Move, Delete   a node of the plan
Add, Remove                    a post or conversation was linked to a tactic, or no longer is
Update, Accept, Add …          what lies beside the tree: a pillar, a month, a risk, a version
"""

from __future__ import annotations

from uuid import UUID

from enishi import vocab
from enishi.accounts.permissions import Actor
from enishi.activities.log import NewActivity
from enishi.kernel import clock
from enishi.kernel.ids import new_id
from enishi.strategy.core.nodes import Level

_ENISHI = "enishi"
_TYPES = {level: f"enishi:{level.value.title()}" for level in Level}


def urn(identifier: UUID) -> str:
    """The name in the log of something that is ours."""
    return f"urn:uuid:{identifier}"


def happened(
    actor: Actor, kind: str, level: Level, node_id: UUID, *, title: str, target: UUID | None = None
) -> NewActivity:
    """Something that a person did to the plan."""
    at, identifier = clock.now(), new_id()
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=_person(actor),
        object=vocab.build(["Object", _TYPES[level]], id=urn(node_id), name=title),
        target=urn(target) if target else None,
    )
    return NewActivity(
        workspace_id=actor.workspace_id,
        type=kind,
        key=str(identifier),
        source=_ENISHI,
        occurred_at=at,
        actor_key=urn(actor.user_id) if actor.user_id else _ENISHI,
        actor_name=actor.name,
        object_type=_TYPES[level],
        object_key=urn(node_id),
        target_key=urn(target) if target else "",
        text=title,
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
    )


def noted(
    actor: Actor, kind: str, what: str, subject: UUID | str, *, text: str = ""
) -> NewActivity:
    """Something that a person did beside the tree: `what` names the kind of thing."""
    at, identifier = clock.now(), new_id()
    key = urn(subject) if isinstance(subject, UUID) else f"{_ENISHI}:{what.lower()}:{subject}"
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=_person(actor),
        object=vocab.build(["Object", f"enishi:{what}"], id=key, name=text or None),
    )
    return NewActivity(
        workspace_id=actor.workspace_id,
        type=kind,
        key=str(identifier),
        source=_ENISHI,
        occurred_at=at,
        actor_key=urn(actor.user_id) if actor.user_id else _ENISHI,
        actor_name=actor.name,
        object_type=f"enishi:{what}",
        object_key=key,
        text=text,
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
    )


def _person(actor: Actor) -> vocab.Node:
    kind = "Person" if actor.user_id else "Application"
    identifier = urn(actor.user_id) if actor.user_id else _ENISHI
    return vocab.build(kind, id=identifier, name=actor.name or None)
