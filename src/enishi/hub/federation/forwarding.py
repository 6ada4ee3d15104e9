"""What a server passes on from another one, such as answers below a post that we follow.

The HTTP signature is that of the server that forwards. The one inside the document (Linked Data
Signatures) is not read, for that needs JSON-LD processed in full. So nothing of the document is
believed: what it is about is read at its origin, and only if it is about something we know.
"""

from __future__ import annotations

from collections.abc import Iterator

from asgiref.sync import async_to_sync

from enishi.hub.federation import actors, fetching, notes, saying
from enishi.hub.federation.arriving import Arrival
from enishi.hub.federation.ledger import Ledger
from enishi.hub.federation.lookups import Lookups
from enishi.hub.federation.notices import Note, notice
from enishi.hub.models import RemoteObject
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import same_host
from enishi.vocab import Node

FORWARD = "Forward"
"""The type under which such an activity waits; its document stays as it was."""
_TYPES = frozenset({"Create", "Update", "Delete"})


def is_forwarded(activity: Node, key_id: str) -> bool:
    """Whether an activity was signed by its author and sent by somebody else."""
    signed_inside = activity.raw("signature") is not None
    of_others = not same_host(activity.ref("actor"), key_id)
    return signed_inside and of_others and activity.type in _TYPES


def original(activity: Node) -> Node | None:
    """What it is about, from where it is; None when it is gone from there. RefusedError."""
    uri = activity.ref("object")
    if not _is_of_interest(activity, uri):
        raise RefusedError("forwarded", "it is about nothing that we know")
    try:
        found = async_to_sync(fetching.document)(uri)
    except fetching.GoneError:
        return None
    if found.is_a("Tombstone"):
        return None
    author = found.ref("attributedTo")
    if not same_host(author, found.id):
        raise RefusedError("mismatch", "the author is on another host")
    actors.resolve(author)
    return found


def _is_of_interest(activity: Node, uri: str) -> bool:
    if not same_host(uri, activity.ref("actor")):
        return False
    if RemoteObject.objects.filter(uri=uri).exists():
        return True
    thing = activity.node("object")
    answered = thing.ref("inReplyTo") if thing is not None else ""
    known = RemoteObject.objects.filter(uri=answered, deleted_at=None)
    return notes.our_object(answered) is not None or known.exists()


def take(arrival: Arrival) -> Iterator[Note]:
    """Act upon what stands at the origin, whatever the forwarded document said."""
    uri = arrival.activity.ref("object")
    stored = RemoteObject.objects.filter(uri=uri, deleted_at=None).select_related("actor").first()
    if arrival.fetched is None:
        if stored is not None:
            for actor in notes.was_told(stored):
                yield notice(arrival.activity, stored.actor, actor, "", of=uri, kind="Delete")
            notes.bury(stored)
        return
    if stored is not None:
        notes.keep(arrival.fetched, stored.actor)
        return
    yield from _said(arrival, arrival.fetched)


def _said(arrival: Arrival, thing: Node) -> Iterator[Note]:
    author = actors.known(thing.ref("attributedTo"))
    if author is None:
        return
    told = arrival.activity.id
    document = {
        "type": "Create",
        # no other id than one below the object's own: it may not take the place of another act
        "id": told if told.startswith(thing.id) else f"{thing.id}#create",
        "actor": author.uri,
        "published": thing.raw("published"),
    }
    said = Arrival(arrival.row, Node.trusted(document), author, thing)
    outcome = saying.create(said, Lookups([said]))
    Ledger([outcome]).write()
    yield from outcome.notes
