"""The activities that publishing records.

in the house     Create  a draft was written      Update  it was edited
                 Add     it was scheduled         Move    its time was changed
                 Remove  it was cancelled         Delete  it was thrown away
                 Reject  a delivery failed        Flag    a delivery needs a person
                 Block   publishing was paused    Undo    it goes on
on a network     Create  a post or reply came out Delete  it was taken off
                 Update  it reads differently now
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from enishi import vocab
from enishi.accounts.permissions import Actor
from enishi.activities.log import Direction, NewActivity
from enishi.channels.contract import Outgoing
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.ids import new_id
from enishi.publishing.models import Delivery, Post
from enishi.vocab import times

ENISHI = "enishi"


def urn(identifier: UUID) -> str:
    """The name in the log of something that is ours."""
    return f"urn:uuid:{identifier}"


def _ours(delivery: Delivery | None) -> dict[str, str]:
    """By which a program that hears of an activity finds our rows."""
    if delivery is None:
        return {}
    found = {"enishi:delivery": str(delivery.id), "enishi:channel": str(delivery.channel_id)}
    return found | ({"enishi:post": str(delivery.post_id)} if delivery.post_id else {})


def house(
    actor: Actor, kind: str, post: Post, *, note: str = "", delivery: Delivery | None = None
) -> NewActivity:
    """Something that a person did to a post in Enishi."""
    return _by_person(
        actor,
        kind,
        _note(post),
        note,
        _ours(delivery) | {"target": _target(delivery)},
        channel_id=delivery.channel_id if delivery else None,
        object_key=urn(post.id),
        target_key=urn(delivery.id) if delivery else "",
        text=note or post.text,
        language=post.language,
    )


def switched(actor: Actor, kind: str, channel: Channel | None, *, note: str = "") -> NewActivity:
    """Publishing was paused (`Block`) or goes on (`Undo`): on a channel or everywhere."""
    thing = urn(channel.id if channel else actor.workspace_id)
    return _by_person(
        actor,
        kind,
        vocab.build("Service", id=thing, name=channel.name if channel else None),
        note,
        {},
        channel_id=channel.id if channel else None,
        object_key=thing,
        text=note,
    )


def _by_person(
    actor: Actor,
    kind: str,
    thing: vocab.Node,
    note: str,
    more: Mapping[str, Any],
    **fields: Any,
) -> NewActivity:
    """What somebody did in the house, just now, to a thing."""
    at, identifier = clock.now(), new_id()
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=_person(actor),
        object=thing,
        summary=note or None,
        **more,
    )
    return NewActivity(
        workspace_id=actor.workspace_id,
        type=kind,
        key=str(identifier),
        source=ENISHI,
        occurred_at=at,
        actor_key=urn(actor.user_id) if actor.user_id else ENISHI,
        actor_name=actor.name,
        object_type=thing.type,
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
        **fields,
    )


def _person(actor: Actor) -> vocab.Node:
    kind = "Person" if actor.user_id else "Application"
    identifier = urn(actor.user_id) if actor.user_id else ENISHI
    return vocab.build(kind, id=identifier, name=actor.name or None)


def _note(post: Post) -> vocab.Node:
    return vocab.build(
        "Note",
        id=urn(post.id),
        content=post.text or None,
        starts=post.due_at if post.state != "draft" else None,
    )


def _target(delivery: Delivery | None) -> vocab.Node | None:
    if delivery is None:
        return None
    return vocab.build("Service", id=urn(delivery.channel_id))


def published(
    delivery: Delivery, text: str, *, remote_id: str, remote_url: str, at: datetime, language: str
) -> NewActivity:
    """A post or reply stands on its network.

    The natural key is the network's own identifier and the time is that which the network
    was told, so that reading the account's history finds this row and adds none.
    """
    channel = delivery.channel
    answered = _answered(delivery.in_reply_to)
    document = _came_out(delivery, channel, text, remote_id, remote_url, at)
    return NewActivity(
        workspace_id=delivery.workspace_id,
        type="Create",
        key=remote_id,
        source=str(channel.id),
        occurred_at=at,
        channel_id=channel.id,
        direction=Direction.OUTBOUND,
        actor_key=channel.remote_id,
        actor_name=channel.name,
        object_type="Note",
        object_key=remote_id,
        target_key=answered,
        text=text,
        language=language,
        user_id=delivery.author_id,
        via=ENISHI,
        document=document,
    )


def _came_out(
    delivery: Delivery, channel: Channel, text: str, remote_id: str, remote_url: str, at: datetime
) -> dict[str, Any]:
    """The document of `published`, as `vocab.build` writes it.

    It is written a thousand times in a second: checking what is always alike would take a
    tenth of the worker's time. A test reads one with `vocab.parse`.
    """
    when, ours = times.write_datetime(at), _ours(delivery)
    note = {
        "type": "Note",
        "id": remote_id,
        "content": text,
        "url": remote_url,
        "published": when,
        "inReplyTo": _answered(delivery.in_reply_to),
    }
    return {
        "type": "Create",
        "id": remote_id,
        "published": when,
        "actor": {
            "type": "Person",
            "id": channel.remote_id or urn(channel.id),
            "name": channel.name,
        },
        "object": {name: value for name, value in note.items() if value},
        "instrument": {
            "type": "Application",
            "id": f"urn:uuid:{ours['enishi:delivery']}",
            "name": "Enishi",
        },
        **ours,
    }


def _answered(reference: Mapping[str, Any] | None) -> str:
    return str(reference["remote_id"]) if reference else ""


def changed(delivery: Delivery, outgoing: Outgoing, *, at: datetime) -> NewActivity:
    """A published post reads differently on its network from now on."""
    note = vocab.build(
        "Note",
        id=delivery.target_id,
        content=outgoing.text,
        url=delivery.remote_url or None,
        updated=at,
    )
    document = vocab.build(
        "Update",
        published=at,
        actor=vocab.build("Person", id=delivery.channel.remote_id or urn(delivery.channel_id)),
        object=note,
        **_ours(delivery),
    )
    return NewActivity(
        workspace_id=delivery.workspace_id,
        type="Update",
        key=f"edit:{delivery.key}",
        source=str(delivery.channel_id),
        occurred_at=at,
        channel_id=delivery.channel_id,
        direction=Direction.OUTBOUND,
        actor_key=delivery.channel.remote_id,
        actor_name=delivery.channel.name,
        object_type="Note",
        object_key=delivery.target_id,
        text=outgoing.text,
        language=outgoing.language,
        user_id=delivery.author_id,
        via=ENISHI,
        document=document.json(),
    )


def removed(delivery: Delivery, *, at: datetime) -> NewActivity:
    """A post was taken off its network."""
    document = vocab.build(
        "Delete",
        published=at,
        actor=vocab.build("Person", id=delivery.channel.remote_id or urn(delivery.channel_id)),
        object=vocab.build("Tombstone", id=delivery.target_id),
        **_ours(delivery),
    )
    return NewActivity(
        workspace_id=delivery.workspace_id,
        type="Delete",
        key=f"delete:{delivery.target_id}",
        source=str(delivery.channel_id),
        occurred_at=at,
        channel_id=delivery.channel_id,
        direction=Direction.OUTBOUND,
        actor_key=delivery.channel.remote_id,
        actor_name=delivery.channel.name,
        object_type="Note",
        object_key=delivery.target_id,
        user_id=delivery.author_id,
        via=ENISHI,
        document=document.json(),
    )


def trouble(
    kind: str, delivery: Delivery, *, state: str, reason: str, note: str, at: datetime
) -> NewActivity:
    """A delivery failed (`Reject`) or stopped until a person decides (`Flag`).

    `state` and `reason` are those that it has from now on.
    """
    identifier = new_id()
    thing = urn(delivery.post_id or delivery.id)
    document = vocab.build(
        kind,
        id=urn(identifier),
        published=at,
        actor=vocab.build("Service", id=urn(delivery.channel_id), name=delivery.channel.name),
        object=vocab.build("Note", id=thing),
        target=vocab.build("Object", id=urn(delivery.id)),
        summary=note or None,
        **{**_ours(delivery), "enishi:state": str(state), "enishi:reason": str(reason)},
    )
    return NewActivity(
        workspace_id=delivery.workspace_id,
        type=kind,
        key=str(identifier),
        source=ENISHI,
        occurred_at=at,
        channel_id=delivery.channel_id,
        actor_key=ENISHI,
        actor_name="Enishi",
        object_type="Note",
        object_key=thing,
        target_key=urn(delivery.id),
        text=note,
        via="system",
        document=document.json(),
    )


def slot_trouble(post: Post, *, reason: str, note: str) -> NewActivity:
    """The draft of a slot needs somebody: it is due soon and empty, or its time passed."""
    at = clock.now()
    identifier = new_id()
    document = vocab.build(
        "Flag",
        id=urn(identifier),
        published=at,
        actor=vocab.build("Application", id=ENISHI, name="Enishi"),
        object=_note(post),
        summary=note or None,
        **{"enishi:post": str(post.id), "enishi:state": post.state, "enishi:reason": reason},
    )
    return NewActivity(
        workspace_id=post.workspace_id,
        type="Flag",
        key=str(identifier),
        source=ENISHI,
        occurred_at=at,
        actor_key=ENISHI,
        actor_name="Enishi",
        object_type="Note",
        object_key=urn(post.id),
        text=note,
        user_id=post.author_id,
        via="system",
        document=document.json(),
    )
