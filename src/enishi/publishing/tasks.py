"""Background work of publishing: its deliveries are a source of their own."""

from __future__ import annotations

from datetime import timedelta

from enishi.jobs import registry
from enishi.publishing import slot_watch
from enishi.publishing.delivery import DeliverySource

registry.source(DeliverySource)


@registry.periodic("publishing.slots", every=timedelta(minutes=1))
def watch_slots(_payload: registry.Payload) -> None:
    """Make the drafts of recurring slots, warn of empty ones, tidy queues."""
    slot_watch.tick()
