"""The states of endpoints and of what is sent to them."""

from __future__ import annotations

from enum import StrEnum

from enishi.kernel.states import StateGraph


class EndpointState(StrEnum):
    """Whether an endpoint is told anything."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


ENDPOINT_STATES: StateGraph[EndpointState] = StateGraph(
    initial=EndpointState.ACTIVE,
    moves={
        EndpointState.ACTIVE: {EndpointState.PAUSED, EndpointState.DISABLED},
        EndpointState.PAUSED: {EndpointState.ACTIVE},
        EndpointState.DISABLED: {EndpointState.ACTIVE},
    },
)


class SendingState(StrEnum):
    """Where one event for one endpoint stands."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


SENDING_STATES: StateGraph[SendingState] = StateGraph(
    initial=SendingState.WAITING,
    moves={
        SendingState.WAITING: {SendingState.SENDING},
        SendingState.SENDING: {
            SendingState.WAITING,
            SendingState.DELIVERED,
            SendingState.FAILED,
        },
        SendingState.FAILED: {SendingState.WAITING},
        SendingState.DELIVERED: {SendingState.WAITING},
    },
)
"""A delivered one waits again when a person sends it once more."""
