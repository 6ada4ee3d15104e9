"""What a batch of activities asks for, read at once instead of for each.

The answers are those of the database when the batch began, and of what the batch itself
brought since (`learn`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from enishi.hub.federation import hosts, rules
from enishi.hub.federation.arriving import Arrival, Outcome
from enishi.hub.models import (
    Direction,
    Follow,
    FollowState,
    HubActor,
    HubObject,
    Reaction,
    RemoteActor,
    RemoteObject,
    Rule,
    Vote,
)
from enishi.hub.protocol import incoming
from enishi.hub.protocol.addressing import recipients
from enishi.hub.protocol.messages import host_of
from enishi.vocab import Node

_AT_ONCE = 500
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
M = TypeVar("M", bound=Model)
ReactionKey = tuple[UUID, UUID, str, str]


class Lookups:
    """The answers to what the handlers of `saying` ask."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self._remotes = {arrival.remote.id: arrival.remote for arrival in arrivals}
        nodes = [node for arrival in arrivals if (node := arrival.thing) is not None]
        self._read_rules()
        self._read_ties()
        self._read_actors(nodes)
        self._read_things({ref for one in arrivals for ref in _named_things(one)})
        self._read_said(nodes)
        self._read_reactions()

    # ── those of ours ──

    def thing(self, uri: str) -> HubObject | None:
        """Something of ours that still stands, by its id or its page."""
        return self._things.get(uri) if uri else None

    def actors_named(self, thing: Node) -> list[HubActor]:
        """Those of ours whom something mentions or addresses."""
        uris = dict.fromkeys([*incoming.mentioned(thing), *recipients(thing)])
        return [self._by_uri[uri] for uri in uris if uri in self._by_uri]

    def listeners(self, remote: RemoteActor) -> list[HubActor]:
        """Those of ours who follow somebody: they see it, it is not said to them."""
        return [self._actors[one] for one in self._listening[remote.id] if one in self._actors]

    def has_begun(self, actor: HubActor, answered: str) -> bool:
        """Whether one of ours began the thread that something is an answer in."""
        root = self.root_of(answered)
        return bool(root) and self._beginners.get(root) == actor.id

    # ── those elsewhere ──

    def is_known(self, remote: RemoteActor) -> bool:
        """Whether somebody spoke to us before, or one of ours follows them."""
        return remote.id in self._heard or remote.id in self._followed

    def said(self, uri: str) -> RemoteObject | None:
        """What stands under an id, also when it was taken down."""
        return self._said.get(uri)

    def root_of(self, uri: str) -> str:
        """The first post of the thread that `uri` belongs to, as far as we know it."""
        if not uri:
            return ""
        ours = self._things.get(uri)
        if ours is not None:
            return ours.context or ours.uri
        return self._roots.get(uri) or uri

    # ── what was decided and done ──

    def verdicts(self, hub_id: UUID | None, remote: RemoteActor) -> set[str]:
        """What was decided about a sender, for everybody and for this hub."""
        found = self._rules[remote.id]
        return {verdict for whose, verdict in found if whose is None or whose == hub_id}

    def is_blocked(self, actor: HubActor, remote: RemoteActor) -> bool:
        """Whether nothing of this sender is taken for one of ours."""
        return rules.blocks(actor.hub, self.verdicts(actor.hub_id, remote))

    def has_reacted(self, key: ReactionKey) -> bool:
        """Whether this reaction stands already."""
        return key in self._reactions

    def votes(self, poll: HubObject, remote: RemoteActor) -> set[str]:
        """What somebody chose in a poll."""
        return self._votes[poll.id, remote.id]

    def learn(self, outcome: Outcome) -> None:
        """What an activity of the batch brought counts for those after it."""
        if outcome.said is not None:
            said = outcome.said
            self._said[said.uri] = said
            self._roots[said.uri] = said.context
            self._heard.add(said.actor_id)
        if outcome.reaction is not None:
            self._reactions.add(key_of(outcome.reaction))
        if outcome.vote is not None:
            self._votes[outcome.vote.thing_id, outcome.vote.remote_id].add(outcome.vote.option)

    # ── reading ──

    def _read_rules(self) -> None:
        names = {one.id: rules.domains_of(one.host) for one in self._remotes.values()}
        values = {value for some in names.values() for value in some}
        values |= {remote.uri for remote in self._remotes.values()}
        by_value: dict[tuple[str, str], set[tuple[UUID | None, str]]] = defaultdict(set)
        columns = ("kind", "value", "hub_id", "verdict")
        for some in _parts(values):
            for kind, value, hub, verdict in Rule.objects.filter(value__in=some).values_list(
                *columns
            ):
                by_value[kind, value].add((hub, verdict))
        self._rules = {
            remote.id: set().union(
                by_value.get(("actor", remote.uri), set()),
                *(by_value.get(("domain", name), set()) for name in names[remote.id]),
            )
            for remote in self._remotes.values()
        }

    def _read_ties(self) -> None:
        self._listening: dict[UUID, list[UUID]] = defaultdict(list)
        self._followed: set[UUID] = set()
        rows = Follow.objects.filter(remote__in=list(self._remotes), direction=Direction.OUT)
        for remote_id, actor_id, state in rows.values_list("remote_id", "actor_id", "state"):
            self._followed.add(remote_id)
            if state == FollowState.ACCEPTED:
                self._listening[remote_id].append(actor_id)

    def _read_actors(self, nodes: Iterable[Node]) -> None:
        uris = {uri for node in nodes for uri in (*incoming.mentioned(node), *recipients(node))}
        self._actors: dict[UUID, HubActor] = {}
        ours = [uri for uri in uris if hosts.is_ours(host_of(uri))]
        for some in _parts(ours):
            self._add_actors(Q(uri__in=some))
        self._need_actors({one for some in self._listening.values() for one in some})

    def _add_actors(self, which: Q) -> None:
        rows = HubActor.objects.filter(which, hub__isnull=False).select_related("hub")
        self._actors.update((actor.id, actor) for actor in rows)
        self._by_uri = {actor.uri: actor for actor in self._actors.values()}

    def _need_actors(self, ids: set[UUID]) -> None:
        self._add_actors(Q(id__in=ids - set(self._actors)))

    def _read_things(self, uris: set[str]) -> None:
        standing = HubObject.objects.filter(deleted_at=None)
        found = _where(standing, "uri", uris)
        self._things = {thing.uri: thing for thing in found}
        pages = {
            uri: last
            for uri in uris - set(self._things)
            if hosts.is_ours(host_of(uri))
            and _ID.fullmatch(last := uri.rstrip("/").rpartition("/")[2])
        }
        behind = {str(one.id): one for one in _where(standing, "id", set(pages.values()))}
        self._need_actors({one.actor_id for one in [*found, *behind.values()]})
        for thing in [*found, *behind.values()]:
            if thing.actor_id in self._actors:
                thing.actor = self._actors[thing.actor_id]
        for uri, last in pages.items():
            if last in behind and behind[last].url == uri:
                self._things[uri] = behind[last]

    def _read_said(self, nodes: Sequence[Node]) -> None:
        answered = {node.ref("inReplyTo") for node in nodes} - set(self._things) - {""}
        self._said = {
            one.uri: one
            for one in _where(RemoteObject.objects.all(), "uri", {node.id for node in nodes})
        }
        rows = _where(RemoteObject.objects.only("uri", "context"), "uri", answered)
        self._roots = {one.uri: one.context for one in rows}
        roots = {self.root_of(uri) for uri in answered}
        roots |= {one.context or one.uri for one in self._things.values()}
        begun = _where(HubObject.objects.only("uri", "actor_id"), "uri", roots)
        self._beginners = {one.uri: one.actor_id for one in begun}
        heard = RemoteObject.objects.filter(actor__in=list(self._remotes), hidden=False)
        self._heard: set[Any] = set(heard.values_list("actor_id", flat=True).distinct())

    def _read_reactions(self) -> None:
        self._reactions: set[ReactionKey] = set()
        self._votes: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
        remotes = list(self._remotes)
        for some in _parts({thing.id for thing in self._things.values()}):
            rows = Reaction.objects.filter(remote__in=remotes, thing__in=some)
            self._reactions |= set(rows.values_list("thing_id", "remote_id", "kind", "content"))
        for some in _parts({one.id for one in self._things.values() if one.type == "Question"}):
            votes = Vote.objects.filter(remote__in=remotes, thing__in=some)
            for thing, remote, option in votes.values_list("thing_id", "remote_id", "option"):
                self._votes[thing, remote].add(option)


def key_of(reaction: Reaction) -> ReactionKey:
    """What makes a reaction the same as another."""
    return reaction.thing_id, reaction.remote_id, reaction.kind, reaction.content


def _named_things(arrival: Arrival) -> list[str]:
    """What an activity may be about: what it reacts to, answers or quotes."""
    thing = arrival.thing
    if thing is None:
        return [arrival.activity.ref("object")]
    return [thing.ref("inReplyTo"), incoming.quoted(thing)]


def _parts(values: Iterable[Any]) -> list[list[Any]]:
    """No statement takes any number of values."""
    given = list(values)
    return [given[start : start + _AT_ONCE] for start in range(0, len(given), _AT_ONCE)]


def _where(rows: QuerySet[M], column: str, values: Iterable[Any]) -> list[M]:
    wanted = [value for value in values if value]
    return [row for some in _parts(wanted) for row in rows.filter(**{f"{column}__in": some})]
