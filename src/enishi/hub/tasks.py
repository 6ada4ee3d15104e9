"""Background work of the hub: acting upon what came in, delivering, tidying up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from enishi.hub import polls
from enishi.hub.federation import handling
from enishi.hub.federation.courier import ParcelSource
from enishi.hub.models import Inbound, InboundState, Parcel, ParcelState, Shipment
from enishi.jobs import registry
from enishi.jobs.registry import periodic
from enishi.kernel import clock

KEPT = timedelta(days=30)
"""How long it is remembered that an activity was seen; older ones are out of the time window."""
_ROUNDS = 20

registry.source(ParcelSource)


@periodic("hub.inbound", every=timedelta(seconds=1))
def act_upon_inbound(_payload: dict[str, Any]) -> None:
    """Act upon what other servers sent, in its order."""
    for _round in range(_ROUNDS):
        if handling.handle_new() < handling.BATCH:
            return


@periodic("hub.polls", every=timedelta(minutes=1))
def close_polls(_payload: dict[str, Any]) -> None:
    """Tell everybody how polls stand when they end."""
    polls.close_ended()


@periodic("hub.tidy", every=timedelta(hours=6))
def tidy(_payload: dict[str, Any]) -> None:
    """Forget what is settled and old."""
    before = clock.now() - KEPT
    waiting = [InboundState.NEW, InboundState.QUARANTINED]
    Inbound.objects.filter(received_at__lt=before).exclude(state__in=waiting).delete()
    unsent = [ParcelState.DUE, ParcelState.SENDING]
    Parcel.objects.filter(settled_at__lt=before).exclude(state__in=unsent).delete()
    Shipment.objects.filter(created_at__lt=before, listed=False, parcels=None).delete()
