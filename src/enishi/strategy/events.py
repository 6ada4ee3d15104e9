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
    return _did(
        actor,
        kind,
        (_TYPES[level], urn(node_id), title),
        text=title,
        target=urn(target) if target else "",
    )


def noted(
    actor: Actor, kind: str, what: str, subject: UUID | str, *, text: str = ""
) -> NewActivity:
    """Something that a person did beside the tree: `what` names the kind of thing."""
    key = urn(subject) if isinstance(subject, UUID) else f"{_ENISHI}:{what.lower()}:{subject}"
    return _did(actor, kind, (f"enishi:{what}", key, text or None), text=text)


def _did(
    actor: Actor, kind: str, thing: tuple[str, str, str | None], *, text: str, target: str = ""
) -> NewActivity:
    """What a person did to a thing, given by its type, key and name."""
    at, identifier = clock.now(), new_id()
    type_, key, name = thing
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=_person(actor),
        object=vocab.build(["Object", type_], id=key, name=name),
        target=target or None,
    )
    return NewActivity(
        workspace_id=actor.workspace_id,
        type=kind,
        key=str(identifier),
        source=_ENISHI,
        occurred_at=at,
        actor_key=urn(actor.user_id) if actor.user_id else _ENISHI,
        actor_name=actor.name,
        object_type=type_,
        object_key=key,
        target_key=target,
        text=text,
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
    )


def _person(actor: Actor) -> vocab.Node:
    kind = "Person" if actor.user_id else "Application"
    identifier = urn(actor.user_id) if actor.user_id else _ENISHI
    return vocab.build(kind, id=identifier, name=actor.name or None)
