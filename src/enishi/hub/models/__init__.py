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
from enishi.hub.models.place import (
    Comment,
    CommentState,
    Gathering,
    HubLink,
    Letter,
    Registration,
    Scheme,
    Subscriber,
    SubscriberState,
    Theme,
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
    "Comment",
    "CommentState",
    "Direction",
    "Follow",
    "FollowState",
    "Gathering",
    "Hub",
    "HubActor",
    "HubKey",
    "HubLink",
    "HubObject",
    "Inbound",
    "InboundState",
    "Letter",
    "Notice",
    "Parcel",
    "ParcelState",
    "QuoteStamp",
    "Reaction",
    "Registration",
    "RemoteActor",
    "RemoteObject",
    "Report",
    "Rule",
    "Scheme",
    "Server",
    "Shipment",
    "Subscriber",
    "SubscriberState",
    "Theme",
    "Verdict",
    "Vote",
]
