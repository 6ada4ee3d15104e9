"""Who follows whom."""

from __future__ import annotations

from enishi.hub.federation import shipping
from enishi.hub.models import Direction, Follow, FollowState, HubActor, RemoteActor
from enishi.hub.protocol import documents
from enishi.vocab import Node


def our_actor(uri: str) -> HubActor | None:
    """One of ours by its id (not the server itself)."""
    if not uri:
        return None
    rows = HubActor.objects.select_related("hub__workspace", "channel")
    return rows.filter(uri=uri, hub__isnull=False).first()


def be_followed(actor: HubActor, remote: RemoteActor, activity: Node) -> Follow:
    """Somebody wants to follow one of ours: at once, or when a person agrees."""
    state = FollowState.PENDING if actor.locked else FollowState.ACCEPTED
    known = Follow.objects.filter(actor=actor, remote=remote, direction=Direction.IN).first()
    if known is not None and known.state == FollowState.ACCEPTED:
        state = FollowState.ACCEPTED
    tie, _ = Follow.objects.update_or_create(
        actor=actor,
        remote=remote,
        direction=Direction.IN,
        defaults={
            "state": state,
            "activity_id": activity.id,
            "document": {
                "type": "Follow",
                "id": activity.id,
                "actor": remote.uri,
                "object": actor.uri,
            },
        },
    )
    if state is FollowState.ACCEPTED:
        answer(tie, "Accept")
    return tie


def answer(tie: Follow, kind: str, *, farewell: bool = False) -> None:
    """Tell a follower `Accept` or `Reject`; a farewell goes out although they are blocked."""
    uri = shipping.new_uri(tie.actor)
    document = documents.activity(kind, uri=uri, actor=tie.actor.uri, of=tie.document)
    shipping.ship(tie.actor, document, inboxes=[tie.remote.inbox], farewell=farewell)


def leave(tie: Follow) -> None:
    """End a tie with somebody who is blocked now. What waits to be answered is refused."""
    if tie.direction == Direction.IN:
        answer(tie, "Reject", farewell=True)
        tie.delete()
    else:
        _take_back(tie, farewell=True)


def unfollowed(remote: RemoteActor, undone: Node | None, undone_id: str) -> HubActor | None:
    """Somebody follows one of ours no more; returns whom."""
    rows = Follow.objects.filter(remote=remote, direction=Direction.IN).select_related("actor__hub")
    tie = rows.filter(activity_id=undone_id).first() if undone_id else None
    if tie is None and undone is not None and undone.is_a("Follow"):
        tie = rows.filter(actor__uri=undone.ref("object")).first()
    if tie is None:
        return None
    tie.delete()
    return tie.actor


def part(actor: HubActor, remote: RemoteActor) -> bool:
    """End what is between two; true if the other had followed ours."""
    rows = Follow.objects.filter(actor=actor, remote=remote)
    was = rows.filter(direction=Direction.IN, state=FollowState.ACCEPTED).exists()
    rows.delete()
    return was


def all_parted(remote: RemoteActor) -> list[HubActor]:
    """An account is gone; returns those of ours whom it followed."""
    rows = Follow.objects.filter(remote=remote).select_related("actor__hub")
    followed = [tie.actor for tie in rows if tie.direction == Direction.IN]
    rows.delete()
    return followed


def follow(actor: HubActor, remote: RemoteActor) -> Follow:
    """Ask to follow somebody; asking again asks again."""
    known = Follow.objects.filter(actor=actor, remote=remote, direction=Direction.OUT).first()
    if known is not None and known.state == FollowState.ACCEPTED:
        return known
    uri = known.activity_id if known else shipping.new_uri(actor)
    document = documents.activity("Follow", uri=uri, actor=actor.uri, of=remote.uri)
    tie, _ = Follow.objects.update_or_create(
        actor=actor,
        remote=remote,
        direction=Direction.OUT,
        defaults={"state": FollowState.PENDING, "activity_id": uri, "document": document},
    )
    RemoteActor.objects.filter(id=remote.id).update(trusted=True)
    if known is None:
        shipping.ship(actor, document, inboxes=[remote.inbox])
    return tie


def unfollow(actor: HubActor, remote: RemoteActor) -> None:
    """Follow somebody no more."""
    tie = Follow.objects.filter(actor=actor, remote=remote, direction=Direction.OUT).first()
    if tie is None:
        return
    _take_back(tie)


def _take_back(tie: Follow, *, farewell: bool = False) -> None:
    inner = {
        "type": "Follow",
        "id": tie.activity_id,
        "actor": tie.actor.uri,
        "object": tie.remote.uri,
    }
    uri = shipping.new_uri(tie.actor)
    document = documents.activity("Undo", uri=uri, actor=tie.actor.uri, of=inner)
    shipping.ship(tie.actor, document, inboxes=[tie.remote.inbox], farewell=farewell)
    tie.delete()


def answered(remote: RemoteActor, activity: Node, *, accepted: bool) -> None:
    """Somebody says whether we may follow them."""
    inner = activity.node("object")
    rows = Follow.objects.filter(remote=remote, direction=Direction.OUT)
    found = rows.filter(activity_id=activity.ref("object"))
    if not found and inner is not None and inner.is_a("Follow"):
        found = rows.filter(actor__uri=inner.ref("actor"))
    found.update(state=FollowState.ACCEPTED if accepted else FollowState.REJECTED)


def moved(old: RemoteActor, new: RemoteActor) -> None:
    """Whom we follow has another account now: we follow that one."""
    rows = Follow.objects.filter(remote=old, direction=Direction.OUT).select_related("actor")
    for tie in rows:
        follow(tie.actor, new)
        unfollow(tie.actor, old)
