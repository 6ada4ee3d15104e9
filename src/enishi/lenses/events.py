"""The activities that the lenses record, all in the house.

Create, Update, Start     a plan, a rule, an assessment, a division of effort, a note on a post
Offer                     a rule fired and proposes another mix
Accept, Reject            a person decided about a proposal
"""

from __future__ import annotations

from uuid import UUID

from enishi import vocab
from enishi.accounts.permissions import Actor
from enishi.activities.log import NewActivity, record
from enishi.kernel import clock
from enishi.kernel.ids import new_id
from enishi.strategy.events import urn

_ENISHI = "enishi"


def happened(actor: Actor, kind: str, thing: str, thing_id: UUID, text: str) -> None:
    """Record what a person, or Enishi itself, did to something of the lenses."""
    at, identifier = clock.now(), new_id()
    who = urn(actor.user_id) if actor.user_id else _ENISHI
    person = vocab.build(
        "Person" if actor.user_id else "Application", id=who, name=actor.name or None
    )
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=person,
        object=vocab.build(["Object", f"enishi:{thing}"], id=urn(thing_id), name=text),
    )
    activity = NewActivity(
        workspace_id=actor.workspace_id,
        type=kind,
        key=str(identifier),
        source=_ENISHI,
        occurred_at=at,
        actor_key=who,
        actor_name=actor.name,
        object_type=f"enishi:{thing}",
        object_key=urn(thing_id),
        text=text,
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
    )
    record([activity])
