"""Changes of who may do what go into the log, too."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from enishi import vocab
from enishi.accounts.permissions import Actor
from enishi.activities.log import NewActivity, record
from enishi.kernel import clock
from enishi.kernel.ids import new_id


def on_administered(
    *,
    actor: Actor,
    type: str,  # noqa: A002 - AS2's name
    name: str,
    object_id: UUID,
    **_signal: Any,
) -> None:
    """Record an administrative act of `accounts`."""
    at = clock.now()
    document = vocab.build(
        type, actor=actor.name, object=vocab.build("Object", name=name), published=at
    )
    record(
        [
            NewActivity(
                workspace_id=actor.workspace_id,
                type=type,
                key=f"admin:{object_id}:{new_id()}",
                source="enishi",
                occurred_at=at,
                object_type="Object",
                object_key=str(object_id),
                text=name,
                actor_name=actor.name,
                user_id=actor.user_id,
                via=actor.via,
                document=document.json(),
            )
        ]
    )
