"""The activities that reports record, all in the house.

Create, Update, Delete, Undo   an annotation, a saved view or a scheduled report
Update                         the figures of a section were chosen
Create                         an export was asked for
Offer                          a report went out by e-mail; the object says to how many
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from enishi import vocab
from enishi.accounts.permissions import Actor
from enishi.activities.log import NewActivity
from enishi.kernel import clock
from enishi.kernel.ids import new_id

_ENISHI = "enishi"


class Thing(StrEnum):
    """What it happened to."""

    ANNOTATION = "enishi:Annotation"
    VIEW = "enishi:SavedView"
    EXPORT = "enishi:ReportExport"
    SCHEDULE = "enishi:ReportSchedule"
    SECTION = "enishi:BoardSection"


def urn(identifier: UUID) -> str:
    """The name in the log of something that is ours."""
    return f"urn:uuid:{identifier}"


def happened(actor: Actor, kind: str, thing: Thing, thing_id: UUID, name: str) -> NewActivity:
    """Something that a person, or Enishi, did to a report."""
    at, identifier = clock.now(), new_id()
    who = "Person" if actor.user_id else "Application"
    key = urn(actor.user_id) if actor.user_id else _ENISHI
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=vocab.build(who, id=key, name=actor.name or None),
        object=vocab.build(["Object", thing.value], id=urn(thing_id), name=name),
    )
    return NewActivity(
        workspace_id=actor.workspace_id,
        type=kind,
        key=str(identifier),
        source=_ENISHI,
        occurred_at=at,
        actor_key=key,
        actor_name=actor.name,
        object_type=thing.value,
        object_key=urn(thing_id),
        text=name,
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
    )
