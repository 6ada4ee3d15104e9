"""What verified activities do: one function for each type, in the order of arrival.

A handler changes our rows and gives notices: which of ours it concerns, and the activity as
the log and the inbox know it. The channel of each reads its notices like any network's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from enishi.channels.tasks import request_sync
from enishi.hub.federation import actors, notes, rules, servers, ties
from enishi.hub.federation.notices import Note, notice
from enishi.hub.federation.patience import Patience
from enishi.hub.models import (
    HubActor,
    HubObject,
    Inbound,
    InboundState,
    Notice,
    Reaction,
    RemoteActor,
    RemoteObject,
    Report,
)
from enishi.hub.protocol import texts
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import same_host
from enishi.kernel import clock
from enishi.vocab import Node

logger = logging.getLogger(__name__)

BATCH = 200
patience = Patience(time.monotonic)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An activity to act upon, with what had to be fetched for it."""

    row: Inbound
    activity: Node
    remote: RemoteActor
    fetched: Node | None = None

    @property
    def thing(self) -> Node | None:
        """The object, embedded or fetched."""
        return self.fetched or self.activity.node("object")


class QuarantineError(RefusedError):
    """It waits until a moderator lets it through."""


Handler = Callable[[Arrival], Iterable[Note]]


def handle_new(limit: int = BATCH) -> int:
    """Act upon what came in, oldest first; returns how much there was."""
    rows = list(
        Inbound.objects.filter(state=InboundState.NEW)
        .select_related("remote")
        .order_by("id")[:limit]
    )
    for host in {row.remote.host for row in rows}:
        servers.heard_of(host)
    prepared = [(row, _prepared(row)) for row in rows]
    with transaction.atomic():
        concerned = {actor for row, arrival in prepared for actor in _handled(row, arrival)}
        for actor in HubActor.objects.filter(id__in=concerned, channel__isnull=False):
            if actor.channel is not None:
                request_sync(actor.channel)
    return len(rows)


def _prepared(row: Inbound) -> Arrival | RefusedError:
    """What is needed from elsewhere is fetched before anything is changed."""
    activity = Node.trusted(row.document)
    try:
        return Arrival(row, activity, row.remote, _fetched(activity, row.remote))
    except RefusedError as error:
        return error
    except Exception:  # one that breaks us must not hold all that come after it
        logger.exception("hub.broken", extra={"activity": row.activity_id})
        return RefusedError("broken")


def _fetched(activity: Node, remote: RemoteActor) -> Node | None:
    if activity.type == "Update" and activity.ref("object") == remote.uri:
        with patience.with_host(remote.host):
            actors.refresh(remote.uri)
    elif activity.type in {"Create", "Update"} and activity.node("object") is None:
        with patience.with_host(remote.host):
            return notes.original(activity, remote)
    elif activity.type == "Move" and activity.ref("target"):
        # read anew: the new account names the old one only since a moment
        with patience.with_host(remote.host):
            actors.refresh(activity.ref("target"))
    return None


def _handled(row: Inbound, arrival: Arrival | RefusedError) -> list[UUID]:
    if isinstance(arrival, RefusedError):
        _log(row, arrival)
        _finish(row, InboundState.REFUSED, str(arrival))
        return []
    handler = HANDLERS.get(arrival.activity.type)
    if handler is None:
        _finish(row, InboundState.IGNORED, f"no use for {arrival.activity.type}"[:300])
        return []
    try:
        with transaction.atomic():
            found = [note for note in handler(arrival) if not _is_quiet(note, arrival.remote)]
            Notice.objects.bulk_create(
                [Notice(actor=note.actor, inbound=row, document=note.document) for note in found]
            )
    except QuarantineError as error:
        _finish(row, InboundState.QUARANTINED, str(error))
        return []
    except RefusedError as error:
        _log(row, error)
        _finish(row, InboundState.REFUSED, str(error))
        return []
    except Exception:  # one that breaks us must not hold all that come after it
        logger.exception("hub.broken", extra={"activity": row.activity_id})
        _finish(row, InboundState.REFUSED, "broken")
        return []
    _finish(row, InboundState.DONE if found else InboundState.IGNORED)
    return [note.actor.id for note in found]


def _log(row: Inbound, error: RefusedError) -> None:
    logger.warning(
        "hub.refused",
        extra={"activity": row.activity_id, "reason": error.reason, "detail": error.detail},
    )


