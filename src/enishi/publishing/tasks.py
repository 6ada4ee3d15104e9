"""Background work of publishing: its deliveries are a source of their own."""

from __future__ import annotations

from enishi.jobs import registry
from enishi.publishing.delivery import DeliverySource

registry.source(DeliverySource)
