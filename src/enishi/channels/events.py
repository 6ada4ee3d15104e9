"""The activities that channels record in the house.

Add     an account was connected      Remove  it was disconnected
Update  something about it changed    Accept  a point of its activation list was settled
"""

from __future__ import annotations

from uuid import UUID

from enishi import vocab
from enishi.accounts.permissions import Actor
from enishi.activities import log
from enishi.activities.log import NewActivity
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.ids import new_id

_ENISHI = "enishi"


def urn(identifier: UUID) -> str:
    """The name in the log of something that is ours."""
    return f"urn:uuid:{identifier}"


def record(actor: Actor, kind: str, channel: Channel, note: str = "") -> None:
    """Write down that somebody did something to a channel."""
    at, identifier = clock.now(), new_id()
    person = urn(actor.user_id) if actor.user_id else _ENISHI
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=vocab.build(
            "Person" if actor.user_id else "Application", id=person, name=actor.name or None
        ),
        object=vocab.build("Service", id=urn(channel.id), name=channel.name),
        summary=note or None,
    )
    log.record(
        [
            NewActivity(
                workspace_id=channel.workspace_id,
                type=kind,
                key=str(identifier),
                source=_ENISHI,
                occurred_at=at,
                channel_id=channel.id,
                actor_key=person,
                actor_name=actor.name,
                object_type="Service",
                object_key=urn(channel.id),
                text=note or channel.name,
                user_id=actor.user_id,
                via=actor.via.value,
                document=document.json(),
            )
        ]
    )