def _finish(row: Inbound, state: InboundState, problem: str = "") -> None:
    Inbound.objects.filter(id=row.id).update(
        state=state, problem=problem[:300], handled_at=clock.now()
    )


def _is_quiet(note: Note, remote: RemoteActor) -> bool:
    found = rules.verdicts(note.actor.hub_id, host=remote.host, actor=remote.uri)
    return "quiet" in found


# ── following ──


def _follow(arrival: Arrival) -> Iterator[Note]:
    actor = ties.our_actor(arrival.activity.ref("object"))
    if actor is None:
        return
    _refuse_blocked(actor, arrival.remote)
    ties.be_followed(actor, arrival.remote, arrival.activity)
    yield notice(arrival.activity, arrival.remote, actor, "follow", of=actor.uri)


def _accept(arrival: Arrival) -> Iterator[Note]:
    ties.answered(arrival.remote, arrival.activity, accepted=True)
    notes.quote_answered(arrival.remote, arrival.activity)
    yield from ()


def _reject(arrival: Arrival) -> Iterator[Note]:
    ties.answered(arrival.remote, arrival.activity, accepted=False)
    yield from ()


def _block(arrival: Arrival) -> Iterator[Note]:
    actor = ties.our_actor(arrival.activity.ref("object"))
    if actor is None:
        return
    was_follower = ties.part(actor, arrival.remote)
    if was_follower:
        yield notice(arrival.activity, arrival.remote, actor, "", of=actor.uri, kind="Undo")


def _move(arrival: Arrival) -> Iterator[Note]:
    target = actors.known(arrival.activity.ref("target"))
    if target is None or arrival.activity.ref("object") != arrival.remote.uri:
        return
    if arrival.remote.uri not in target.also_known_as:
        raise RefusedError("mismatch", "the new account does not name the old one")
    ties.moved(arrival.remote, target)
    yield from ()


# ── saying ──


def _create(arrival: Arrival) -> Iterator[Note]:
    thing = _own_thing(arrival)
    if notes.is_vote(thing):
        notes.count_vote(thing, arrival.remote)
        return
    everybody = notes.concerned(thing, arrival.remote)
    concerned = [one for one in everybody if not _is_blocked(one[0], arrival.remote)]
    if not concerned:
        if everybody:
            raise RefusedError("blocked", arrival.remote.uri)
        return
    suspicion = notes.suspicion(thing, arrival.remote, [actor for actor, _ in concerned])
    hidden = bool(suspicion) and arrival.row.state == InboundState.NEW
    if hidden:
        raise QuarantineError("quarantine", suspicion)
    stored = notes.keep(thing, arrival.remote)
    notes.count_answers(stored)
    for actor, reason in concerned:
        if reason:
            said = notes.shown(stored, thing)
            yield notice(arrival.activity, arrival.remote, actor, reason, of=said)


def _update(arrival: Arrival) -> Iterator[Note]:
    thing = arrival.thing
    if thing is None or thing.id == arrival.remote.uri:
        return
    own = _own_thing(arrival)
    if RemoteObject.objects.filter(uri=own.id, actor=arrival.remote, deleted_at=None).exists():
        notes.keep(own, arrival.remote)
    yield from ()


def _own_thing(arrival: Arrival) -> Node:
    """The object, if it is the sender's own to speak of."""
    thing = arrival.thing
    if thing is None or not thing.id:
        raise RefusedError("malformed", "there is no object")
    author = thing.ref("attributedTo")
    if author != arrival.remote.uri or not same_host(thing.id, arrival.remote.uri):
        raise RefusedError("mismatch", "the object is somebody else's")
    return thing


def _delete(arrival: Arrival) -> Iterator[Note]:
    gone = arrival.activity.ref("object")
    if gone == arrival.remote.uri:
        yield from _left(arrival)
        return
    stored = RemoteObject.objects.filter(uri=gone, actor=arrival.remote, deleted_at=None).first()
    if stored is None:
        return
    for actor in notes.was_told(stored):
        yield notice(arrival.activity, arrival.remote, actor, "", of=gone)
    notes.bury(stored)


def _left(arrival: Arrival) -> Iterator[Note]:
    """An account is gone: it follows nobody, and what it said is taken down."""
    for actor in ties.all_parted(arrival.remote):
        yield notice(arrival.activity, arrival.remote, actor, "", of=actor.uri, kind="Undo")
    for stored in RemoteObject.objects.filter(actor=arrival.remote, deleted_at=None):
        notes.bury(stored)
    RemoteActor.objects.filter(id=arrival.remote.id).update(gone_at=clock.now())


