"""The states of a channel and of the points on its activation list."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from enishi.kernel.states import StateGraph


class ChannelState(StrEnum):
    """Where a channel stands."""

    DRAFT = "draft"
    """Connected and read, but its activation list is open: nothing can be scheduled."""
    ACTIVE = "active"
    PAUSED = "paused"
    """A person stopped it: nothing is read and nothing goes out."""
    RECONNECT = "reconnect"
    """The network no longer accepts the credentials: deliveries wait for a person."""
    ARCHIVED = "archived"
    """Disconnected: the credentials are gone, the history stays."""


_S = ChannelState

LIFECYCLE = StateGraph(
    initial=_S.DRAFT,
    moves={
        _S.DRAFT: {_S.ACTIVE, _S.PAUSED, _S.RECONNECT, _S.ARCHIVED},
        _S.ACTIVE: {_S.DRAFT, _S.PAUSED, _S.RECONNECT, _S.ARCHIVED},
        _S.PAUSED: {_S.DRAFT, _S.ACTIVE, _S.RECONNECT, _S.ARCHIVED},
        _S.RECONNECT: {_S.DRAFT, _S.ACTIVE, _S.PAUSED, _S.ARCHIVED},
        _S.ARCHIVED: {_S.DRAFT, _S.ACTIVE},
    },
)

READABLE = frozenset({_S.DRAFT, _S.ACTIVE})
"""The states in which the worker reads a channel."""


class Item(StrEnum):
    """The five points without which an account is only opened, not run (R042)."""

    OBJECTIVE = "objective"
    AUDIENCE = "audience"
    POLICY = "policy"
    OWNER = "owner"
    CADENCE = "cadence"


class ItemState(StrEnum):
    """How far a point of the activation list is."""

    OPEN = "open"
    SET = "set"
    WAIVED = "waived"


def with_facts(
    told: Mapping[Item, ItemState], *, has_owner: bool, has_cadence: bool
) -> dict[Item, ItemState]:
    """What people said of each point, and what the channel itself shows.

    An owner and a cadence are facts: they count while they are there, whoever ticked what.
    """
    facts = {Item.OWNER: has_owner, Item.CADENCE: has_cadence}
    items = {item: told.get(item, ItemState.OPEN) for item in Item}
    for item, is_there in facts.items():
        if is_there:
            items[item] = ItemState.SET
        elif items[item] is ItemState.SET:
            items[item] = ItemState.OPEN
    return items


def is_activated(items: Mapping[Item, ItemState]) -> bool:
    """Whether every point is set or waived; a missing point is open."""
    return all(items.get(item, ItemState.OPEN) is not ItemState.OPEN for item in Item)


def settled_state(*, publishes: bool, items: Mapping[Item, ItemState]) -> ChannelState:
    """The state of a channel that works: one that only reads needs no activation."""
    if not publishes or is_activated(items):
        return ChannelState.ACTIVE
    return ChannelState.DRAFT
