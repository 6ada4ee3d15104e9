"""The states of deliveries and posts, and how a post's state follows from its deliveries."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from enishi.kernel.states import StateGraph


class DeliveryKind(StrEnum):
    """What a delivery does on the network."""

    PUBLISH = "publish"
    REPLY = "reply"
    DELETE = "delete"
    EDIT = "edit"
    """Changes what a published post says."""


class DeliveryState(StrEnum):
    """Where one delivery stands."""

    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    UNKNOWN = "unknown"
    FAILED = "failed"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"
    DELETED = "deleted"


_D = DeliveryState

DELIVERY_STATES: StateGraph[DeliveryState] = StateGraph(
    initial=_D.SCHEDULED,
    moves={
        # to UNKNOWN leads a person's stop while a part stands, or may
        _D.SCHEDULED: {_D.PUBLISHING, _D.HELD, _D.MISSED, _D.CANCELLED, _D.UNKNOWN},
        _D.PUBLISHING: {
            _D.PUBLISHED,
            _D.UNKNOWN,
            _D.FAILED,
            _D.HELD,
            _D.MISSED,
            _D.SCHEDULED,
        },
        # back to UNKNOWN and FAILED leads only a person who takes a decision back
        _D.UNKNOWN: {_D.SCHEDULED, _D.PUBLISHED, _D.FAILED},
        _D.FAILED: {_D.SCHEDULED, _D.PUBLISHED, _D.CANCELLED, _D.UNKNOWN},
        _D.HELD: {_D.SCHEDULED, _D.CANCELLED, _D.UNKNOWN},
        _D.MISSED: {_D.SCHEDULED, _D.CANCELLED, _D.UNKNOWN},
        _D.CANCELLED: {_D.SCHEDULED, _D.FAILED},
        _D.PUBLISHED: {_D.DELETED, _D.UNKNOWN, _D.FAILED},
        _D.DELETED: set(),
    },
)

CONTENT_IS_FIXED = frozenset({_D.PUBLISHING, _D.PUBLISHED, _D.UNKNOWN, _D.DELETED})
"""In these states what was sent may stand on the network: its text is not ours alone any more."""

ASKS_FOR_A_PERSON = frozenset({_D.UNKNOWN, _D.FAILED, _D.HELD, _D.MISSED})


class PostState(StrEnum):
    """Where a post as a whole stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    UNKNOWN = "unknown"
    FAILED = "failed"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"
    DELETED = "deleted"


_MOST_URGENT_FIRST = (
    (_D.UNKNOWN, PostState.UNKNOWN),
    (_D.FAILED, PostState.FAILED),
    (_D.MISSED, PostState.MISSED),
    (_D.HELD, PostState.HELD),
    (_D.PUBLISHING, PostState.PUBLISHING),
    (_D.SCHEDULED, PostState.SCHEDULED),
    (_D.PUBLISHED, PostState.PUBLISHED),
    (_D.DELETED, PostState.DELETED),
    (_D.CANCELLED, PostState.CANCELLED),
)


def post_state(deliveries: Collection[DeliveryState]) -> PostState:
    """The state of a post: that of the delivery which needs a person most."""
    return next(
        (state for delivery, state in _MOST_URGENT_FIRST if delivery in deliveries),
        PostState.DRAFT,
    )


class Outcome(StrEnum):
    """How an attempt ended."""

    RUNNING = "running"
    DONE = "done"
    FOUND = "found"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    AUTH_EXPIRED = "auth_expired"
    RATE_LIMITED = "rate_limited"
    TRANSIENT = "transient"
    INTERRUPTED = "interrupted"
    LATE = "late"
    BLIND = "blind"
    """It could not even be looked for: nothing was sent."""
    UNCERTAIN = "uncertain"
    """It was looked for, and what is there may be it or not."""
    NOT_SENT = "not_sent"
    """It was cut off before anything was asked of the network."""
    PAUSED = "paused"
    """Publishing was paused: nothing further was sent."""


MAY_HAVE_ARRIVED = frozenset({Outcome.RUNNING, Outcome.UNKNOWN, Outcome.INTERRUPTED})
"""After these, what was sent may stand on the network."""
