"""Packing: an activity of ours becomes one shipment and a parcel for each inbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from enishi.hub.federation import rules
from enishi.hub.models import (
    Direction,
    Follow,
    FollowState,
    Hub,
    HubActor,
    HubKey,
    HubObject,
    Parcel,
    ParcelState,
    RemoteActor,
    Rule,
    Server,
    Shipment,
)
from enishi.hub.protocol import addresses
from enishi.hub.protocol.messages import host_of
from enishi.kernel import clock
from enishi.kernel.ids import new_id

_BATCH = 500


def new_uri(actor: HubActor) -> str:
    """The id of a further activity."""
    return addresses.activity_uri(actor.base, new_id())


@transaction.atomic
def ship(
    actor: HubActor,
    document: dict[str, Any],
    *,
    inboxes: Iterable[str],
    thing: HubObject | None = None,
    listed: bool = False,
    key: HubKey | None = None,
    farewell: bool = False,
) -> Shipment:
    """Have an activity sent to inboxes, each once. The same activity again adds nothing.

    Blocked servers get nothing but a farewell: that they follow nobody here any more.

    The rows exist if, and only if, the transaction around it commits; the worker sends them.
    """
    now = clock.now()
    shipment, is_new = Shipment.objects.get_or_create(
        activity_id=document["id"],
        defaults={
            "actor": actor,
            "thing": thing,
            "key": key,
            "type": str(document["type"])[:32],
            "document": document,
            "listed": listed,
            "created_at": now,
        },
    )
    if is_new:
        wanted = dict.fromkeys(inbox for inbox in inboxes if inbox)
        reached = list(wanted) if farewell else _reachable(actor, wanted)
        parcels = [_parcel(shipment, inbox) for inbox in reached]
        Parcel.objects.bulk_create(parcels, batch_size=_BATCH)
    return shipment


def _parcel(shipment: Shipment, inbox: str) -> Parcel:
    now = shipment.created_at
    return Parcel(shipment=shipment, inbox=inbox, host=host_of(inbox), due_at=now, first_due_at=now)


def _reachable(actor: HubActor, inboxes: Iterable[str]) -> list[str]:
    """Without the inboxes of those who are blocked, people and whole servers."""
    by_host: dict[str, list[str]] = {}
    for inbox in inboxes:
        by_host.setdefault(host_of(inbox), []).append(inbox)
    blocked = set(_blocked(actor, "domain"))
    people = _blocked(actor, "actor")
    closed = set(RemoteActor.objects.filter(uri__in=people).values_list("inbox", flat=True))
    return [
        inbox
        for host, some in by_host.items()
        if host and blocked.isdisjoint(rules.domains_of(host))
        for inbox in some
        if inbox not in closed
    ]


def drop_waiting(hub: Hub, domain: str) -> None:
    """What still waits to be sent to a server, or those below it, is sent no more."""
    waiting = Parcel.objects.filter(state=ParcelState.DUE, shipment__actor__hub=hub)
    waiting.filter(rules.within(domain)).update(
        state=ParcelState.DROPPED, settled_at=clock.now(), problem="the server was blocked"
    )


def _blocked(actor: HubActor, kind: str) -> QuerySet[Rule, str]:
    whose = Q(hub=None) | Q(hub_id=actor.hub_id) if actor.hub_id else Q(hub=None)
    rows = Rule.objects.filter(whose, kind=kind, verdict="block")
    return rows.values_list("value", flat=True)


def inboxes_of_followers(actor: HubActor) -> list[str]:
    """One address for each server on which somebody follows, without dead servers."""
    rows = RemoteActor.objects.filter(
        ties__actor=actor,
        ties__direction=Direction.IN,
        ties__state=FollowState.ACCEPTED,
        gone_at=None,
    )
    pairs = rows.values_list("shared_inbox", "inbox", "host").distinct()
    dead = set(Server.objects.filter(rests_until__gt=clock.now()).values_list("host", flat=True))
    return list(
        dict.fromkeys(shared or own for shared, own, host in pairs.iterator() if host not in dead)
    )


def inboxes_of(actor: HubActor, uris: Iterable[str]) -> list[str]:
    """The inboxes of people by their ids, without those who are blocked."""
    wanted = set(uris).difference(_blocked(actor, "actor"))
    rows = RemoteActor.objects.filter(uri__in=wanted, gone_at=None)
    return [remote.best_inbox for remote in rows]


def is_follower(actor: HubActor, remote_id: UUID) -> bool:
    """Whether somebody follows one of ours."""
    return Follow.objects.filter(
        actor=actor,
        remote_id=remote_id,
        direction=Direction.IN,
        state=FollowState.ACCEPTED,
    ).exists()
