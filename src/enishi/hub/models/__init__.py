"""The hub's tables: who we are, whom we know, what was said, and what travels."""

from __future__ import annotations

from enishi.hub.models.people import (
    Direction,
    Follow,
    FollowState,
    Hub,
    HubActor,
    HubKey,
    RemoteActor,
    Rule,
    Verdict,
)
from enishi.hub.models.things import (
    HubObject,
    QuoteStamp,
    Reaction,
    RemoteObject,
    Report,
    Vote,
)
from enishi.hub.models.traffic import (
    Inbound,
    InboundState,
    Notice,
    Parcel,
    ParcelState,
    Server,
    Shipment,
)

__all__ = [
    "Direction",
    "Follow",
    "FollowState",
    "Hub",
    "HubActor",
    "HubKey",
    "HubObject",
    "Inbound",
    "InboundState",
    "Notice",
    "Parcel",
    "ParcelState",
    "QuoteStamp",
    "Reaction",
    "RemoteActor",
    "RemoteObject",
    "Report",
    "Rule",
    "Server",
    "Shipment",
    "Verdict",
    "Vote",
]
