"""The states of a conversation and of an answer in it."""

from __future__ import annotations

from enum import StrEnum

from enishi.kernel.states import StateGraph
from enishi.publishing.core.states import DeliveryState


class ConversationState(StrEnum):
    """Who has the next move."""

    NEW = "new"
    """Somebody waits for us."""
    PENDING = "pending"
    """We answered, or chose to wait."""
    RESOLVED = "resolved"


_S = ConversationState

LIFECYCLE = StateGraph(
    initial=_S.NEW,
    moves={
        _S.NEW: {_S.PENDING, _S.RESOLVED},
        _S.PENDING: {_S.NEW, _S.RESOLVED},
        _S.RESOLVED: {_S.NEW, _S.PENDING},
    },
)


def state_after_heard(
    state: ConversationState, *, is_latest: bool, last_is_ours: bool
) -> ConversationState:
    """A contact's new words ask for an answer, unless we said something later already."""
    return ConversationState.NEW if is_latest or not last_is_ours else state


class Sending(StrEnum):
    """How far an answer of ours came."""

    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


_OF_DELIVERY = {
    DeliveryState.SCHEDULED: Sending.SENDING,
    DeliveryState.PUBLISHING: Sending.SENDING,
    DeliveryState.PUBLISHED: Sending.SENT,
    DeliveryState.DELETED: Sending.SENT,
    DeliveryState.UNKNOWN: Sending.UNKNOWN,
}


def sending_of(delivery: DeliveryState | None) -> Sending:
    """What the state of a delivery means to somebody who reads the thread.

    A message without delivery was read back from the network: it stands there.
    """
    if delivery is None:
        return Sending.SENT
    return _OF_DELIVERY.get(delivery, Sending.FAILED)
