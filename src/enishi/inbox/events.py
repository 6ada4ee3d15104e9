"""The activities that the inbox records, all in the house.

    Read    messages were marked as read      Offer   a conversation was assigned
    Create  a note was written                Update  its state was changed

An answer is recorded by publishing, when it stands on its network.
"""

from __future__ import annotations

from uuid import UUID

from enishi import vocab
from enishi.accounts.permissions import Actor
from enishi.activities.log import NewActivity
from enishi.inbox.models import Conversation
from enishi.kernel import clock
from enishi.kernel.ids import new_id

_ENISHI = "enishi"


def urn(identifier: UUID) -> str:
    """The name in the log of something that is ours."""
    return f"urn:uuid:{identifier}"


def happened(
    actor: Actor, kind: str, conversation: Conversation, *, note: str = "", target: str = ""
) -> NewActivity:
    """Something that a person did to a conversation."""
    at, identifier = clock.now(), new_id()
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=_person(actor),
        object=vocab.build("Collection", id=urn(conversation.id), name=str(conversation)),
        target=target or None,
        summary=note or None,
    )
    return NewActivity(
        workspace_id=actor.workspace_id,
        type=kind,
        key=str(identifier),
        source=_ENISHI,
        occurred_at=at,
        channel_id=conversation.channel_id,
        actor_key=urn(actor.user_id) if actor.user_id else _ENISHI,
        actor_name=actor.name,
        object_type="Collection",
        object_key=urn(conversation.id),
        target_key=target,
        text=note,
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
    )


def _person(actor: Actor) -> vocab.Node:
    kind = "Person" if actor.user_id else "Application"
    identifier = urn(actor.user_id) if actor.user_id else _ENISHI
    return vocab.build(kind, id=identifier, name=actor.name or None)
