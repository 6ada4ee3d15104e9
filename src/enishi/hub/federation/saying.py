"""What people say and how they react: answers, mentions, quotes, votes, likes and reshares.

These come by the hundred. So nothing is read and nothing written here: the answers to what is
asked are in `lookups`, and what an activity brings is its `Outcome`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from enishi.hub.federation import notes, polling
from enishi.hub.federation.arriving import Arrival, Outcome, QuarantineError
from enishi.hub.federation.lookups import Lookups
from enishi.hub.federation.notices import notice
from enishi.hub.models import HubActor, Reaction, RemoteActor, Verdict, Vote
from enishi.hub.models.people import Quarantine
from enishi.hub.protocol import incoming, texts
from enishi.hub.protocol.addressing import OPEN, visibility_of
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import same_host
from enishi.kernel import clock
from enishi.vocab import Node

Decide = Callable[[Arrival, Lookups], Outcome]
_LINK = re.compile(r"https?://", re.IGNORECASE)
_HEARTS = frozenset({"❤", "❤️"})


def create(arrival: Arrival, known: Lookups) -> Outcome:
    """Something that somebody said: for whom it is, or a vote."""
    thing = own_thing(arrival)
    if (voted := _vote(thing, arrival.remote, known)) is not None:
        return voted
    everybody = concerned(thing, arrival.remote, known)
    ours = [one for one in everybody if not known.is_blocked(one[0], arrival.remote)]
    if everybody and not ours:
        raise RefusedError("blocked", arrival.remote.uri)
    if not ours:
        return Outcome()
    if reason := suspicion(thing, arrival.remote, [actor for actor, _why in ours], known):
        raise QuarantineError("quarantine", reason)
    stored = notes.written(
        thing,
        arrival.remote,
        before=known.said(thing.id),
        root=known.root_of(thing.ref("inReplyTo")[:500]),
        takes_media=Verdict.NO_MEDIA not in known.verdicts(None, arrival.remote),
    )
    shown = notes.shown(stored, thing)
    told = [
        notice(arrival.activity, arrival.remote, actor, why, of=shown) for actor, why in ours if why
    ]
    return Outcome(told, said=stored)


def own_thing(arrival: Arrival) -> Node:
    """The object, if it is the sender's own to speak of."""
    thing = arrival.thing
    if thing is None or not thing.id:
        raise RefusedError("malformed", "there is no object")
    author = thing.ref("attributedTo")
    if author != arrival.remote.uri or not same_host(thing.id, arrival.remote.uri):
        raise RefusedError("mismatch", "the object is somebody else's")
    return thing


def concerned(thing: Node, remote: RemoteActor, known: Lookups) -> list[tuple[HubActor, str]]:
    """Those of ours whom something concerns, and why: reply, quote, mention, or a follower."""
    if not thing.is_a(*incoming.SAID):
        return []
    found: dict[UUID, tuple[HubActor, str]] = {}
    answered = known.thing(thing.ref("inReplyTo"))
    quoted = known.thing(incoming.quoted(thing))
    if answered is not None:
        found[answered.actor_id] = (answered.actor, "reply")
    if quoted is not None:
        found.setdefault(quoted.actor_id, (quoted.actor, "quote"))
    for actor in known.actors_named(thing):
        why = "reply" if known.has_begun(actor, thing.ref("inReplyTo")) else "mention"
        found.setdefault(actor.id, (actor, why))
    for actor in known.listeners(remote):
        found.setdefault(actor.id, (actor, ""))
    return list(found.values())


def suspicion(thing: Node, remote: RemoteActor, ours: list[HubActor], known: Lookups) -> str:
    """Why something has to wait for a moderator; empty when it does not."""
    levels = {actor.hub.quarantine for actor in ours if actor.hub is not None}
    if remote.trusted or levels <= {Quarantine.OFF} or known.is_known(remote):
        return ""
    if Quarantine.NEW in levels:
        return "we do not know this account yet"
    age = (clock.now() - remote.joined_at).total_seconds() if remote.joined_at else None
    mentions = len(incoming.mentioned(thing))
    return incoming.suspicion(
        mentions=mentions,
        links=max(0, len(_LINK.findall(thing.text("content"))) - mentions),
        account_age=age,
        has_picture=bool(remote.icon_url),
        open_to_all=visibility_of(thing, remote.followers_uri) in OPEN,
    )


# ── votes ──


def _vote(thing: Node, remote: RemoteActor, known: Lookups) -> Outcome | None:
    """A vote in a poll of ours: once each option, once each person where one may be chosen."""
    uri, option = incoming.vote(thing)
    poll = known.thing(uri)
    if poll is None or poll.type != "Question":
        return None
    if not polling.is_open(poll) or option not in polling.options(poll):
        return Outcome()
    if known.is_blocked(poll.actor, remote):
        raise RefusedError("blocked", remote.uri)
    before = known.votes(poll, remote)
    if option in before or (before and not poll.data.get("multiple")):
        return Outcome()
    return Outcome(vote=Vote(thing=poll, remote=remote, option=option))


# ── reacting ──


def like(arrival: Arrival, known: Lookups) -> Outcome:
    """A like, or an emoji instead of one."""
    content = texts.plain(arrival.activity.text("content"), longest=100)
    return _react(arrival, known, kind="like", content="" if content in _HEARTS else content)


def announce(arrival: Arrival, known: Lookups) -> Outcome:
    """A reshare."""
    return _react(arrival, known, kind="announce", content="")


def _react(arrival: Arrival, known: Lookups, *, kind: str, content: str) -> Outcome:
    thing = known.thing(arrival.activity.ref("object"))
    if thing is None:
        return Outcome()
    if known.is_blocked(thing.actor, arrival.remote):
        raise RefusedError("blocked", arrival.remote.uri)
    if known.has_reacted((thing.id, arrival.remote.id, kind, content)):
        return Outcome()
    shown, reason = ("Announce", "reshare") if kind == "announce" else ("Like", "like")
    told = notice(arrival.activity, arrival.remote, thing.actor, reason, of=thing.uri, kind=shown)
    return Outcome(
        [told],
        reaction=Reaction(
            thing=thing,
            remote=arrival.remote,
            kind=kind,
            content=content,
            activity_id=arrival.activity.id,
            at=clock.now(),
        ),
    )


DECIDE: dict[str, Decide] = {
    "Create": create,
    "Like": like,
    "EmojiReact": like,
    "Announce": announce,
}