# ── reacting ──


def _like(arrival: Arrival) -> Iterator[Note]:
    content = texts.plain(arrival.activity.text("content"), longest=100)
    yield from _react(arrival, "like", "" if content in {"❤", "❤️"} else content, "like")


def _announce(arrival: Arrival) -> Iterator[Note]:
    yield from _react(arrival, "announce", "", "reshare")


def _react(arrival: Arrival, kind: str, content: str, reason: str) -> Iterator[Note]:
    thing = notes.our_object(arrival.activity.ref("object"))
    if thing is None:
        return
    _refuse_blocked(thing.actor, arrival.remote)
    _row, is_new = Reaction.objects.get_or_create(
        thing=thing,
        remote=arrival.remote,
        kind=kind,
        content=content,
        defaults={"activity_id": arrival.activity.id, "at": clock.now()},
    )
    if is_new:
        notes.count_reactions(thing)
        shown = "Announce" if kind == "announce" else "Like"
        yield notice(
            arrival.activity, arrival.remote, thing.actor, reason, of=thing.uri, kind=shown
        )


def _undo(arrival: Arrival) -> Iterator[Note]:
    undone = arrival.activity.node("object")
    undone_id = arrival.activity.ref("object")
    if undone is not None and undone.ref("actor") not in {"", arrival.remote.uri}:
        raise RefusedError("mismatch", "the undone act is somebody else's")
    reaction = _reaction(arrival.remote, undone, undone_id)
    if reaction is not None:
        thing = reaction.thing
        reaction.delete()
        notes.count_reactions(thing)
        kind = "Announce" if reaction.kind == "announce" else "Like"
        inner = {"type": kind, "id": reaction.activity_id, "object": thing.uri}
        yield notice(arrival.activity, arrival.remote, thing.actor, "", of=inner)
        return
    actor = ties.unfollowed(arrival.remote, undone, undone_id)
    if actor is not None:
        inner = {"type": "Follow", "id": undone_id or actor.uri, "object": actor.uri}
        yield notice(arrival.activity, arrival.remote, actor, "", of=inner)


def _reaction(remote: RemoteActor, undone: Node | None, undone_id: str) -> Reaction | None:
    rows = Reaction.objects.filter(remote=remote).select_related("thing__actor")
    found = rows.filter(activity_id=undone_id).first() if undone_id else None
    if found is None and undone is not None and undone.is_a("Like", "EmojiReact", "Announce"):
        kind = "announce" if undone.is_a("Announce") else "like"
        found = rows.filter(thing__uri=undone.ref("object"), kind=kind).first()
    return found


# ── complaints and consent ──


def _flag(arrival: Arrival) -> Iterator[Note]:
    named = [one if isinstance(one, str) else one.id for one in arrival.activity.all("object")][
        :100
    ]
    owners = {actor for actor in map(ties.our_actor, named) if actor is not None}
    things = HubObject.objects.filter(uri__in=named).select_related("actor")
    owners |= {thing.actor for thing in things}
    for actor in owners:
        if actor.hub is not None:
            Report.objects.get_or_create(
                activity_id=arrival.activity.id,
                defaults={
                    "hub": actor.hub,
                    "reporter": arrival.remote,
                    "host": arrival.remote.host,
                    "objects_named": named,
                    "content": texts.plain(arrival.activity.text("content"), longest=5000),
                },
            )
            yield notice(arrival.activity, arrival.remote, actor, "", of=named[0])


def _quote_request(arrival: Arrival) -> Iterator[Note]:
    notes.answer_quote_request(arrival.remote, arrival.activity)
    yield from ()


def _is_blocked(actor: HubActor, remote: RemoteActor) -> bool:
    return rules.is_blocked(actor.hub, host=remote.host, actor=remote.uri)


def _refuse_blocked(actor: HubActor, remote: RemoteActor) -> None:
    if _is_blocked(actor, remote):
        raise RefusedError("blocked", remote.uri)


HANDLERS: dict[str, Handler] = {
    "Follow": _follow,
    "Accept": _accept,
    "Reject": _reject,
    "Block": _block,
    "Move": _move,
    "Create": _create,
    "Update": _update,
    "Delete": _delete,
    "Like": _like,
    "EmojiReact": _like,
    "Announce": _announce,
    "Undo": _undo,
    "Flag": _flag,
    "QuoteRequest": _quote_request,
}
