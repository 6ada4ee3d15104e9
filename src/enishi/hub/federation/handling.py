"""What verified activities do: one function for each type, in the order of arrival.

A handler changes our rows and gives notices: which of ours it concerns, and the activity as
the log and the inbox know it. The channel of each reads its notices like any network's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from django.db import transaction

from enishi.hub.federation import actors, counts, forwarding, notes, rules, saying, servers, ties
from enishi.hub.federation.arriving import Arrival, Outcome, QuarantineError
from enishi.hub.federation.ledger import Ledger, entries, tell
from enishi.hub.federation.lookups import Lookups
from enishi.hub.federation.notices import Note, notice
from enishi.hub.federation.patience import Patience
from enishi.hub.models import (
    HubActor,
    HubObject,
    Inbound,
    InboundState,
    Reaction,
    RemoteActor,
    RemoteObject,
    Report,
    Verdict,
)
from enishi.hub.protocol import texts
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import host_of
from enishi.kernel import clock
from enishi.vocab import Node

logger = logging.getLogger(__name__)

BATCH = 200
patience = Patience(time.monotonic)

Handler = Callable[[Arrival], Iterable[Note]]
Waiting = tuple[Inbound, Arrival | RefusedError]


def handle_new(limit: int = BATCH) -> int:
    """Act upon what came in, oldest first; returns how much there was.

    What people said and how they reacted is decided with few questions and written at once;
    everything else, one by one. The order of arrival is kept.
    """
    rows = list(
        Inbound.objects.filter(state=InboundState.NEW)
        .prefetch_related("remote")
        .order_by("id")[:limit]
    )
    servers.heard_of({row.remote.host for row in rows})
    prepared = [(row, _prepared(row)) for row in rows]
    for many, some in groupby(prepared, key=lambda one: _is_frequent(one[0])):
        if many:
            _decide_all(list(some))
        else:
            for row, arrival in some:
                with transaction.atomic():
                    _handle(row, arrival)
    return len(rows)


def _is_frequent(row: Inbound) -> bool:
    return row.type in saying.DECIDE


def _decide_all(some: Sequence[Waiting]) -> None:
    """Decide without changing anything, then write in one short transaction.

    Somebody else may have changed what was asked for, or one may not be fit to be written:
    then each is decided again for itself.
    """
    ledger = _decided(some)
    try:
        with transaction.atomic():
            ledger.write()
    except Exception:  # one that breaks us must not hold all that come after it
        if len(some) > 1:
            for one in some:
                _decide_all([one])
            return
        row = some[0][0]
        logger.exception("hub.broken", extra={"activity": row.activity_id})
        _finish(row, InboundState.REFUSED, "broken")


def _decided(some: Sequence[Waiting]) -> Ledger:
    ledger = Ledger()
    known = Lookups([arrival for _row, arrival in some if isinstance(arrival, Arrival)])
    for row, arrival in some:
        try:
            outcome = _outcome(arrival, known)
        except QuarantineError as error:
            ledger.finish(row, InboundState.QUARANTINED, str(error))
        except RefusedError as error:
            _log(row, error)
            ledger.finish(row, InboundState.REFUSED, str(error))
        except Exception:  # one that breaks us must not hold all that come after it
            logger.exception("hub.broken", extra={"activity": row.activity_id})
            ledger.finish(row, InboundState.REFUSED, "broken")
        else:
            known.learn(outcome)
            ledger.add(row, outcome)
    return ledger


def _outcome(arrival: Arrival | RefusedError, known: Lookups) -> Outcome:
    if isinstance(arrival, RefusedError):
        raise arrival
    outcome = saying.DECIDE[arrival.activity.type](arrival, known)
    told = [
        note
        for note in outcome.notes
        if Verdict.QUIET not in known.verdicts(note.actor.hub_id, arrival.remote)
    ]
    return replace(outcome, notes=told)


def _prepared(row: Inbound) -> Arrival | RefusedError:
    """What is needed from elsewhere is fetched before anything is changed."""
    activity = Node.trusted(row.document)
    try:
        return Arrival(row, activity, row.remote, _fetched(row, activity, row.remote))
    except RefusedError as error:
        return error
    except Exception:  # one that breaks us must not hold all that come after it
        logger.exception("hub.broken", extra={"activity": row.activity_id})
        return RefusedError("broken")


def _fetched(row: Inbound, activity: Node, remote: RemoteActor) -> Node | None:
    if row.type == forwarding.FORWARD:
        with patience.with_host(remote.host), patience.with_host(host_of(activity.ref("object"))):
            return forwarding.original(activity)
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


def _handle(row: Inbound, arrival: Arrival | RefusedError) -> None:
    if isinstance(arrival, RefusedError):
        _log(row, arrival)
        _finish(row, InboundState.REFUSED, str(arrival))
        return
    handler = HANDLERS.get(row.type)
    if handler is None:
        _finish(row, InboundState.IGNORED, f"no use for {row.type}"[:300])
        return
    try:
        with transaction.atomic():
            notes = [note for note in handler(arrival) if not _is_muted(note, arrival.remote)]
            tell(entries(row, notes))
    except RefusedError as error:
        _log(row, error)
        _finish(row, InboundState.REFUSED, str(error))
    except Exception:  # one that breaks us must not hold all that come after it
        logger.exception("hub.broken", extra={"activity": row.activity_id})
        _finish(row, InboundState.REFUSED, "broken")
    else:
        _finish(row, InboundState.DONE if notes else InboundState.IGNORED)


def _log(row: Inbound, error: RefusedError) -> None:
    logger.warning(
        "hub.refused",
        extra={"activity": row.activity_id, "reason": error.reason, "detail": error.detail},
    )


def _finish(row: Inbound, state: InboundState, problem: str = "") -> None:
    Inbound.objects.filter(id=row.id).update(
        state=state, problem=problem[:300], handled_at=clock.now()
    )


def _is_muted(note: Note, remote: RemoteActor) -> bool:
    found = rules.verdicts(note.actor.hub_id, host=remote.host, actor=remote.uri)
    return Verdict.QUIET in found


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


# ── what was said, afterwards ──


def _update(arrival: Arrival) -> Iterator[Note]:
    thing = arrival.thing
    if thing is None or thing.id == arrival.remote.uri:
        return
    own = saying.own_thing(arrival)
    if RemoteObject.objects.filter(uri=own.id, actor=arrival.remote, deleted_at=None).exists():
        notes.keep(own, arrival.remote)
    yield from ()


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


# ── taking back ──


def _undo(arrival: Arrival) -> Iterator[Note]:
    undone = arrival.activity.node("object")
    undone_id = arrival.activity.ref("object")
    if undone is not None and undone.ref("actor") not in {"", arrival.remote.uri}:
        raise RefusedError("mismatch", "the undone act is somebody else's")
    reaction = _reaction(arrival.remote, undone, undone_id)
    if reaction is not None:
        thing = reaction.thing
        reaction.delete()
        counts.count_reactions([thing.id])
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
    "Update": _update,
    "Delete": _delete,
    "Undo": _undo,
    "Flag": _flag,
    "QuoteRequest": _quote_request,
    forwarding.FORWARD: forwarding.take,
}
